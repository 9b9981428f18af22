//! Refreshes tokens (<https://developers.tiktok.com/doc/oauth-user-access-token-management>).
//!
//! TikTok may invalidate the refresh token that a request carries. Beside the failure it therefore matters
//! whether TikTok may have issued new tokens.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    MAX_RESPONSE_BYTES, RawResponse, TikTok, TransportError,
    oauth::{self, OauthBody, OauthCode},
    token::TokenResponse,
};
use crate::{
    domain::{LogId, OpenId, RefreshFailure},
    server::metrics::Endpoint,
};

/// Error of a refresh that returned no new tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshRefusal {
    /// The kind of failure.
    pub refresh_failure: RefreshFailure,
    /// Whether TikTok may have issued new tokens all the same, so that the old refresh token is dead.
    pub unsure: bool,
    /// TikTok's log id of the response, if there was one.
    pub log_id: Option<LogId>,
    /// TikTok's name of the error, for the log; `None` when there is none, or it is undocumented.
    pub code: Option<&'static str>,
}

impl TikTok {
    /// Requests new tokens of the creator `owner`: one attempt, because a broken response leaves open whether
    /// the refresh token was used up. A response that names no creator is accepted, because the refresh token
    /// already says whose they are; tokens of another creator are an error.
    ///
    /// # Errors
    /// [`RefreshRefusal`] has the failure, and whether new tokens may have been lost on the way.
    pub async fn refresh(
        &self,
        refresh_token: &SecretString,
        owner: &OpenId,
    ) -> Result<TokenResponse, RefreshRefusal> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
        let response = self.post_oauth(Endpoint::Refresh, &form, self.timeouts.refresh).await;
        refresh_result(&response.map_err(refusal_of_transport)?, owner)
    }

    /// Checks whether TikTok is down, with a request for a client token, which affects no creator's grant. Every
    /// response of TikTok's own means that it is up, refusals included: not every app may have such a token.
    pub async fn probe_outage(&self) -> Option<RefreshFailure> {
        match self.fetch(Endpoint::ClientToken, self.client_token_request(), MAX_RESPONSE_BYTES).await {
            Ok(response) => outage_of(&response),
            Err(error) => Some(failure_of_transport(error).0),
        }
    }

    /// The timeout of [`Self::refresh`].
    #[must_use]
    pub const fn refresh_timeout(&self) -> Duration {
        self.timeouts.refresh
    }
}

fn refresh_result(response: &RawResponse, owner: &OpenId) -> Result<TokenResponse, RefreshRefusal> {
    let parsed = oauth::parse_response(response);
    let (code, (refresh_failure, unsure)) = match parsed.body {
        OauthBody::Token(issued) if issued.open_id.as_deref().is_none_or(|named| named == owner.as_str()) => {
            return Ok(issued.of(owner.clone()));
        }
        OauthBody::Token(_) => {
            let log_id = &parsed.log_id;
            tracing::error!(?log_id, "TikTok returned the tokens of another creator: they are discarded");
            (None, (RefreshFailure::Unexpected, true))
        }
        OauthBody::Refusal(code) => (code, code.map_or((RefreshFailure::Unexpected, false), failure_of_code)),
        OauthBody::Unreadable => (None, failure_of_status(response.status)),
    };
    Err(RefreshRefusal { refresh_failure, unsure, log_id: parsed.log_id, code: code.map(OauthCode::as_str) })
}

/// Maps error codes to the failure, and to whether new tokens may have been issued
/// (<https://developers.tiktok.com/doc/oauth-error-handling>).
const fn failure_of_code(code: OauthCode) -> (RefreshFailure, bool) {
    match code {
        OauthCode::InvalidGrant => (RefreshFailure::Refused, false),
        OauthCode::InvalidClient | OauthCode::UnauthorizedClient => (RefreshFailure::AppRefused, false),
        OauthCode::InvalidRequest
        | OauthCode::InvalidScope
        | OauthCode::ScopeNotAuthorized
        | OauthCode::ScopePermissionMissed
        | OauthCode::UnsupportedGrantType
        | OauthCode::UnsupportedResponseType => (RefreshFailure::RequestRefused, false),
        OauthCode::RateLimitExceeded => (RefreshFailure::RateLimited, false),
        // An internal failure of TikTok's leaves open how far the refresh got.
        OauthCode::ServerError | OauthCode::TemporarilyUnavailable | OauthCode::InternalError => {
            (RefreshFailure::Unavailable, true)
        }
        // It belongs to the authorize step; its meaning here is undocumented.
        OauthCode::AccessDenied => (RefreshFailure::Unexpected, false),
    }
}

