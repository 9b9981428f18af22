//! The settings of the TikTok app.

use secrecy::SecretString;
use url::Url;

use super::{Problem, RedirectUri, address, reader::Reader};
use crate::domain::Scopes;

/// The TikTok app that creators connect to, and how it is reached.
#[derive(Debug)]
pub struct TikTokConfig {
    /// TikTok's name for the app; it is public.
    pub client_key: String,
    /// What proves to TikTok that we are the app.
    pub client_secret: SecretString,
    /// The secret before that one, while a change of it is under way: it verifies events, and nothing else.
    pub previous_secret: Option<SecretString>,
    /// Where TikTok sends creators back to.
    pub redirect_uri: RedirectUri,
    /// The scopes that a login asks for; never empty.
    pub scopes: Scopes,
    /// Whether a login sends a PKCE challenge; `auto` is decided here already.
    pub pkce: bool,
    /// The authorize page.
    pub authorize_url: Url,
    /// The root of the API.
    pub api_url: Url,
}

const PREVIOUS: &str = "TIKTOK_CLIENT_SECRET_PREVIOUS";
const FROM_PORTAL: &str = "Copy it from the app's page on https://developers.tiktok.com/apps.";
const REDIRECT_REMEDY: &str =
    "Register https://your host/webhook in TikTok's portal and write exactly that here.";

/// Reads the section; `None` when a fault was noted.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<TikTokConfig> {
    let client_key = reader.required_as("TIKTOK_CLIENT_KEY", FROM_PORTAL, credential);
    let client_secret = reader.required_as("TIKTOK_CLIENT_SECRET", FROM_PORTAL, credential);
    let previous_secret = reader.optional(PREVIOUS).map(|value| reader.noted(PREVIOUS, credential(&value)));
    let redirect_uri = reader.required_as("TIKTOK_REDIRECT_URI", REDIRECT_REMEDY, str::parse::<RedirectUri>);
    let scopes = reader.or("TIKTOK_SCOPES", "user.info.basic,video.publish", scopes);
    let pkce = reader.or("TIKTOK_PKCE", "auto", Pkce::parse);
    let authorize_url =
        reader.or("TIKTOK_AUTHORIZE_URL", "https://www.tiktok.com/v2/auth/authorize/", address::server);
    let api_url = reader.or("TIKTOK_API_URL", "https://open.tiktokapis.com", address::server);

    let redirect_uri = redirect_uri?;
    Some(TikTokConfig {
        client_key: client_key?,
        client_secret: client_secret?.into(),
        previous_secret: match previous_secret {
            Some(secret) => Some(SecretString::from(secret?)),
            None => None,
        },
        pkce: pkce?.applies_to(&redirect_uri),
        redirect_uri,
        scopes: scopes?,
        authorize_url: authorize_url?,
        api_url: api_url?,
    })
}

/// A key or secret as TikTok's portal shows it: visible ASCII.
fn credential(value: &str) -> Result<String, Problem> {
    if value.len() <= 256 && value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(value.to_owned());
    }
    Err(Problem::new("has characters that no TikTok key has, or more than 256 of them", FROM_PORTAL))
}

fn scopes(value: &str) -> Result<Scopes, Problem> {
    let remedy = "List TikTok's scopes with commas, as in user.info.basic,video.publish.";
    let scopes: Scopes =
        value.parse().map_err(|malformed| Problem::new(format!("has a {malformed}"), remedy))?;
    if scopes.is_empty() {
        return Err(Problem::new("names no scope", remedy));
    }
    Ok(scopes)
}

/// The setting `TIKTOK_PKCE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pkce {
    None,
    S256Hex,
    Auto,
}

impl Pkce {
    fn parse(value: &str) -> Result<Self, Problem> {
        match value {
            "none" => Ok(Self::None),
            "s256-hex" => Ok(Self::S256Hex),
            "auto" => Ok(Self::Auto),
            _ => Err(Problem::new("is not a known way", "Use none, s256-hex or auto.")),
        }
    }

    /// TikTok demands PKCE of desktop apps, whose redirects lead to the creator's own machine
    /// (<https://developers.tiktok.com/doc/login-kit-desktop>).
    fn applies_to(self, redirect_uri: &RedirectUri) -> bool {
        match self {
            Self::None => false,
            Self::S256Hex => true,
            Self::Auto => redirect_uri.is_loopback(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pkce_is_decided_by_the_setting_and_else_by_the_redirect() {
        let local: RedirectUri = "https://localhost:5000/webhook".parse().unwrap();
        let public: RedirectUri = "https://studio.example/webhook".parse().unwrap();
        for (setting, for_local, for_public) in
            [("none", false, false), ("s256-hex", true, true), ("auto", true, false)]
        {
            let pkce = Pkce::parse(setting).unwrap();
            assert_eq!(pkce.applies_to(&local), for_local, "{setting}");
            assert_eq!(pkce.applies_to(&public), for_public, "{setting}");
        }
    }
}
