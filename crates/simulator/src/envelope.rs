//! The v2 envelope: `data` beside an `error` object that is always there (`tiktok-api-v2-error-handling`).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

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

    pub(crate) fn of_code(code: &str) -> Self {
        let message = match code {
            "access_token_invalid" => "The access token is invalid or not found in the request.",
            "scope_not_authorized" => {
                "The user did not authorize the scope required for completing this request."
            }
            "rate_limit_exceeded" => "The API rate limit was exceeded. Please try again later.",
            "internal_error" => "Something went wrong. Please try again later.",
            _ => "The request was refused.",
        };
        Self::new(code, message)
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self.code.as_str() {
            // Documented as intentional for creator info: these say that the creator cannot post now.
            "ok"
            | "spam_risk_too_many_posts"
            | "spam_risk_user_banned_from_posting"
            | "reached_active_user_cap" => StatusCode::OK,
            "access_token_invalid" | "scope_not_authorized" => StatusCode::UNAUTHORIZED,
            "rate_limit_exceeded" => StatusCode::TOO_MANY_REQUESTS,
            "internal_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

pub(crate) fn answer(outcome: Result<Value, ApiError>, now: Seconds) -> Response {
    match outcome {
        Ok(data) => wrap(data, &ApiError::new("ok", ""), now),
        Err(error) => wrap(json!({}), &error, now),
    }
}

fn wrap(data: Value, error: &ApiError, now: Seconds) -> Response {
    let log_id = mint::log_id(now);
    let body = json!({
        "data": data,
        "error": {"code": error.code, "message": error.message, "log_id": log_id},
    });
    (error.status(), [("x-tt-logid", log_id)], Json(body)).into_response()
}
