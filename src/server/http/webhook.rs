//! `POST /webhook`: the callback as a form, and TikTok's events.

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};
use url::form_urlencoded;

/// What a callback may carry; anything else in a form is left behind.
const PARAMETERS: [&str; 6] = ["code", "state", "error", "error_type", "error_description", "log_id"];

/// Sends a posted callback on to `GET /webhook`, where the browser's `SameSite=Lax` cookie
/// arrives too. Events are answered with 503, so that TikTok repeats them, up to 72 hours, until
/// they can be stored.
pub(super) async fn posted(uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let form: &[u8] = if is(media_type, "application/x-www-form-urlencoded") { &body } else { b"" };
    let query = callback(form).or_else(|| callback(uri.query()?.as_bytes()));
    match query {
        Some(query) => Redirect::to(&format!("/webhook?{query}")).into_response(),
        None if is(media_type, "application/json") => events_are_not_taken(),
        None => neither(),
    }
}

fn is(media_type: &str, expected: &str) -> bool {
    media_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(expected))
}

/// The callback in a form or query, encoded anew; `None` when there is no code and no error.
fn callback(form: &[u8]) -> Option<String> {
    let pairs: Vec<_> = form_urlencoded::parse(form).filter(|(name, _)| PARAMETERS.contains(&&**name)).collect();
    let is_callback = pairs.iter().any(|(name, _)| name == "code" || name == "error");
    is_callback.then(|| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

fn events_are_not_taken() -> Response {
    let retry = [(header::RETRY_AFTER, "3600")];
    let text = "Events are not taken yet. Send this one again later.\n";
    (StatusCode::SERVICE_UNAVAILABLE, retry, text).into_response()
}

fn neither() -> Response {
    let text = "Send TikTok's callback (a form with code and state) or an event (JSON with TikTok-Signature).\n";
    (StatusCode::BAD_REQUEST, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_its_trailer_through_the_redirect() {
        let query = callback(b"code=Qw7-part_two%2A1%219001.va&state=s&extra=x").unwrap();
        let back: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(back[0], ("code".to_owned(), "Qw7-part_two*1!9001.va".to_owned()));
        assert_eq!(back.len(), 2);
    }

    #[test]
    fn a_form_without_code_or_error_is_no_callback() {
        assert_eq!(callback(b"state=s"), None);
    }
}
