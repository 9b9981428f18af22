//! Revokes tokens (<https://developers.tiktok.com/doc/oauth-user-access-token-management>), which removes the
//! app from the creator's list of connected apps.
//!
//! TikTok documents an empty response for success and no errors of its own; they use the token
//! endpoint's dialect.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{RawResponse, TikTok, oauth::error_name};
use crate::server::metrics::Endpoint;

/// Error of a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevokeError {
    /// The token is dead: there is nothing left that it could revoke.
    #[error("TikTok does not know the token")]
    TokenDead,
    /// TikTok does not accept the app; the operator must fix it.
    #[error("TikTok does not accept the app's credentials")]
    AppRefused,
    /// TikTok does not accept the request; a fault of this program.
    #[error("TikTok does not accept the request")]
    RequestRefused,
    /// Too many requests.
    #[error("TikTok limits the rate of requests")]
    RateLimited,
    /// TikTok was not reached, did not respond, or cannot revoke now.
    #[error("TikTok cannot revoke now")]
    Unavailable,
    /// An undocumented response.
    #[error("TikTok's response was not understood")]
    Unexpected,
}

impl TikTok {
    /// Revokes a grant by its access token.
    ///
    /// # Errors
    /// [`RevokeError`] shows whether a retry can help.
    pub async fn revoke(&self, access_token: &SecretString) -> Result<(), RevokeError> {
        let form = [("token", access_token.expose_secret())];
        let response = self.post_oauth(Endpoint::Revoke, &form, self.timeouts.total).await;
        revoke_result(&response.map_err(|_| RevokeError::Unavailable)?)
    }
}

/// A response without an error's name is success, unless its status or form contradicts: a proxy's response
/// proves nothing.
fn revoke_result(response: &RawResponse) -> Result<(), RevokeError> {
    let is_empty = response.body.trim_ascii().is_empty();
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    if let Some((body, name)) = body.as_ref().and_then(|body| Some((body, error_name(body)?))) {
        let (error, known) = error_of_name(name);
        let log_id = response.log_id(body);
        tracing::warn!(code = known, status = response.status, ?log_id, "TikTok refused a revocation");
        return Err(error);
    }
    match response.status {
        200..=299 if is_empty || body.is_some() => Ok(()),
        429 => Err(RevokeError::RateLimited),
        500..=599 => Err(RevokeError::Unavailable),
        _ => Err(RevokeError::Unexpected),
    }
}

/// Maps an error's name (<https://developers.tiktok.com/doc/oauth-error-handling>, and the rest of the API's
/// names for the same errors); also returns the name for the log, if it is documented.
fn error_of_name(name: &str) -> (RevokeError, Option<&'static str>) {
    let row = ROWS.iter().find(|(known, _)| *known == name);
    row.map_or((RevokeError::Unexpected, None), |(known, error)| (*error, Some(*known)))
}

const ROWS: [(&str, RevokeError); 13] = [
    ("invalid_grant", RevokeError::TokenDead),
    ("access_token_invalid", RevokeError::TokenDead),
    ("invalid_client", RevokeError::AppRefused),
    ("unauthorized_client", RevokeError::AppRefused),
    ("invalid_request", RevokeError::RequestRefused),
    ("invalid_params", RevokeError::RequestRefused),
    ("invalid_scope", RevokeError::RequestRefused),
    ("unsupported_grant_type", RevokeError::RequestRefused),
    ("unsupported_response_type", RevokeError::RequestRefused),
    ("rate_limit_exceeded", RevokeError::RateLimited),
    ("server_error", RevokeError::Unavailable),
    ("temporarily_unavailable", RevokeError::Unavailable),
    ("internal_error", RevokeError::Unavailable),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn revoke(status: u16, body: impl Into<Vec<u8>>) -> Result<(), RevokeError> {
        revoke_result(&RawResponse::with_body(status, body))
    }

    #[test]
    fn empty_response_is_success() {
        for body in ["", "\r\n", "{}", r#"{"data":{}}"#, r#"{"error":""}"#, r#"{"error":{"code":"ok"}}"#] {
            assert_eq!(revoke(200, body), Ok(()), "{body}");
        }
        assert_eq!(revoke(204, ""), Ok(()));
    }

    #[test]
    fn error_names_map_to_revoke_errors() {
        let rows = [
            ("invalid_grant", RevokeError::TokenDead),
            ("access_token_invalid", RevokeError::TokenDead),
            ("invalid_client", RevokeError::AppRefused),
            ("unauthorized_client", RevokeError::AppRefused),
            ("invalid_request", RevokeError::RequestRefused),
            ("invalid_params", RevokeError::RequestRefused),
            ("invalid_scope", RevokeError::RequestRefused),
            ("unsupported_grant_type", RevokeError::RequestRefused),
            ("unsupported_response_type", RevokeError::RequestRefused),
            ("rate_limit_exceeded", RevokeError::RateLimited),
            ("server_error", RevokeError::Unavailable),
            ("temporarily_unavailable", RevokeError::Unavailable),
            ("internal_error", RevokeError::Unavailable),
            ("something_new", RevokeError::Unexpected),
        ];
        for (code, expected) in rows {
            for status in [200, 400, 401] {
                let flat = json!({"error": code, "error_description": "x", "log_id": "2099"});
                assert_eq!(revoke(status, flat.to_string()), Err(expected), "{code}");
                let enveloped = json!({"data": {}, "error": {"code": code, "log_id": "2099"}});
                assert_eq!(revoke(status, enveloped.to_string()), Err(expected), "{code}");
            }
        }
    }

    #[test]
    fn response_of_a_proxy_is_an_error() {
        let rows = [
            (502, "", RevokeError::Unavailable),
            (503, "{}", RevokeError::Unavailable),
            (429, "", RevokeError::RateLimited),
            (404, "", RevokeError::Unexpected),
            (302, "", RevokeError::Unexpected),
            (200, "<html>", RevokeError::Unexpected),
        ];
        for (status, body, expected) in rows {
            assert_eq!(revoke(status, body), Err(expected), "{status} {body}");
        }
    }
}
