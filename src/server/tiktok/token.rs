//! Exchanges authorization codes for tokens
//! (<https://developers.tiktok.com/doc/oauth-user-access-token-management>).

use secrecy::{ExposeSecret, SecretString};

pub use super::oauth::TokenResponse;
use super::{
    RawResponse, TikTok, TransportError,
    envelope::Fetched,
    oauth::{self, IssuedTokens, OauthBody, OauthCode},
};
use crate::{
    domain::{LoginFailure, LoginRefusal, OpenId},
    server::metrics::Endpoint,
};

impl TikTok {
    /// Exchanges a code: one attempt, because a code is single-use and a broken response leaves open
    /// whether it was used. If the response does not name the creator, user info is asked for the name.
    ///
    /// # Errors
    /// [`LoginRefusal`] names the failure, with TikTok's log id where there is one.
    pub async fn exchange_code(
        &self,
        code: &SecretString,
        code_verifier: Option<&SecretString>,
    ) -> Result<TokenResponse, LoginRefusal> {
        let mut form = vec![
            ("code", code.expose_secret()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", self.redirect_uri.as_str()),
        ];
        if let Some(verifier) = code_verifier {
            form.push(("code_verifier", verifier.expose_secret()));
        }
        let response = self.post_oauth(Endpoint::CodeExchange, &form, self.timeouts.total).await;
        let issued = exchange_result(&response.map_err(failure_of_transport)?)?;
        let owner = self.owner_of(&issued).await?;
        Ok(issued.of(owner))
    }

    /// The creator whose tokens these are.
    async fn owner_of(&self, issued: &IssuedTokens) -> Result<OpenId, LoginRefusal> {
        if let Some(owner) = issued.open_id.as_deref().and_then(|named| named.parse().ok()) {
            return Ok(owner);
        }
        tracing::warn!("TikTok's token response does not name the creator: user info is asked");
        let Fetched { value, log_id, .. } = self.open_id_of(&issued.access_token).await;
        value.ok_or(LoginRefusal::new(LoginFailure::UnexpectedAnswer, log_id))
    }
}

fn failure_of_transport(error: TransportError) -> LoginFailure {
    match error {
        TransportError::Unreachable | TransportError::Broken => LoginFailure::TikTokUnavailable,
        TransportError::Timeout => LoginFailure::TikTokTimeout,
        TransportError::TooLarge => LoginFailure::UnexpectedAnswer,
    }
}

fn exchange_result(response: &RawResponse) -> Result<IssuedTokens, LoginRefusal> {
    let parsed = oauth::parse_response(response);
    let failure = match parsed.body {
        OauthBody::Token(issued) => return Ok(*issued),
        OauthBody::Unreadable => failure_of_status(response.status),
        OauthBody::Refusal(code) => {
            let (name, log_id) = (code.map(OauthCode::as_str), &parsed.log_id);
            tracing::warn!(
                code = name,
                status = response.status,
                ?log_id,
                "TikTok refused an authorization code"
            );
            code.map_or(LoginFailure::UnknownRefusal, failure_of_code)
        }
    };
    Err(LoginRefusal::new(failure, parsed.log_id))
}

/// Maps error codes of the token endpoint (<https://developers.tiktok.com/doc/oauth-error-handling>).
const fn failure_of_code(code: OauthCode) -> LoginFailure {
    match code {
        OauthCode::AccessDenied => LoginFailure::Cancelled,
        OauthCode::InvalidClient | OauthCode::UnauthorizedClient => LoginFailure::ClientRefused,
        OauthCode::InvalidGrant => LoginFailure::CodeRefused,
        OauthCode::InvalidScope | OauthCode::ScopeNotAuthorized | OauthCode::ScopePermissionMissed => {
            LoginFailure::ScopeRefused
        }
        OauthCode::InvalidRequest | OauthCode::UnsupportedGrantType | OauthCode::UnsupportedResponseType => {
            LoginFailure::RequestRefused
        }
        OauthCode::ServerError | OauthCode::TemporarilyUnavailable | OauthCode::InternalError => {
            LoginFailure::TikTokUnavailable
        }
        OauthCode::RateLimitExceeded => LoginFailure::RateLimited,
    }
}

/// Maps the status of a response without a readable error.
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

    /// The tokens of a response, as those of the creator whom it names.
    fn exchange(status: u16, body: impl Into<Vec<u8>>) -> Result<TokenResponse, LoginRefusal> {
        exchange_result(&RawResponse::with_body(status, body)).map(|issued| {
            let named = issued.open_id.clone().unwrap_or_else(|| "nobody".to_owned());
            issued.of(named.parse().unwrap())
        })
    }

    fn success_body() -> Value {
        json!({"access_token": "act.EXAMPLEaaa!1001.va", "expires_in": 86400,
            "open_id": "0f1e2d3c-1111-4222-8333-abcdefabcdef", "refresh_expires_in": 31_536_000,
            "refresh_token": "rft.EXAMPLEbbb!1002.va", "scope": "user.info.basic,video.publish",
            "token_type": "Bearer"})
    }

