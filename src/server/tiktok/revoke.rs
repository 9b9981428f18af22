//! The revoke endpoint (<https://developers.tiktok.com/doc/oauth-user-access-token-management>): the app
//! goes from the creator's list of connected apps.
//!
//! TikTok documents an empty answer for success and no errors of its own; they come in the token
//! endpoint's dialect.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{
    Answer, TikTok,
    oauth::{error_name, log_id_of},
};

/// Why TikTok did not revoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevokeError {
    /// The token is dead: with it nothing is left to revoke.
    #[error("TikTok does not know the token")]
    TokenDead,
    /// TikTok does not accept the app: the operator's to mend.
    #[error("TikTok does not accept the app's credentials")]
    AppRefused,
    /// TikTok does not accept the question: ours to mend.
    #[error("TikTok does not accept the question")]
    RequestRefused,
    /// Asked too often.
    #[error("TikTok asks us to slow down")]
    RateLimited,
    /// TikTok was not reached, did not answer, or cannot now.
    #[error("TikTok cannot revoke now")]
    Unavailable,
    /// An answer that is in no document.
    #[error("TikTok's answer was not understood")]
    Unexpected,
}

impl TikTok {
    /// Revokes a grant by its access token.
    ///
    /// # Errors
    /// [`RevokeError`] says whether it is worth another try.
    pub async fn revoke(&self, access_token: &SecretString) -> Result<(), RevokeError> {
        let form = [
            ("client_key", self.client_key.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
            ("token", access_token.expose_secret()),
        ];
        match self.ask_oauth("revoke", &form, self.timeouts.total).await {
            Ok(answer) => judge(&answer),
            Err(_) => Err(RevokeError::Unavailable),
        }
    }
}

/// An answer without an error's name is success, unless its status or its form speaks against it: a
/// proxy on the way says neither yes nor no.
fn judge(answer: &Answer) -> Result<(), RevokeError> {
    let empty = answer.body.trim_ascii().is_empty();
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    if let Some(name) = body.as_ref().and_then(error_name) {
        let (error, known) = error_of(name);
        let log_id = body.as_ref().and_then(|body| log_id_of(body, answer));
        tracing::warn!(code = known, status = answer.status, ?log_id, "TikTok did not revoke");
        return Err(error);
    }
    match answer.status {
        200..=299 if empty || body.is_some() => Ok(()),
        429 => Err(RevokeError::RateLimited),
        500..=599 => Err(RevokeError::Unavailable),
        _ => Err(RevokeError::Unexpected),
    }
}

/// The table of refusals (<https://developers.tiktok.com/doc/oauth-error-handling>, and the names that
/// the rest of the API has for the same). With the name for the log, where it is one of TikTok's.
fn error_of(name: &str) -> (RevokeError, Option<&'static str>) {
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

    fn judged(status: u16, body: impl Into<Vec<u8>>) -> Result<(), RevokeError> {
        judge(&Answer { status, log_id: None, body: body.into() })
    }

    #[test]
    fn an_empty_answer_in_any_form_is_success() {
        for body in ["", "\r\n", "{}", r#"{"data":{}}"#, r#"{"error":""}"#, r#"{"error":{"code":"ok"}}"#] {
            assert_eq!(judged(200, body), Ok(()), "{body}");
        }
        assert_eq!(judged(204, ""), Ok(()));
    }

    #[test]
    fn every_row_of_the_refusals() {
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
                assert_eq!(judged(status, flat.to_string()), Err(expected), "{code}");
                let enveloped = json!({"data": {}, "error": {"code": code, "log_id": "2099"}});
                assert_eq!(judged(status, enveloped.to_string()), Err(expected), "{code}");
            }
        }
    }

    #[test]
    fn an_answer_of_somebody_on_the_way_is_no_success() {
        let rows = [
            (502, "", RevokeError::Unavailable),
            (503, "{}", RevokeError::Unavailable),
            (429, "", RevokeError::RateLimited),
            (404, "", RevokeError::Unexpected),
            (302, "", RevokeError::Unexpected),
            (200, "<html>", RevokeError::Unexpected),
        ];
        for (status, body, expected) in rows {
            assert_eq!(judged(status, body), Err(expected), "{status} {body}");
        }
    }
}
