//! What the doctor asks of TikTok and knows about its apps.

use reqwest::Response;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use url::Url;

use super::{LARGEST_ANSWER_BYTES, TikTok, read};
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

/// How TikTok took the app's key and secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// They belong together.
    Accepted,
    /// There is no such app, or the secret is another's.
    Refused,
    /// TikTok said neither.
    Unclear {
        /// The HTTP status.
        status: u16,
    },
}

/// TikTok's answer to key and secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How it took them.
    pub credentials: Credentials,
    /// TikTok's clock, from the `Date` header.
    pub date: Option<Timestamp>,
}

impl TikTok {
    /// Asks for a client token, which proves the pair of key and secret and nothing else; the token is dropped
    /// (<https://developers.tiktok.com/doc/client-access-token-management>).
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn check_credentials(&self) -> Result<Checked, reqwest::Error> {
        let form = [
            ("client_key", self.client_key.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
            ("grant_type", "client_credentials"),
        ];
        let request = self.http.post(self.endpoint("/v2/oauth/token/")).header("cache-control", "no-cache");
        let response = request.form(&form).send().await?;
        let date = date(&response);
        let status = response.status().as_u16();
        let answer = read(response, LARGEST_ANSWER_BYTES).await;
        let body = answer.ok().and_then(|answer| serde_json::from_slice(&answer.body).ok());
        Ok(Checked { credentials: judge(&body.unwrap_or_default(), status), date })
    }

    /// The root of the API.
    #[must_use]
    pub fn api_url(&self) -> &Url {
        &self.api_url
    }
}

/// Errors come with 200 too: the body decides.
fn judge(body: &Value, status: u16) -> Credentials {
    let text = |name| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match (text("error"), text("access_token")) {
        (None, Some(_)) => Credentials::Accepted,
        (Some("invalid_client"), _) => Credentials::Refused,
        _ => Credentials::Unclear { status },
    }
}

fn date(response: &Response) -> Option<Timestamp> {
    let date = response.headers().get("date")?.to_str().ok()?;
    let moment = OffsetDateTime::parse(date, &Rfc2822).ok()?;
    Some(Timestamp(moment.unix_timestamp()))
}

/// Whether an address leads to TikTok itself and not to a simulator.
#[must_use]
pub fn is_tiktoks_own(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    ["tiktok.com", "tiktokapis.com"]
        .iter()
        .any(|own| host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether TikTok documents the scope.
#[must_use]
pub fn is_known(scope: &Scope) -> bool {
    SCOPES.contains(&scope.as_str()) || scope.as_str().starts_with("portability.")
}

/// Whether the key is a sandbox's: TikTok's portal gives those out with this prefix.
#[must_use]
pub fn is_sandbox(client_key: &str) -> bool {
    client_key.starts_with("sb")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_body_says_whether_the_pair_is_good() {
        for (status, body, expected) in [
            (200, json!({"access_token": "clt.x", "expires_in": 7200}), Credentials::Accepted),
            (200, json!({"error": "invalid_client", "error_description": ""}), Credentials::Refused),
            (401, json!({"error": "invalid_client"}), Credentials::Refused),
            (200, json!({"error": "unauthorized_client"}), Credentials::Unclear { status: 200 }),
            (502, Value::Null, Credentials::Unclear { status: 502 }),
        ] {
            assert_eq!(judge(&body, status), expected, "{body}");
        }
    }

    #[test]
    fn tiktoks_own_hosts_are_known_and_their_likes_are_not() {
        for own in ["https://www.tiktok.com/v2/auth/authorize/", "https://open.tiktokapis.com"] {
            assert!(is_tiktoks_own(&own.parse().unwrap()), "{own}");
        }
        for other in ["https://nottiktok.com", "https://tiktok.com.example", "http://127.0.0.1:5001"] {
            assert!(!is_tiktoks_own(&other.parse().unwrap()), "{other}");
        }
    }
}
