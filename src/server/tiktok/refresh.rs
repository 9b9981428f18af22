//! New tokens for a refresh token (<https://developers.tiktok.com/doc/oauth-user-access-token-management>).
//!
//! TikTok may kill the refresh token that it is asked with. Beside what went wrong it therefore matters
//! whether TikTok may have done its part.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    Answer, TikTok, TransportError,
    oauth::{self, OauthBody, OauthCode},
    token::TokenAnswer,
};
use crate::domain::{LogId, RefreshFailure};

/// Why TikTok gave no new tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshRefusal {
    /// What went wrong.
    pub refresh_failure: RefreshFailure,
    /// Whether TikTok may have given new tokens all the same, and the ones asked with are dead.
    pub unsure: bool,
    /// TikTok's log id of the answer, if there was one.
    pub log_id: Option<LogId>,
    /// TikTok's name for the error, for the log; `None` when it gave none, or one of no document.
    pub code: Option<&'static str>,
}

impl TikTok {
    /// Asks for new tokens: one attempt, for nobody can tell after a broken answer whether the refresh
    /// token was used up.
    ///
    /// # Errors
    /// [`RefreshRefusal`] says what went wrong, and whether new tokens may be on their way to nowhere.
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<TokenAnswer, RefreshRefusal> {
        let form = [
            ("client_key", self.client_key.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ];
        let answer = self.ask_oauth("token", &form, self.timeouts.refresh).await;
        judge(&answer.map_err(of_transport)?)
    }

    /// Whether TikTok is away, and how: asks for a token of the app's own, which no creator's grant has a
    /// part in (<https://developers.tiktok.com/doc/client-access-token-management>). Any answer of its own is
    /// good, also no: not every app may have such a token.
    pub async fn outage(&self) -> Option<RefreshFailure> {
        let form = [
            ("client_key", self.client_key.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
            ("grant_type", "client_credentials"),
        ];
        match self.ask_oauth("token", &form, self.timeouts.total).await {
            Ok(answer) => away(&answer),
            Err(error) => Some(of_transport(error).refresh_failure),
        }
    }

    /// How long [`Self::refresh`] may take.
    #[must_use]
    pub const fn refresh_patience(&self) -> Duration {
        self.timeouts.refresh
    }
}

fn judge(answer: &Answer) -> Result<TokenAnswer, RefreshRefusal> {
    let heard = oauth::parse_response(answer);
    let (code, (refresh_failure, unsure)) = match heard.oauth_body {
        OauthBody::Token(token) => return Ok(*token),
        OauthBody::Refusal(code) => (code, code.map_or((RefreshFailure::Unexpected, false), of_code)),
        OauthBody::Unreadable => (None, of_status(answer.status)),
    };
    Err(RefreshRefusal { refresh_failure, unsure, log_id: heard.log_id, code: code.map(OauthCode::as_str) })
}

/// What an error means for a refresh, and whether new tokens may have been made
/// (<https://developers.tiktok.com/doc/oauth-error-handling>).
const fn of_code(code: OauthCode) -> (RefreshFailure, bool) {
    match code {
        OauthCode::InvalidGrant => (RefreshFailure::Refused, false),
        OauthCode::InvalidClient | OauthCode::UnauthorizedClient => (RefreshFailure::AppRefused, false),
        OauthCode::InvalidRequest
        | OauthCode::InvalidScope
        | OauthCode::UnsupportedGrantType
        | OauthCode::UnsupportedResponseType => (RefreshFailure::RequestRefused, false),
        OauthCode::RateLimitExceeded => (RefreshFailure::RateLimited, false),
        // A failure inside TikTok does not say how far it had come.
        OauthCode::ServerError | OauthCode::TemporarilyUnavailable | OauthCode::InternalError => {
            (RefreshFailure::Unavailable, true)
        }
        // It belongs to the authorize step: nobody can tell what it would mean here.
        OauthCode::AccessDenied => (RefreshFailure::Unexpected, false),
    }
}

/// What an answer means that has neither tokens nor an error.
const fn of_status(status: u16) -> (RefreshFailure, bool) {
    match status {
        429 => (RefreshFailure::RateLimited, false),
        500..=599 => (RefreshFailure::Unavailable, true),
        _ => (RefreshFailure::Unexpected, true),
    }
}

/// How TikTok is away whose answer this is, if it is.
fn away(answer: &Answer) -> Option<RefreshFailure> {
    // A token of the app's own has no open_id, so it is no answer to a refresh.
    let is_object = serde_json::from_slice::<Value>(&answer.body).is_ok_and(|body| body.is_object());
    match oauth::parse_response(answer).oauth_body {
        OauthBody::Token(_) => None,
        OauthBody::Refusal(code) => {
            code.map(of_code).filter(|(_, unsure)| *unsure).map(|(refresh_failure, _)| refresh_failure)
        }
        OauthBody::Unreadable if is_object && answer.status < 500 => None,
        OauthBody::Unreadable => Some(of_status(answer.status).0),
    }
}

const fn of_transport(error: TransportError) -> RefreshRefusal {
    let (refresh_failure, unsure) = match error {
        TransportError::Unreachable => (RefreshFailure::Unreachable, false),
        TransportError::Broken | TransportError::Timeout => (RefreshFailure::NoAnswer, true),
        TransportError::TooLarge => (RefreshFailure::Unexpected, true),
    };
    RefreshRefusal { refresh_failure, unsure, log_id: None, code: None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(status: u16, body: impl Into<Vec<u8>>) -> RefreshRefusal {
        judge(&Answer { status, log_id: None, body: body.into() }).unwrap_err()
    }

    fn judged(status: u16, body: &str) -> (RefreshFailure, bool) {
        let refusal = refusal(status, body);
        (refusal.refresh_failure, refusal.unsure)
    }

    const CODES: [(&str, RefreshFailure, bool); 12] = [
        ("invalid_grant", RefreshFailure::Refused, false),
        ("invalid_client", RefreshFailure::AppRefused, false),
        ("unauthorized_client", RefreshFailure::AppRefused, false),
        ("invalid_request", RefreshFailure::RequestRefused, false),
        ("invalid_scope", RefreshFailure::RequestRefused, false),
        ("unsupported_grant_type", RefreshFailure::RequestRefused, false),
        ("unsupported_response_type", RefreshFailure::RequestRefused, false),
        ("access_denied", RefreshFailure::Unexpected, false),
        ("server_error", RefreshFailure::Unavailable, true),
        ("temporarily_unavailable", RefreshFailure::Unavailable, true),
        ("internal_error", RefreshFailure::Unavailable, true),
        ("rate_limit_exceeded", RefreshFailure::RateLimited, false),
    ];

    #[test]
    fn every_code_has_its_row_whatever_the_status() {
        assert_eq!(CODES.len(), OauthCode::ALL.len());
        for (code, refresh_failure, unsure) in CODES {
            for status in [200, 400, 401, 500] {
                let body = json!({"error": code, "error_description": "x", "log_id": "2099EXAMPLE"});
                let refusal = refusal(status, body.to_string());
                assert_eq!(
                    (refusal.refresh_failure, refusal.unsure),
                    (refresh_failure, unsure),
                    "{code} at {status}"
                );
                assert_eq!(refusal.log_id.unwrap().as_str(), "2099EXAMPLE");
                assert_eq!(refusal.code, Some(code));
            }
        }
    }

    #[test]
    fn the_other_dialect_has_the_same_rows() {
        for (code, refresh_failure, unsure) in CODES {
            let body = json!({"data": {}, "error": {"code": code, "message": "x", "log_id": "2099"}});
            let refusal = refusal(200, body.to_string());
            assert_eq!((refusal.refresh_failure, refusal.unsure), (refresh_failure, unsure), "{code}");
            assert_eq!(refusal.log_id.unwrap().as_str(), "2099");
        }
    }

    #[test]
    fn an_unknown_code_is_not_repeated_to_the_log() {
        let refusal = refusal(200, r#"{"error":"<b>something new</b>"}"#);
        assert_eq!(
            refusal,
            RefreshRefusal {
                refresh_failure: RefreshFailure::Unexpected,
                unsure: false,
                log_id: None,
                code: None
            }
        );
    }

    #[test]
    fn text_that_is_no_json_is_judged_by_its_status() {
        let html = "<html>Service unavailable</html>";
        assert_eq!(judged(429, html), (RefreshFailure::RateLimited, false));
        for status in [500, 502, 503, 504] {
            assert_eq!(judged(status, html), (RefreshFailure::Unavailable, true));
        }
        for status in [200, 302, 403, 404] {
            assert_eq!(judged(status, html), (RefreshFailure::Unexpected, true), "{status}");
        }
        assert_eq!(judged(200, "\u{fffd}{\"access_token\": <html>"), (RefreshFailure::Unexpected, true));
        assert_eq!(judged(200, ""), (RefreshFailure::Unexpected, true), "cut off");
    }

    #[test]
    fn neither_tokens_nor_an_error_leave_it_open_whether_there_are_new_ones() {
        let open_id = "0f1e2d3c-1111-4222-8333-abcdefabcdef";
        for body in [json!({}), json!([]), json!({"open_id": open_id}), json!({"access_token": "act.x"})] {
            assert_eq!(judged(200, &body.to_string()), (RefreshFailure::Unexpected, true), "{body}");
        }
        let empty = json!({"access_token": "", "open_id": open_id, "error": ""});
        assert_eq!(judged(200, &empty.to_string()), (RefreshFailure::Unexpected, true));
    }

    #[test]
    fn whatever_tiktok_itself_says_it_is_not_away() {
        let away = |status, body: &str| away(&Answer { status, log_id: None, body: body.into() });
        for (status, body) in [
            (200, r#"{"access_token":"clt.x","expires_in":7200,"token_type":"Bearer"}"#),
            (200, r#"{"error":"invalid_client"}"#),
            (401, r#"{"error":"unauthorized_client"}"#),
            (200, r#"{"error":"something_new"}"#),
            (200, r#"{"error":"rate_limit_exceeded"}"#),
        ] {
            assert_eq!(away(status, body), None, "{body}");
        }
        assert_eq!(away(503, "<html>"), Some(RefreshFailure::Unavailable));
        assert_eq!(away(429, ""), Some(RefreshFailure::RateLimited));
        assert_eq!(away(200, r#"{"error":"server_error"}"#), Some(RefreshFailure::Unavailable));
        assert_eq!(away(200, "<html>"), Some(RefreshFailure::Unexpected));
    }

    #[test]
    fn every_failure_of_the_way_there_has_its_row() {
        for (error, refresh_failure, unsure) in [
            (TransportError::Unreachable, RefreshFailure::Unreachable, false),
            (TransportError::Broken, RefreshFailure::NoAnswer, true),
            (TransportError::Timeout, RefreshFailure::NoAnswer, true),
            (TransportError::TooLarge, RefreshFailure::Unexpected, true),
        ] {
            let refusal = of_transport(error);
            assert_eq!((refusal.refresh_failure, refusal.unsure), (refresh_failure, unsure), "{error}");
        }
    }

    #[test]
    fn tokens_are_tokens_at_any_status_and_an_error_beside_them_is_an_error() {
        let mut body = json!({"access_token": "act.EXAMPLE!1.va", "open_id": "someone", "expires_in": 7200,
            "refresh_token": "rft.EXAMPLE!2.va", "refresh_expires_in": 15_552_000, "scope": "user.info.basic"});
        let answer = |body: &Value| Answer { status: 500, log_id: None, body: body.to_string().into_bytes() };
        assert_eq!(judge(&answer(&body)).unwrap().expires_in, 7200);
        body["error"] = json!("server_error");
        assert_eq!(judge(&answer(&body)).unwrap_err().refresh_failure, RefreshFailure::Unavailable);
    }
}
