//! The v2 envelope: `data` beside an `error` object, which is always present (`tiktok-api-v2-error-handling`).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::calls::Endpoint;
use super::clock::Seconds;
use super::mint;

#[derive(Debug)]
pub(crate) struct ApiError {
    code: String,
    message: String,
}

impl ApiError {
    pub(crate) fn new(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned() }
    }

    pub(crate) fn invalid_param(message: &str) -> Self {
        Self::new("invalid_param", message)
    }

    pub(crate) fn of_code(code: &str) -> Self {
        let message = match code {
            "access_token_invalid" => "The access token is invalid or not found in the request.",
            "scope_not_authorized" => {
                "The user did not authorize the scope required for completing this request."
            }
            "rate_limit_exceeded" => "The API rate limit was exceeded. Please try again later.",
            "internal_error" => "Something went wrong. Please try again later.",
            "invalid_publish_id" => "The publish_id does not exist.",
            "token_not_authorized_for_specified_publish_id" => {
                "The access token does not have authorization for this publish_id."
            }
            "publish_not_cancellable" => "The publish is not a download in progress and cannot be cancelled.",
            "url_ownership_unverified" => "The app has not verified the ownership of this URL.",
            "privacy_level_option_mismatch" => {
                "privacy_level is missing or not among the creator's privacy_level_options."
            }
            "unaudited_client_can_only_post_to_private_accounts" => {
                "An unaudited client can only post to private accounts, as SELF_ONLY."
            }
            "spam_risk_too_many_pending_share" => "Too many drafts wait in the creator's inbox.",
            _ => "The request was refused.",
        };
        Self::new(code, message)
    }

    pub(crate) fn status(&self, endpoint: Endpoint) -> StatusCode {
        match self.code.as_str() {
            "ok" => StatusCode::OK,
            // Documented for creator info, as intentional: the creator cannot post now. The init calls have 403.
            "spam_risk_too_many_posts" | "spam_risk_user_banned_from_posting" | "reached_active_user_cap"
                if !endpoint.is_init() =>
            {
                StatusCode::OK
            }
            "spam_risk_too_many_posts"
            | "spam_risk_user_banned_from_posting"
            | "reached_active_user_cap"
            | "spam_risk_too_many_pending_share"
            | "unaudited_client_can_only_post_to_private_accounts"
            | "url_ownership_unverified"
            | "privacy_level_option_mismatch" => StatusCode::FORBIDDEN,
            "access_token_invalid" | "scope_not_authorized" => StatusCode::UNAUTHORIZED,
            "rate_limit_exceeded" => StatusCode::TOO_MANY_REQUESTS,
            "internal_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// The response of an endpoint; data that is null is left out.
pub(crate) fn respond(outcome: Result<Value, ApiError>, endpoint: Endpoint, now: Seconds) -> Response {
    let (data, error) = match outcome {
        Ok(data) => (data, ApiError::new("ok", "")),
        Err(error) => (json!({}), error),
    };
    let log_id = mint::log_id(now);
    let mut body = json!({"error": {"code": error.code, "message": error.message, "log_id": log_id}});
    if let (false, Some(body)) = (data.is_null(), body.as_object_mut()) {
        body.insert("data".to_owned(), data);
    }
    (error.status(endpoint), [("x-tt-logid", log_id)], Json(body)).into_response()
}
