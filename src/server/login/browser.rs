//! The browser of a login: a random token in a cookie, which binds the callback to the browser that began it.
//!
//! The store has the token's digest alone. A browser that never returns leaves a row for an hour, and no session.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;
use sha2::{Digest, Sha256};

use crate::server::{
    cookie,
    entropy::{Entropy, random},
};

/// The cookie's name.
pub const COOKIE: &str = "__Host-login";

/// As long as a pending login is stored.
const LIFETIME_SECONDS: i64 = 60 * 60;

const TOKEN_BYTES: usize = 32;

/// A browser's token.
pub struct LoginBrowser(String);

impl LoginBrowser {
    /// The browser of a request; `None` without a token of ours.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let token = cookie::value(headers, COOKIE)?;
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        (bytes.len() == TOKEN_BYTES).then(|| Self(token.to_owned()))
    }

    /// A browser without a token gets this one.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>(entropy)))
    }

    /// SHA-256 of the token, hex: the browser's name in the store.
    #[must_use]
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }

    /// The `Set-Cookie` value that keeps the token.
    #[must_use]
    pub fn set_cookie(&self) -> String {
        cookie::set(COOKIE, &self.0, LIFETIME_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;
    use crate::server::entropy::SystemEntropy;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        headers
    }

    #[test]
    fn token_survives_the_cookie() {
        let browser = LoginBrowser::new(&SystemEntropy);
        let cookie = browser.set_cookie();
        let pair = cookie.split(';').next().unwrap();
        assert_eq!(LoginBrowser::of(&headers(pair)).unwrap().digest(), browser.digest());
    }

    #[test]
    fn foreign_token_is_no_browser() {
        for cookie in ["__Host-login=", "__Host-login=abc", "__Host-login=%%%", "login=AAAA", ""] {
            assert!(LoginBrowser::of(&headers(cookie)).is_none(), "{cookie}");
        }
    }
}
