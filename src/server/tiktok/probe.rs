//! Checks of TikTok's API and of app settings, for the `doctor` command.

use serde_json::Value;
use url::Url;

use super::{MAX_RESPONSE_BYTES, RawResponse, TikTok, date_header};
use crate::domain::{Scope, Timestamp};

/// Scopes that TikTok documents (<https://developers.tiktok.com/doc/tiktok-api-scopes>).
const SCOPES: [&str; 13] = [
    "user.info.basic",
    "user.info.profile",
    "user.info.stats",
    "video.list",
    "video.upload",
    "video.publish",
    "research.data.basic",
    "research.data.u18eu",
    "research.data.vra",
    "research.adlib.basic",
    "local.product.manage",
    "local.shop.manage",
    "local.voucher.manage",
];

/// Scopes of the Display API, which TikTok gives no longer to apps that are registered in 2026 or later.
const DISPLAY_SCOPES: [&str; 3] = [Scope::USER_INFO_PROFILE, "user.info.stats", "video.list"];

/// Whether TikTok accepts the app's key and secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// They are a valid pair.
    Accepted,
    /// The app does not exist, or the secret is not its own.
    Refused,
    /// The response shows neither.
    Unclear {
        /// The HTTP status.
        status: u16,
    },
}

/// Result of [`TikTok::check_credentials`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialCheck {
    /// Whether TikTok accepts key and secret.
    pub credentials: Credentials,
    /// TikTok's time, from the `Date` header.
    pub date: Option<Timestamp>,
}

impl TikTok {
    /// Requests a client token, which checks the pair of key and secret and nothing else; the token is dropped.
    ///
    /// # Errors
    /// When there was no response.
    pub async fn check_credentials(&self) -> Result<CredentialCheck, reqwest::Error> {
        let response = self.client_token_request().send().await?;
        let (date, status) = (date_header(&response), response.status().as_u16());
        let response = RawResponse::read(response, MAX_RESPONSE_BYTES).await;
        let body = response.ok().and_then(|response| serde_json::from_slice(&response.body).ok());
        Ok(CredentialCheck { credentials: credentials_of(&body.unwrap_or_default(), status), date })
    }

    /// The API's base URL.
    #[must_use]
    pub fn api_url(&self) -> &Url {
        &self.api_url
    }
}

/// Errors have status 200 too, so the body decides.
fn credentials_of(body: &Value, status: u16) -> Credentials {
    let text = |name| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match (text("error"), text("access_token")) {
        (None, Some(_)) => Credentials::Accepted,
        (Some("invalid_client"), _) => Credentials::Refused,
        _ => Credentials::Unclear { status },
    }
}

/// Whether a URL's host is TikTok's own and not a simulator.
#[must_use]
pub fn is_tiktok_host(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    ["tiktok.com", "tiktokapis.com"]
        .iter()
        .any(|own| host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether TikTok documents the scope.
#[must_use]
pub fn is_documented_scope(scope: &Scope) -> bool {
    SCOPES.contains(&scope.as_str()) || scope.as_str().starts_with("portability.")
}

/// Whether an app that is registered now cannot get the scope.
#[must_use]
pub fn is_closed_scope(scope: &Scope) -> bool {
    DISPLAY_SCOPES.contains(&scope.as_str())
}

/// Whether the key is a sandbox's: TikTok's portal gives all of them the same prefix.
#[must_use]
pub fn is_sandbox_key(client_key: &str) -> bool {
    client_key.starts_with("sb")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn response_body_decides_about_credentials() {
        for (status, body, expected) in [
            (200, json!({"access_token": "clt.x", "expires_in": 7200}), Credentials::Accepted),
            (200, json!({"error": "invalid_client", "error_description": ""}), Credentials::Refused),
            (401, json!({"error": "invalid_client"}), Credentials::Refused),
            (200, json!({"error": "unauthorized_client"}), Credentials::Unclear { status: 200 }),
            (502, Value::Null, Credentials::Unclear { status: 502 }),
        ] {
            assert_eq!(credentials_of(&body, status), expected, "{body}");
        }
    }

    #[test]
    fn tiktok_hosts_are_distinguished_from_lookalikes() {
        for own in ["https://www.tiktok.com/v2/auth/authorize/", "https://open.tiktokapis.com"] {
            assert!(is_tiktok_host(&own.parse().unwrap()), "{own}");
        }
        for other in ["https://nottiktok.com", "https://tiktok.com.example", "http://127.0.0.1:5001"] {
            assert!(!is_tiktok_host(&other.parse().unwrap()), "{other}");
        }
    }
}
