//! Codes for tokens (<https://developers.tiktok.com/doc/oauth-user-access-token-management>).

use secrecy::{ExposeSecret, SecretString};

use super::{
    Answer, TikTok, TransportError,
    oauth::{self, OauthBody, OauthCode},
};
use crate::domain::{LoginFailure, LoginRefusal, OpenId, Scopes};

/// A consent as TikTok has just given it.
#[derive(Debug)]
pub struct TokenAnswer {
    /// Who consented.
    pub open_id: OpenId,
    /// For calls.
    pub access_token: SecretString,
    /// For new access tokens; `None` when TikTok sent none.
    pub refresh_token: Option<SecretString>,
    /// What was granted.
    pub scopes: Scopes,
    /// `Bearer`, or what TikTok sent.
    pub token_type: String,
    /// Lifetime of the access token, in seconds.
    pub expires_in: i64,
    /// Lifetime of the refresh token, in seconds; `None` when TikTok said nothing usable.
    pub refresh_expires_in: Option<i64>,
}

impl TikTok {
    /// Exchanges a code: one attempt, because a code is single-use and nobody can tell after a
    /// broken answer whether it was used.
    ///
    /// # Errors
    /// [`LoginRefusal`] names the failure, with TikTok's log id where there is one.
    pub async fn exchange_code(
        &self,
        code: &SecretString,
        code_verifier: Option<&SecretString>,
    ) -> Result<TokenAnswer, LoginRefusal> {
        let mut form = vec![
            ("client_key", self.client_key.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
            ("code", code.expose_secret()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", self.redirect_uri.as_str()),
        ];
        if let Some(verifier) = code_verifier {
            form.push(("code_verifier", verifier.expose_secret()));
        }
        let answer = self.ask_oauth("token", &form, self.timeouts.total).await;
        parse_response(&answer.map_err(failure_of_transport)?)
    }
}

fn failure_of_transport(error: TransportError) -> LoginRefusal {
    let failure = match error {
        TransportError::Unreachable | TransportError::Broken => LoginFailure::TikTokUnavailable,
        TransportError::Timeout => LoginFailure::TikTokTimeout,
        TransportError::TooLarge => LoginFailure::UnexpectedAnswer,
    };
    failure.into()
}

fn parse_response(answer: &Answer) -> Result<TokenAnswer, LoginRefusal> {
    let heard = oauth::parse_response(answer);
    let failure = match heard.oauth_body {
        OauthBody::Token(token) => return Ok(*token),
        OauthBody::Unreadable => failure_of_status(answer.status),
        OauthBody::Refusal(code) => {
            let (name, log_id) = (code.map(OauthCode::as_str), &heard.log_id);
            tracing::warn!(code = name, status = answer.status, ?log_id, "TikTok refused a code");
            code.map_or(LoginFailure::UnexpectedAnswer, failure_of)
        }
    };
    Err(LoginRefusal { failure, log_id: heard.log_id })
}

/// The table of the token dialect (<https://developers.tiktok.com/doc/oauth-error-handling>).
const fn failure_of(code: OauthCode) -> LoginFailure {
    match code {
        OauthCode::AccessDenied => LoginFailure::Cancelled,
        OauthCode::InvalidClient | OauthCode::UnauthorizedClient => LoginFailure::ClientRefused,
        OauthCode::InvalidGrant => LoginFailure::CodeRefused,
        OauthCode::InvalidScope => LoginFailure::ScopeRefused,
        OauthCode::InvalidRequest | OauthCode::UnsupportedGrantType | OauthCode::UnsupportedResponseType => {
            LoginFailure::RequestRefused
        }
        OauthCode::ServerError | OauthCode::TemporarilyUnavailable | OauthCode::InternalError => {
            LoginFailure::TikTokUnavailable
        }
        OauthCode::RateLimitExceeded => LoginFailure::RateLimited,
    }
}

/// What an answer without a readable error means, by its status.
fn failure_of_status(status: u16) -> LoginFailure {
    match status {
        429 => LoginFailure::RateLimited,
        500..=599 => LoginFailure::TikTokUnavailable,
        _ => LoginFailure::UnexpectedAnswer,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn answer(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status, log_id: None, body: body.into() }
    }

    fn success() -> Value {
        json!({"access_token": "act.EXAMPLEaaa!1001.va", "expires_in": 86400,
            "open_id": "0f1e2d3c-1111-4222-8333-abcdefabcdef", "refresh_expires_in": 31_536_000,
            "refresh_token": "rft.EXAMPLEbbb!1002.va", "scope": "user.info.basic,video.publish",
            "token_type": "Bearer"})
    }

    fn with(key: &str, value: Value) -> Result<TokenAnswer, LoginRefusal> {
        let mut body = success();
        body[key] = value;
        parse_response(&answer(200, body.to_string()))
    }

    #[test]
    fn tiktoks_own_example_is_accepted_unchanged() {
        let token = parse_response(&answer(200, success().to_string())).unwrap();
        assert_eq!(token.access_token.expose_secret(), "act.EXAMPLEaaa!1001.va");
        assert_eq!(token.refresh_expires_in, Some(31_536_000));
        assert_eq!(token.scopes.to_string(), "user.info.basic,video.publish");
    }

    #[test]
    fn the_status_does_not_decide() {
        assert!(parse_response(&answer(500, success().to_string())).is_ok());
    }

    #[test]
    fn every_row_of_the_token_dialect() {
        let rows = [
            ("access_denied", LoginFailure::Cancelled),
            ("invalid_client", LoginFailure::ClientRefused),
            ("unauthorized_client", LoginFailure::ClientRefused),
            ("invalid_grant", LoginFailure::CodeRefused),
            ("invalid_request", LoginFailure::RequestRefused),
            ("invalid_scope", LoginFailure::ScopeRefused),
            ("unsupported_grant_type", LoginFailure::RequestRefused),
            ("unsupported_response_type", LoginFailure::RequestRefused),
            ("server_error", LoginFailure::TikTokUnavailable),
            ("temporarily_unavailable", LoginFailure::TikTokUnavailable),
            ("rate_limit_exceeded", LoginFailure::RateLimited),
            ("something_new", LoginFailure::UnexpectedAnswer),
        ];
        for (code, expected) in rows {
            let body = json!({"error": code, "error_description": "x", "log_id": "2099EXAMPLE"});
            let refusal = parse_response(&answer(200, body.to_string())).unwrap_err();
            assert_eq!(refusal.failure, expected, "{code}");
            assert_eq!(refusal.log_id.unwrap().as_str(), "2099EXAMPLE");
        }
    }

    #[test]
    fn an_error_of_the_other_dialect_is_understood() {
        let body = json!({"data": {}, "error": {"code": "rate_limit_exceeded", "log_id": "2099"}});
        let refusal = parse_response(&answer(429, body.to_string())).unwrap_err();
        assert_eq!(refusal.failure, LoginFailure::RateLimited);
        assert_eq!(refusal.log_id.unwrap().as_str(), "2099");
    }

    #[test]
    fn text_that_is_no_json_is_judged_by_its_status() {
        let failure = |status| parse_response(&answer(status, "<html>")).unwrap_err().failure;
        assert_eq!(failure(200), LoginFailure::UnexpectedAnswer);
        assert_eq!(failure(429), LoginFailure::RateLimited);
        assert_eq!(failure(502), LoginFailure::TikTokUnavailable);
    }

    #[test]
    fn no_token_and_no_error_is_unexpected() {
        for body in ["{}", "[]", "null", "\"act.x\"", r#"{"access_token":""}"#, r#"{"access_token":7}"#] {
            let failure = parse_response(&answer(200, body)).unwrap_err().failure;
            assert_eq!(failure, LoginFailure::UnexpectedAnswer, "{body}");
        }
    }

    #[test]
    fn a_token_of_nobody_is_unexpected() {
        assert!(with("open_id", json!("")).is_err());
    }

    #[test]
    fn absent_or_absurd_lifetimes_fall_back_to_two_hours() {
        for value in [json!(null), json!(0), json!(-1), json!("soon"), json!(1e30), json!(i64::MAX)] {
            assert_eq!(with("expires_in", value.clone()).unwrap().expires_in, 7200, "{value}");
            assert_eq!(with("refresh_expires_in", value).unwrap().refresh_expires_in, None);
        }
    }

    #[test]
    fn a_scope_that_is_none_costs_no_consent() {
        let token = with("scope", json!("user.info.basic,<b>,video.publish")).unwrap();
        assert_eq!(token.scopes.to_string(), "user.info.basic,video.publish");
    }

    #[test]
    fn a_missing_refresh_token_is_no_empty_one() {
        assert!(with("refresh_token", json!("")).unwrap().refresh_token.is_none());
    }
}
