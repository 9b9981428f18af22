//! Settings that creators see: names, operator, links, embedding origins.

use super::{Problem, TikTokConfig, address, reader::Reader};
use crate::domain::{Contact, Operator, Site};

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

/// Reads the section; `None` if a fault was recorded, or when there is no `tiktok` to show.
pub(super) fn read(reader: &mut Reader<'_>, tiktok: Option<&TikTokConfig>) -> Option<Site> {
    let app_name = reader.with_default("APP_NAME", "Creator Connect", app_name);
    let operator = operator(reader);
    let privacy_url =
        reader.with_default("PRIVACY_URL", "/privacy", |value| address::page(value, "/privacy"));
    let terms_url = reader.with_default("TERMS_URL", "/terms", |value| address::page(value, "/terms"));
    let embed_origins = reader.with_default("EMBED_ORIGINS", "", embed_origins);
    let return_url = reader.with_default("RETURN_URL", "", |value| optional(value, return_url));
    Some(Site {
        app_name: app_name?,
        operator: operator?,
        privacy_url: privacy_url?,
        terms_url: terms_url?,
        scopes: tiktok?.scopes.clone(),
        origin: tiktok?.redirect_uri.origin(),
        embed_origins: embed_origins?,
        return_url: return_url?,
    })
}

/// The operator of the app; every part is optional.
fn operator(reader: &mut Reader<'_>) -> Option<Operator> {
    let name = reader.with_default("OPERATOR_NAME", "", |value| optional(value, operator_name));
    let url = reader.with_default("OPERATOR_URL", "", |value| optional(value, operator_url));
    let contact = reader.with_default("OPERATOR_CONTACT", "", |value| optional(value, contact));
    Some(Operator { name: name?, url: url?, contact: contact? })
}

/// Parses a value that is set; `None` for an empty one.
fn optional<T>(value: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Result<Option<T>, Problem> {
    if value.is_empty() { Ok(None) } else { parse(value).map(Some) }
}

fn operator_name(value: &str) -> Result<String, Problem> {
    if value.chars().count() > 80 || value.chars().any(char::is_control) {
        return Err(Problem::new(
            "is longer than 80 characters or has a line break",
            "Write the name of the people or the company that runs the app, as in Studio Example Ltd.",
        ));
    }
    Ok(value.to_owned())
}

fn operator_url(value: &str) -> Result<String, Problem> {
    address::https_url(value).ok_or_else(|| {
        Problem::new("is not an absolute https address", "Write it like https://host.example.")
    })
}

fn return_url(value: &str) -> Result<String, Problem> {
    address::https_url(value).ok_or_else(|| {
        Problem::new("is not an absolute https address", "Write it like https://host.example/connected.")
    })
}

/// Parses an e-mail address or a page. An e-mail address is checked by its form only, as browsers do
/// (<https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address>).
fn contact(value: &str) -> Result<Contact, Problem> {
    if let Some(page) = address::https_url(value) {
        return Ok(Contact::Page(page));
    }
    let is_local = |c: char| c.is_ascii_alphanumeric() || ".!$*+-=_~".contains(c);
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    match value.split_once('@') {
        Some((local, host))
            if !local.is_empty()
                && host.contains('.')
                && local.chars().all(is_local)
                && host.chars().all(is_host) =>
        {
            Ok(Contact::Email(value.to_owned()))
        }
        _ => Err(Problem::new(
            "is neither an e-mail address nor an absolute https address",
            "Write it like help@host.example or https://host.example/help.",
        )),
    }
}

/// Parses a comma-separated list of origins, without duplicates.
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
    fn app_name_with_social_network_is_refused() {
        for bad in ["TikTok Studio", "My Tik Tok app", "tik-tok", "YouTube Helper", &"a".repeat(41), "a\nb"] {
            assert!(app_name(bad).is_err(), "{bad}");
        }
        for good in ["Creator Connect", "Atelier Épée", &"é".repeat(40)] {
            assert!(app_name(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn operator_contact_is_email_or_https_url() {
        assert_eq!(contact("help@studio.example").unwrap().href(), "mailto:help@studio.example");
        assert_eq!(
            contact("https://studio.example/help?a=1").unwrap().href(),
            "https://studio.example/help?a=1"
        );
        for bad in [
            "studio",
            "@studio.example",
            "help@studio",
            "a@b.example?cc=x@y.example",
            "javascript:alert(1)",
            "http://studio.example",
            "help me@studio.example",
        ] {
            assert!(contact(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn operator_name_and_url_are_validated() {
        assert!(operator_name(&"é".repeat(80)).is_ok() && operator_name(&"a".repeat(81)).is_err());
        assert!(operator_name("a\nb").is_err());
        assert!(
            return_url("https://studio.example/a").is_ok() && return_url("http://studio.example").is_err()
        );
        assert!(
            operator_url("https://studio.example/").is_ok() && operator_url("javascript:alert(1)").is_err()
        );
    }

    #[test]
    fn embed_origins_are_normalized_and_unique() {
        let origins =
            embed_origins("https://Studio.example:443/, http://localhost:8080,https://studio.example");
        assert_eq!(origins.unwrap(), ["https://studio.example", "http://localhost:8080"]);
        assert_eq!(embed_origins(" , ").unwrap().len(), 0);
    }
}