    fn exchange_with(key: &str, value: Value) -> Result<TokenResponse, LoginRefusal> {
        let mut body = success_body();
        body[key] = value;
        exchange(200, body.to_string())
    }

    #[test]
    fn documented_success_body_is_accepted() {
        let token = exchange(200, success_body().to_string()).unwrap();
        assert_eq!(token.access_token.expose_secret(), "act.EXAMPLEaaa!1001.va");
        assert_eq!(token.refresh_expires_in, Some(31_536_000));
        assert_eq!(token.scopes.to_string(), "user.info.basic,video.publish");
    }

    #[test]
    fn tokens_are_accepted_at_any_status() {
        assert!(exchange(500, success_body().to_string()).is_ok());
    }

    #[test]
    fn token_errors_map_to_login_failures() {
        let rows = [
            ("access_denied", LoginFailure::Cancelled),
            ("invalid_client", LoginFailure::ClientRefused),
            ("unauthorized_client", LoginFailure::ClientRefused),
            ("invalid_grant", LoginFailure::CodeRefused),
            ("invalid_request", LoginFailure::RequestRefused),
            ("invalid_scope", LoginFailure::ScopeRefused),
            ("scope_not_authorized", LoginFailure::ScopeRefused),
            ("scope_permission_missed", LoginFailure::ScopeRefused),
            ("unsupported_grant_type", LoginFailure::RequestRefused),
            ("unsupported_response_type", LoginFailure::RequestRefused),
            ("server_error", LoginFailure::TikTokUnavailable),
            ("temporarily_unavailable", LoginFailure::TikTokUnavailable),
            ("rate_limit_exceeded", LoginFailure::RateLimited),
            ("something_new", LoginFailure::UnknownRefusal),
        ];
        for (code, expected) in rows {
            let body = json!({"error": code, "error_description": "x", "log_id": "2099EXAMPLE"});
            let refusal = exchange(200, body.to_string()).unwrap_err();
            assert_eq!(refusal.failure, expected, "{code}");
            assert_eq!(refusal.log_id.unwrap().as_str(), "2099EXAMPLE");
        }
    }

    #[test]
    fn error_of_envelope_dialect_is_understood() {
        let body = json!({"data": {}, "error": {"code": "rate_limit_exceeded", "log_id": "2099"}});
        let refusal = exchange(429, body.to_string()).unwrap_err();
        assert_eq!(refusal.failure, LoginFailure::RateLimited);
        assert_eq!(refusal.log_id.unwrap().as_str(), "2099");
    }

    #[test]
    fn body_without_json_maps_by_status() {
        let failure = |status| exchange(status, "<html>").unwrap_err().failure;
        assert_eq!(failure(200), LoginFailure::UnexpectedAnswer);
        assert_eq!(failure(429), LoginFailure::RateLimited);
        assert_eq!(failure(502), LoginFailure::TikTokUnavailable);
    }

    #[test]
    fn body_without_token_and_error_is_unexpected() {
        for body in ["{}", "[]", "null", "\"act.x\"", r#"{"access_token":""}"#, r#"{"access_token":7}"#] {
            let failure = exchange(200, body).unwrap_err().failure;
            assert_eq!(failure, LoginFailure::UnexpectedAnswer, "{body}");
        }
    }

    #[test]
    fn tokens_survive_every_other_field() {
        for field in ["open_id", "scope", "token_type", "expires_in", "refresh_expires_in", "refresh_token"] {
            for value in [json!(null), json!(""), json!(7), json!([]), json!({})] {
                let mut body = success_body();
                body[field] = value.clone();
                let issued = exchange_result(&RawResponse::with_body(200, body.to_string()));
                let issued = issued.unwrap_or_else(|refusal| panic!("{field}: {value}: {refusal:?}"));
                assert_eq!(issued.access_token.expose_secret(), "act.EXAMPLEaaa!1001.va");
            }
        }
    }

    #[test]
    fn invalid_lifetime_falls_back_to_two_hours() {
        for value in [json!(null), json!(0), json!(-1), json!("soon"), json!(1e30), json!(i64::MAX)] {
            assert_eq!(exchange_with("expires_in", value.clone()).unwrap().expires_in, 7200, "{value}");
            assert_eq!(exchange_with("refresh_expires_in", value).unwrap().refresh_expires_in, None);
        }
    }

    #[test]
    fn invalid_scope_name_is_skipped() {
        let token = exchange_with("scope", json!("user.info.basic,<b>,video.publish")).unwrap();
        assert_eq!(token.scopes.to_string(), "user.info.basic,video.publish");
    }

    #[test]
    fn empty_refresh_token_is_none() {
        assert!(exchange_with("refresh_token", json!("")).unwrap().refresh_token.is_none());
    }
}
