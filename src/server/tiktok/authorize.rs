//! The authorize URL, where a login starts (<https://developers.tiktok.com/doc/login-kit-web>).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use super::TikTok;
use crate::server::entropy::{Entropy, random};

/// Parameters of the authorize URL that differ between logins.
#[derive(Debug)]
pub struct AuthorizeRequest<'a> {
    /// OAuth state; TikTok returns it to the redirect URI.
    pub state: &'a str,
    /// The PKCE verifier whose challenge is sent; `None` sends no challenge.
    pub code_verifier: Option<&'a SecretString>,
    /// Whether TikTok must show its consent page even to a creator who consented before.
    pub show_consent: bool,
}

impl TikTok {
    /// Builds the URL to redirect the browser to. It does not contain the client secret.
    #[must_use]
    pub fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Url {
        let mut url = self.authorize_url.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_key", &self.client_key)
            .append_pair("response_type", "code")
            .append_pair("scope", &self.scopes.to_string())
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("state", request.state)
            .append_pair("disable_auto_auth", if request.show_consent { "1" } else { "0" });
        if let Some(verifier) = request.code_verifier {
            query
                .append_pair("code_challenge", &code_challenge(verifier))
                .append_pair("code_challenge_method", "S256");
        }
        drop(query);
        url
    }
}

/// Draws a new PKCE code verifier: 64 characters of RFC 7636's alphabet.
#[must_use]
pub fn new_code_verifier(entropy: &dyn Entropy) -> SecretString {
    SecretString::from(URL_SAFE_NO_PAD.encode(random::<48>(entropy)))
}

/// TikTok's PKCE challenge: SHA-256 in lower-case hex, where RFC 7636 has base64url
/// (<https://developers.tiktok.com/doc/login-kit-desktop>).
fn code_challenge(verifier: &SecretString) -> String {
    hex::encode(Sha256::digest(verifier.expose_secret()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::entropy::SystemEntropy;

    #[test]
    fn code_challenge_is_lower_case_hex() {
        let verifier = SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(
            code_challenge(&verifier),
            "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"
        );
    }

    #[test]
    fn code_verifier_has_the_required_length() {
        let verifier = new_code_verifier(&SystemEntropy);
        assert!((43..=128).contains(&verifier.expose_secret().len()));
    }
}
