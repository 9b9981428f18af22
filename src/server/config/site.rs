//! What creators see of the operator's settings.

use super::{Problem, TikTokConfig, address, reader::Reader};
use crate::domain::Site;

/// TikTok's review refuses an app whose name mentions a social network
/// (<https://developers.tiktok.com/doc/our-guidelines-developer-guidelines>).
const SOCIAL_NETWORKS: [&str; 12] = [
    "tiktok",
    "tiktoc",
    "douyin",
    "instagram",
    "facebook",
    "youtube",
    "snapchat",
    "twitter",
    "linkedin",
    "pinterest",
    "whatsapp",
    "reddit",
];

/// Reads the section; `None` when a fault was noted, or when there is no `tiktok` to show.
pub(super) fn read(reader: &mut Reader<'_>, tiktok: Option<&TikTokConfig>) -> Option<Site> {
    let app_name = reader.or("APP_NAME", "Creator Connect", app_name);
    let privacy_url = reader.or("PRIVACY_URL", "/privacy", |value| address::page(value, "/privacy"));
    let terms_url = reader.or("TERMS_URL", "/terms", |value| address::page(value, "/terms"));
    let embed_origins = reader.or("EMBED_ORIGINS", "", embed_origins);
    Some(Site {
        app_name: app_name?,
        privacy_url: privacy_url?,
        terms_url: terms_url?,
        scopes: tiktok?.scopes.clone(),
        origin: tiktok?.redirect_uri.origin(),
        embed_origins: embed_origins?,
    })
}

/// A comma-separated list of origins, each once.
fn embed_origins(value: &str) -> Result<Vec<String>, Problem> {
    let mut origins = Vec::new();
    for part in value.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let origin = address::origin(part)?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Ok(origins)
}

fn app_name(value: &str) -> Result<String, Problem> {
    let length = value.chars().count();
    if length > 40 || value.chars().any(char::is_control) {
        return Err(Problem::new(
            "is longer than 40 characters or has a line break",
            "Use a short name, as in Creator Connect.",
        ));
    }
    let letters: String = value.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    if SOCIAL_NETWORKS.iter().any(|network| letters.contains(network)) {
        let remedy = "TikTok refuses apps whose name mentions a social network, its own included; use a name of your own.";
        return Err(Problem::new("names a social network", remedy));
    }
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_social_networks_are_refused_however_they_are_written() {
        for bad in ["TikTok Studio", "My Tik Tok app", "tik-tok", "YouTube Helper", &"a".repeat(41), "a\nb"] {
            assert!(app_name(bad).is_err(), "{bad}");
        }
        for good in ["Creator Connect", "Atelier Épée", &"é".repeat(40)] {
            assert!(app_name(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn origins_are_written_as_a_browser_writes_them() {
        let origins =
            embed_origins("https://Studio.example:443/, http://localhost:8080,https://studio.example");
        assert_eq!(origins.unwrap(), ["https://studio.example", "http://localhost:8080"]);
        assert_eq!(embed_origins(" , ").unwrap().len(), 0);
    }
}
