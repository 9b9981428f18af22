//! Settings of the TikTok app, with the redirect URI exactly as it is registered at TikTok.

use std::{fmt, str::FromStr};

use secrecy::SecretString;
use url::Url;

use super::{Problem, address, reader::Reader};
use crate::domain::Scopes;

/// The TikTok app and the addresses of TikTok.
#[derive(Debug)]
pub struct TikTokConfig {
    /// The client key; it is public.
    pub client_key: String,
    /// The client secret.
    pub client_secret: SecretString,
    /// The previous secret during a rotation; used only to verify events.
    pub previous_secret: Option<SecretString>,
    /// The redirect URI of logins.
    pub redirect_uri: RedirectUri,
    /// The scopes that a login requests; never empty.
    pub scopes: Scopes,
    /// Whether a login sends a PKCE challenge.
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

const API_URL: &str = "https://open.tiktokapis.com";

impl TikTokConfig {
    /// Whether the API is not TikTok's own.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.api_url.as_str().trim_end_matches('/') != API_URL
    }
}

/// Reads the section; `None` if a fault was recorded.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<TikTokConfig> {
    let client_key = reader.required_as("TIKTOK_CLIENT_KEY", FROM_PORTAL, credential);
    let client_secret = reader.required_as("TIKTOK_CLIENT_SECRET", FROM_PORTAL, credential);
    let previous_secret = reader.with_default(PREVIOUS, "", previous_secret);
    let redirect_uri = reader.required_as("TIKTOK_REDIRECT_URI", REDIRECT_REMEDY, str::parse::<RedirectUri>);
    let scopes = reader.with_default("TIKTOK_SCOPES", "user.info.basic,video.publish", scopes);
    let pkce = reader.with_default("TIKTOK_PKCE", "s256-hex", pkce);
    let authorize_url = reader.with_default(
        "TIKTOK_AUTHORIZE_URL",
        "https://www.tiktok.com/v2/auth/authorize/",
        address::server,
    );
    let api_url = reader.with_default("TIKTOK_API_URL", API_URL, address::server);

    Some(TikTokConfig {
        client_key: client_key?,
        client_secret: client_secret?.into(),
        previous_secret: previous_secret?,
        redirect_uri: redirect_uri?,
        pkce: pkce?,
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

/// A secret, or nothing for an empty value.
fn previous_secret(value: &str) -> Result<Option<SecretString>, Problem> {
    if value.is_empty() { Ok(None) } else { credential(value).map(|secret| Some(secret.into())) }
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

/// Parses the setting `TIKTOK_PKCE`. TikTok documents PKCE for desktop apps
/// (<https://developers.tiktok.com/doc/login-kit-desktop>) and refuses some web apps that send no challenge, so
/// every login sends one; `auto`, which once left it out for public redirect URIs, does too.
fn pkce(value: &str) -> Result<bool, Problem> {
    match value {
        "none" => Ok(false),
        "s256-hex" | "auto" => Ok(true),
        _ => Err(Problem::new("is not a known mode", "Use s256-hex or none.")),
    }
}

/// The URI to which TikTok redirects a creator after a login.
///
/// TikTok compares it byte for byte with what is registered in its portal, so the text is kept as
/// the operator wrote it (<https://developers.tiktok.com/doc/login-kit-web>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    url: Url,
}

impl RedirectUri {
    /// The path of the callback.
    pub const PATH: &str = "/webhook";
    /// The URI must be shorter than this, by TikTok's rule.
    const TOO_LONG: usize = 512;

    /// The URI as the operator wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port as a browser's `Origin` header has them (RFC 6454), as
    /// `https://localhost:5000`; a default port is left out.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Its host; an IPv6 address is without square brackets.
    #[must_use]
    pub fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned()
    }

    /// Whether it leads to this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        address::is_loopback(&self.url)
    }

    /// Whether it is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

impl FromStr for RedirectUri {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let refuse = |problem: &str| Err(Problem::new(problem, REDIRECT_REMEDY));
        if text.len() >= Self::TOO_LONG {
            return refuse("has 512 characters or more");
        }
        let url = match Url::parse(text) {
            Ok(url) if text.bytes().all(|byte| byte.is_ascii_graphic()) => url,
            _ => return refuse("is not an absolute address"),
        };
        if !address::is_protected(&url) {
            return refuse("is neither https nor http on this machine");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("has a user name or a password in it");
        }
        if text.contains(['?', '#']) {
            return refuse("has a query or a fragment, which TikTok does not take");
        }
        // Three slashes: a browser takes `/a/../webhook` for the same path, TikTok does not.
        if url.path() != Self::PATH || text.matches('/').count() != 3 {
            return refuse("does not have the path /webhook");
        }
        Ok(Self { text: text.to_owned(), url })
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pkce_mode_but_none_sends_a_challenge() {
        for (mode, sends) in [("none", false), ("s256-hex", true), ("auto", true)] {
            assert_eq!(pkce(mode), Ok(sends), "{mode}");
        }
        for unknown in ["plain", "S256", "s256", ""] {
            assert!(pkce(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn redirect_uri_keeps_text_and_has_origin() {
        let uri: RedirectUri = "https://Studio.example:443/webhook".parse().unwrap();
        assert_eq!(uri.as_str(), "https://Studio.example:443/webhook");
        assert_eq!(uri.origin(), "https://studio.example");
        assert_eq!(uri.host(), "studio.example");
        assert!(!uri.is_loopback());
    }

    #[test]
    fn loopback_redirect_uri_may_use_http() {
        for text in ["http://localhost:5000/webhook", "http://127.0.0.1/webhook", "http://[::1]:5000/webhook"]
        {
            assert!(text.parse::<RedirectUri>().unwrap().is_loopback(), "{text}");
        }
    }

    #[test]
    fn invalid_redirect_uri_is_refused() {
        let long = format!("https://{}.example/webhook", "a".repeat(500));
        for text in [
            "studio.example/webhook",
            "http://studio.example/webhook",
            "https://studio.example/",
            "https://studio.example/webhook/",
            "https://studio.example/a/../webhook",
            "https://studio.example/webhook?",
            "https://studio.example/webhook?a=1",
            "https://studio.example/webhook#a",
            "https://me@studio.example/webhook",
            "https://studio.example:*/webhook",
            "https://studio .example/webhook",
            "javascript:/webhook",
            &long,
        ] {
            assert!(text.parse::<RedirectUri>().is_err(), "{text}");
        }
    }
}
