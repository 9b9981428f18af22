//! The envelope of every endpoint but OAuth
//! (<https://developers.tiktok.com/doc/tiktok-api-v2-error-handling>), TikTok's third error
//! dialect: `{"data":…,"error":{"code","message","log_id"}}`, where success has the code `ok`.

use serde_json::Value;

use super::{RawResponse, TransportError};
use crate::domain::{FetchOutcome, LogId};

/// The result of one request about a creator.
#[derive(Debug)]
pub struct Fetched<T> {
    /// How the request ended.
    pub outcome: FetchOutcome,
    /// The parsed data, when the outcome is `Known`.
    pub value: Option<T>,
    /// TikTok's log id, when the outcome is not `Known`.
    pub log_id: Option<LogId>,
}

impl<T> Fetched<T> {
    /// The result of a request that was not sent, or got no response.
    #[must_use]
    pub const fn without_value(outcome: FetchOutcome) -> Self {
        Self { outcome, value: None, log_id: None }
    }
}

/// Parses an envelope; `parse_data` takes its `data` and returns `None` for data of another form.
pub(super) fn parse_envelope<T>(
    response: Result<RawResponse, TransportError>,
    parse_data: impl FnOnce(&Value) -> Option<T>,
) -> Fetched<T> {
    let response = match response {
        Ok(response) => response,
        Err(TransportError::TooLarge) => return Fetched::without_value(FetchOutcome::Unexpected),
        Err(TransportError::Unreachable | TransportError::Broken | TransportError::Timeout) => {
            return Fetched::without_value(FetchOutcome::Unavailable);
        }
    };
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let code = body.get("error").and_then(|error| error.get("code")?.as_str());
    let outcome = code.map_or_else(|| outcome_of_status(response.status), outcome_of_code);
    if outcome == FetchOutcome::Known
        && let Some(value) = body.get("data").and_then(parse_data)
    {
        return Fetched { outcome, value: Some(value), log_id: None };
    }
    let log_id = response.log_id(&body);
    tracing::warn!(code, status = response.status, ?log_id, "TikTok returned no data about a creator");
    let outcome = if outcome == FetchOutcome::Known { FetchOutcome::Unexpected } else { outcome };
    Fetched { outcome, value: None, log_id }
}

/// Maps codes of the envelope dialect, including those of creator info
/// (<https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info>).
fn outcome_of_code(code: &str) -> FetchOutcome {
    match code {
        "ok" => FetchOutcome::Known,
        "access_token_invalid" => FetchOutcome::TokenRefused,
        "scope_not_authorized" | "scope_permission_missed" => FetchOutcome::PermissionMissing,
        "spam_risk_too_many_posts" => FetchOutcome::TooManyPosts,
        "spam_risk_user_banned_from_posting" => FetchOutcome::BannedFromPosting,
        "reached_active_user_cap" => FetchOutcome::AppCapReached,
        "rate_limit_exceeded" => FetchOutcome::RateLimited,
        "internal_error" | "server_error" | "temporarily_unavailable" => FetchOutcome::Unavailable,
        _ => FetchOutcome::Unexpected,
    }
}

/// Maps the status of a response without a code. 401 may mean a dead token or a missing scope, so it is
/// unexpected.
fn outcome_of_status(status: u16) -> FetchOutcome {
    match status {
        429 => FetchOutcome::RateLimited,
        500..=599 => FetchOutcome::Unavailable,
        _ => FetchOutcome::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(status: u16, body: &str) -> Fetched<i64> {
        parse_envelope(Ok(RawResponse::with_body(status, body)), |data| data.get("n")?.as_i64())
    }

    #[test]
    fn success_has_error_code_ok() {
        let fetched = parse(200, r#"{"data":{"n":7},"error":{"code":"ok","message":"","log_id":"1"}}"#);
        assert_eq!((fetched.outcome, fetched.value), (FetchOutcome::Known, Some(7)));
    }

    #[test]
    fn envelope_codes_map_to_outcomes() {
        let rows = [
            (200, "spam_risk_too_many_posts", FetchOutcome::TooManyPosts),
            (200, "spam_risk_user_banned_from_posting", FetchOutcome::BannedFromPosting),
            (200, "reached_active_user_cap", FetchOutcome::AppCapReached),
            (401, "access_token_invalid", FetchOutcome::TokenRefused),
            (401, "scope_not_authorized", FetchOutcome::PermissionMissing),
            (400, "scope_permission_missed", FetchOutcome::PermissionMissing),
            (429, "rate_limit_exceeded", FetchOutcome::RateLimited),
            (500, "internal_error", FetchOutcome::Unavailable),
            (400, "invalid_params", FetchOutcome::Unexpected),
            (200, "something_new", FetchOutcome::Unexpected),
        ];
        for (status, code, expected) in rows {
            let body = json!({"data": {"n": 7}, "error": {"code": code, "log_id": "2099"}});
            let fetched = parse(status, &body.to_string());
            assert_eq!(fetched.outcome, expected, "{code}");
            assert_eq!(fetched.value, None);
            assert_eq!(fetched.log_id.unwrap().as_str(), "2099");
        }
    }

    #[test]
    fn response_without_code_maps_by_status() {
        assert_eq!(parse(503, "<html>").outcome, FetchOutcome::Unavailable);
        assert_eq!(parse(429, "").outcome, FetchOutcome::RateLimited);
        assert_eq!(parse(200, "{}").outcome, FetchOutcome::Unexpected);
        assert_eq!(parse(401, "{}").outcome, FetchOutcome::Unexpected);
    }

    #[test]
    fn ok_without_data_is_unexpected() {
        assert_eq!(parse(200, r#"{"error":{"code":"ok"}}"#).outcome, FetchOutcome::Unexpected);
    }

    #[test]
    fn missing_response_is_unavailable() {
        let fetched: Fetched<i64> = parse_envelope(Err(TransportError::Timeout), |_| None);
        assert_eq!(fetched.outcome, FetchOutcome::Unavailable);
    }
}