/// Maps the status of a response that has neither tokens nor an error.
const fn failure_of_status(status: u16) -> (RefreshFailure, bool) {
    match status {
        429 => (RefreshFailure::RateLimited, false),
        500..=599 => (RefreshFailure::Unavailable, true),
        _ => (RefreshFailure::Unexpected, true),
    }
}

const fn failure_of_transport(error: TransportError) -> (RefreshFailure, bool) {
    match error {
        TransportError::Unreachable => (RefreshFailure::Unreachable, false),
        TransportError::Broken | TransportError::Timeout => (RefreshFailure::NoAnswer, true),
        TransportError::TooLarge => (RefreshFailure::Unexpected, true),
    }
}

const fn refusal_of_transport(error: TransportError) -> RefreshRefusal {
    let (refresh_failure, unsure) = failure_of_transport(error);
    RefreshRefusal { refresh_failure, unsure, log_id: None, code: None }
}

/// The outage that a response to a client token request shows, if any.
fn outage_of(response: &RawResponse) -> Option<RefreshFailure> {
    let is_object = serde_json::from_slice::<Value>(&response.body).is_ok_and(|body| body.is_object());
    match oauth::parse_response(response).body {
        OauthBody::Token(_) => None,
        OauthBody::Refusal(code) => {
            code.map(failure_of_code).filter(|(_, unsure)| *unsure).map(|(failure, _)| failure)
        }
        OauthBody::Unreadable if is_object && response.status < 500 => None,
        OauthBody::Unreadable => Some(failure_of_status(response.status).0),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn owner() -> OpenId {
        "0f1e2d3c-1111-4222-8333-abcdefabcdef".parse().unwrap()
    }

    /// A success body; `open_id` is left out if it is `None`.
    fn tokens_of(open_id: Option<Value>) -> RawResponse {
        let mut body = json!({"access_token": "act.EXAMPLE!1.va", "expires_in": 7200,
            "refresh_token": "rft.EXAMPLE!2.va", "refresh_expires_in": 15_552_000, "scope": "user.info.basic"});
        if let Some(open_id) = open_id {
            body["open_id"] = open_id;
        }
        RawResponse::with_body(200, body.to_string())
    }

    #[test]
    fn tokens_without_open_id_belong_to_the_owner() {
        for absent in [None, Some(json!(null)), Some(json!("")), Some(json!(owner().as_str()))] {
            let tokens = refresh_result(&tokens_of(absent.clone()), &owner()).unwrap();
            assert_eq!(tokens.open_id, owner(), "{absent:?}");
            assert!(tokens.refresh_token.is_some());
        }
    }

    #[test]
    fn tokens_of_another_creator_are_refused_and_unsure() {
        for other in [json!("someone"), json!("two words"), json!(7), json!([owner().as_str()])] {
            let refusal = refresh_result(&tokens_of(Some(other.clone())), &owner()).unwrap_err();
            assert_eq!(
                (refusal.refresh_failure, refusal.unsure),
                (RefreshFailure::Unexpected, true),
                "{other}"
            );
        }
    }

    fn refusal(status: u16, body: impl Into<Vec<u8>>) -> RefreshRefusal {
        refresh_result(&RawResponse::with_body(status, body), &owner()).unwrap_err()
    }

    fn failure(status: u16, body: &str) -> (RefreshFailure, bool) {
        let refusal = refusal(status, body);
        (refusal.refresh_failure, refusal.unsure)
    }

    const CODES: [(&str, RefreshFailure, bool); 14] = [
        ("invalid_grant", RefreshFailure::Refused, false),
        ("invalid_client", RefreshFailure::AppRefused, false),
        ("unauthorized_client", RefreshFailure::AppRefused, false),
        ("invalid_request", RefreshFailure::RequestRefused, false),
        ("invalid_scope", RefreshFailure::RequestRefused, false),
        ("scope_not_authorized", RefreshFailure::RequestRefused, false),
        ("scope_permission_missed", RefreshFailure::RequestRefused, false),
        ("unsupported_grant_type", RefreshFailure::RequestRefused, false),
        ("unsupported_response_type", RefreshFailure::RequestRefused, false),
        ("access_denied", RefreshFailure::Unexpected, false),
        ("server_error", RefreshFailure::Unavailable, true),
        ("temporarily_unavailable", RefreshFailure::Unavailable, true),
        ("internal_error", RefreshFailure::Unavailable, true),
        ("rate_limit_exceeded", RefreshFailure::RateLimited, false),
    ];

    #[test]
    fn error_codes_map_to_failures_at_any_status() {
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
    fn envelope_error_codes_map_to_the_same_failures() {
        for (code, refresh_failure, unsure) in CODES {
            let body = json!({"data": {}, "error": {"code": code, "message": "x", "log_id": "2099"}});
            let refusal = refusal(200, body.to_string());
            assert_eq!((refusal.refresh_failure, refusal.unsure), (refresh_failure, unsure), "{code}");
            assert_eq!(refusal.log_id.unwrap().as_str(), "2099");
        }
    }

    #[test]
    fn undocumented_code_is_not_logged() {
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
    fn body_without_json_maps_by_status() {
        let html = "<html>Service unavailable</html>";
        assert_eq!(failure(429, html), (RefreshFailure::RateLimited, false));
        for status in [500, 502, 503, 504] {
            assert_eq!(failure(status, html), (RefreshFailure::Unavailable, true));
        }
        for status in [200, 302, 403, 404] {
            assert_eq!(failure(status, html), (RefreshFailure::Unexpected, true), "{status}");
        }
        assert_eq!(failure(200, "\u{fffd}{\"access_token\": <html>"), (RefreshFailure::Unexpected, true));
        assert_eq!(failure(200, ""), (RefreshFailure::Unexpected, true), "cut off");
    }

    #[test]
    fn body_without_tokens_and_error_is_unsure() {
        let open_id = owner();
        let open_id = open_id.as_str();
        for body in [json!({}), json!([]), json!({"open_id": open_id}), json!({"refresh_token": "rft.x"})] {
            assert_eq!(failure(200, &body.to_string()), (RefreshFailure::Unexpected, true), "{body}");
        }
        let empty = json!({"access_token": "", "open_id": open_id, "error": ""});
        assert_eq!(failure(200, &empty.to_string()), (RefreshFailure::Unexpected, true));
    }

    #[test]
    fn response_of_tiktok_itself_is_no_outage() {
        let outage = |status, body: &str| outage_of(&RawResponse::with_body(status, body));
        for (status, body) in [
            (200, r#"{"access_token":"clt.x","expires_in":7200,"token_type":"Bearer"}"#),
            (200, r#"{"error":"invalid_client"}"#),
            (401, r#"{"error":"unauthorized_client"}"#),
            (200, r#"{"error":"something_new"}"#),
            (200, r#"{"error":"rate_limit_exceeded"}"#),
        ] {
            assert_eq!(outage(status, body), None, "{body}");
        }
        assert_eq!(outage(503, "<html>"), Some(RefreshFailure::Unavailable));
        assert_eq!(outage(429, ""), Some(RefreshFailure::RateLimited));
        assert_eq!(outage(200, r#"{"error":"server_error"}"#), Some(RefreshFailure::Unavailable));
        assert_eq!(outage(200, "<html>"), Some(RefreshFailure::Unexpected));
    }

    #[test]
    fn transport_errors_map_to_failures() {
        for (error, refresh_failure, unsure) in [
            (TransportError::Unreachable, RefreshFailure::Unreachable, false),
            (TransportError::Broken, RefreshFailure::NoAnswer, true),
            (TransportError::Timeout, RefreshFailure::NoAnswer, true),
            (TransportError::TooLarge, RefreshFailure::Unexpected, true),
        ] {
            let refusal = refusal_of_transport(error);
            assert_eq!((refusal.refresh_failure, refusal.unsure), (refresh_failure, unsure), "{error}");
        }
    }

    #[test]
    fn error_takes_precedence_over_tokens() {
        let mut body = json!({"access_token": "act.EXAMPLE!1.va", "expires_in": 7200});
        let response = |body: &Value| RawResponse::with_body(500, body.to_string());
        assert_eq!(refresh_result(&response(&body), &owner()).unwrap().expires_in, 7200);
        body["error"] = json!("server_error");
        assert_eq!(
            refresh_result(&response(&body), &owner()).unwrap_err().refresh_failure,
            RefreshFailure::Unavailable
        );
    }
}
