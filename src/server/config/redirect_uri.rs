//! The redirect URI, exactly as it is registered at TikTok.

use std::{fmt, str::FromStr};

use url::Url;

use super::{Problem, address};

/// Where TikTok sends a creator back to.
///
/// TikTok compares it byte for byte with what is registered in its portal, so the text is kept as
/// the operator wrote it (<https://developers.tiktok.com/doc/login-kit-web>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    url: Url,
}

impl RedirectUri {
    /// The path that the app answers on.
    pub const PATH: &str = "/webhook";
    /// TikTok wants fewer characters than this.
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
        let remedy = "Register https://your host/webhook in TikTok's portal and write exactly that here.";
        let refuse = |problem: &str| Err(Problem::new(problem, remedy));
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
    fn a_good_one_keeps_its_text_and_knows_its_origin() {
        let uri: RedirectUri = "https://Studio.example:443/webhook".parse().unwrap();
        assert_eq!(uri.as_str(), "https://Studio.example:443/webhook");
        assert_eq!(uri.origin(), "https://studio.example");
        assert!(!uri.is_loopback());
    }

    #[test]
    fn this_machine_may_use_http() {
        for text in ["http://localhost:5000/webhook", "http://127.0.0.1/webhook", "http://[::1]:5000/webhook"]
        {
            assert!(text.parse::<RedirectUri>().unwrap().is_loopback(), "{text}");
        }
    }

    #[test]
    fn what_tiktok_or_the_app_would_not_take_is_refused() {
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
