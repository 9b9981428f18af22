//! `POST /webhook`: the callback as a form, and TikTok's events.

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::server::tiktok::callback::as_query;

/// Sends a posted callback on to `GET /webhook`, where the browser's `SameSite=Lax` cookie
/// arrives too. Events are answered with 503, so that TikTok repeats them, up to 72 hours, until
/// they can be stored.
pub(super) async fn posted(uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let form: &[u8] = if is(media_type, "application/x-www-form-urlencoded") { &body } else { b"" };
    let query = as_query(form).or_else(|| as_query(uri.query()?.as_bytes()));
    match query {
        Some(query) => Redirect::to(&format!("/webhook?{query}")).into_response(),
        None if is(media_type, "application/json") => events_are_not_taken(),
        None => neither(),
    }
}

fn is(media_type: &str, expected: &str) -> bool {
    media_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(expected))
}

fn events_are_not_taken() -> Response {
    let retry = [(header::RETRY_AFTER, "3600")];
    let text = "Events are not taken yet. Send this one again later.\n";
    (StatusCode::SERVICE_UNAVAILABLE, retry, text).into_response()
}

fn neither() -> Response {
    let text =
        "Send TikTok's callback (a form with code and state) or an event (JSON with TikTok-Signature).\n";
    (StatusCode::BAD_REQUEST, text).into_response()
}
