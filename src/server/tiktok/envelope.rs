//! The envelope of everything but OAuth
//! (<https://developers.tiktok.com/doc/tiktok-api-v2-error-handling>), TikTok's third error
//! dialect: `{"data":…,"error":{"code","message","log_id"}}`, where success has the code `ok`.

use serde_json::Value;

use super::{Answer, TransportError};
use crate::domain::{FetchOutcome, LogId};

/// The answer to one question about a creator.
#[derive(Debug)]
pub struct Fetched<T> {
    /// How it ended.
    pub outcome: FetchOutcome,
    /// What TikTok said, when the outcome is `Known`.
    pub value: Option<T>,
    /// TikTok's log id, when the outcome is not `Known`.
    pub log_id: Option<LogId>,
}

impl<T> Fetched<T> {
    /// A question that was not asked, or had no answer.
    #[must_use]
    pub const fn without(outcome: FetchOutcome) -> Self {
        Self { outcome, value: None, log_id: None }
    }
}

/// Opens an envelope; `read` takes its `data`, and answers `None` for data of another form.
pub(super) fn open<T>(
    answer: Result<Answer, TransportError>,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Fetched<T> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(TransportError::TooLarge) => return Fetched::without(FetchOutcome::Unexpected),
        Err(TransportError::Unreachable | TransportError::Broken | TransportError::Timeout) => {
            return Fetched::without(FetchOutcome::Unavailable);
        }
    };
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = body.get("error").and_then(|error| error.get("code")?.as_str());
    let outcome = code.map_or_else(|| outcome_of_status(answer.status), outcome_of);
    if outcome == FetchOutcome::Known
        && let Some(value) = body.get("data").and_then(read)
    {
        return Fetched { outcome, value: Some(value), log_id: None };
    }
    let log_id = log_id_of(&body, &answer);
    tracing::warn!(code, status = answer.status, ?log_id, "TikTok did not tell of a creator");
    let outcome = if outcome == FetchOutcome::Known { FetchOutcome::Unexpected } else { outcome };
    Fetched { outcome, value: None, log_id }
}

/// `log_id` everywhere but in one table of TikTok's, which has `logid`.
fn log_id_of(body: &Value, answer: &Answer) -> Option<LogId> {
    let error = body.get("error");
    let id = error.and_then(|error| error.get("log_id").or_else(|| error.get("logid")));
    id.and_then(|id| id.as_str()?.parse().ok()).or_else(|| answer.log_id.clone())
}

/// The table of the envelope dialect, creator info's own codes included
/// (<https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info>).
fn outcome_of(code: &str) -> FetchOutcome {
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

/// What an answer without a code means. 401 may mean a dead token or a missing scope: unexpected.
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

    fn opened(status: u16, body: &str) -> Fetched<i64> {
        let answer = Answer { status, log_id: None, body: body.into() };
        open(Ok(answer), |data| data.get("n")?.as_i64())
    }

    #[test]
    fn success_carries_an_error_of_code_ok() {
        let fetched = opened(200, r#"{"data":{"n":7},"error":{"code":"ok","message":"","log_id":"1"}}"#);
        assert_eq!((fetched.outcome, fetched.value), (FetchOutcome::Known, Some(7)));
    }

    #[test]
    fn every_row_of_the_envelope_dialect() {
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
            let fetched = opened(status, &body.to_string());
            assert_eq!(fetched.outcome, expected, "{code}");
            assert_eq!(fetched.value, None);
            assert_eq!(fetched.log_id.unwrap().as_str(), "2099");
        }
    }

    #[test]
    fn an_answer_without_a_code_is_judged_by_its_status() {
        assert_eq!(opened(503, "<html>").outcome, FetchOutcome::Unavailable);
        assert_eq!(opened(429, "").outcome, FetchOutcome::RateLimited);
        assert_eq!(opened(200, "{}").outcome, FetchOutcome::Unexpected);
        assert_eq!(opened(401, "{}").outcome, FetchOutcome::Unexpected);
    }

    #[test]
    fn ok_without_its_data_is_unexpected() {
        assert_eq!(opened(200, r#"{"error":{"code":"ok"}}"#).outcome, FetchOutcome::Unexpected);
    }

    #[test]
    fn no_answer_is_unavailable() {
        let fetched: Fetched<i64> = open(Err(TransportError::Timeout), |_| None);
        assert_eq!(fetched.outcome, FetchOutcome::Unavailable);
    }
}
