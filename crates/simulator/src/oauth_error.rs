//! The error format of OAuth: HTTP 200 and a flat body with a string `error` (`oauth-error-handling`; the status
//! is what the field measured).

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::clock::Seconds;
use super::mint;

#[derive(Debug)]
pub(crate) struct OauthError {
    code: String,
    description: String,
}

impl OauthError {
    pub(crate) const NOT_A_FORM: &str =
        "Only `application/x-www-form-urlencoded` is accepted as Content-Type.";
    pub(crate) const NO_SECRET: &str = "Client secret is missed in request.";
    pub(crate) const MALFORMED: &str = "The request parameters are malformed.";
    pub(crate) const OTHER_REDIRECT: &str = "Redirect_uri is not matched with the uri when requesting code.";
    pub(crate) const PKCE: &str = "Code verifier or code challenge is invalid.";

    pub(crate) fn new(code: &str, description: &str) -> Self {
        Self { code: code.to_owned(), description: description.to_owned() }
    }

    pub(crate) fn request(description: &str) -> Self {
        Self::new("invalid_request", description)
    }

    /// With the text that TikTok was seen to send with this code.
    pub(crate) fn of_code(code: &str) -> Self {
        let description = match code {
            "invalid_grant" => "Refresh token is invalid or expired.",
            "invalid_client" => "Client key or secret is incorrect.",
            "invalid_request" => Self::MALFORMED,
            "server_error" => "The server encountered an unexpected condition.",
            "temporarily_unavailable" => "The server is currently unable to handle the request.",
            _ => "The request was refused.",
        };
        Self::new(code, description)
    }

    pub(crate) fn to_response(&self, now: Seconds) -> Response {
        let log_id = mint::log_id(now);
        let body = json!({"error": self.code, "error_description": self.description, "log_id": log_id});
        response(StatusCode::OK, &log_id, body)
    }
}

/// A flat response, as of every `/v2/oauth/*` call.
pub(crate) fn response(status: StatusCode, log_id: &str, body: serde_json::Value) -> Response {
    let headers = [(header::CACHE_CONTROL.as_str(), "no-store"), ("x-tt-logid", log_id)];
    (status, headers, Json(body)).into_response()
}
