//! `POST /webhook`: the callback as a form, and TikTok's events.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::server::{
    events::{self, Ingested, Refusal},
    state::AppState,
    tiktok::{callback::form_to_query, webhook::HEADER},
};

/// Sends a posted callback on to `GET /webhook`, where the browser's `SameSite=Lax` cookie
/// arrives too; takes in what says that it is an event.
pub(super) async fn posted(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let form: &[u8] = if is(media_type, "application/x-www-form-urlencoded") { &body } else { b"" };
    let query = form_to_query(form).or_else(|| form_to_query(uri.query()?.as_bytes()));
    match query {
        Some(query) => Redirect::to(&format!("/webhook?{query}")).into_response(),
        None if is(media_type, "application/json") || headers.contains_key(HEADER) => {
            event(&state, &headers, &body).await
        }
        None => neither(),
    }
}

fn is(media_type: &str, expected: &str) -> bool {
    media_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(expected))
}

/// Two signatures are as good as none: nobody could say which one counts.
async fn event(state: &AppState, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut signatures = headers.get_all(HEADER).iter();
    let (first, second) = (signatures.next(), signatures.next());
    let signature = first.filter(|_| second.is_none()).and_then(|value| value.to_str().ok());
    match events::receive(state, signature.unwrap_or_default(), body).await {
        Ok(ingested) => taken(ingested),
        Err(refusal) => refused(&refusal),
    }
}

fn taken(ingested: Ingested) -> Response {
    tracing::debug!(?ingested, "an event is stored");
    (StatusCode::OK, "The event is stored.\n").into_response()
}

/// To any answer but 200 TikTok sends the event again, for 72 hours. Who cannot prove to be TikTok
/// learns nothing but that.
fn refused(refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::Unsigned(_) => StatusCode::UNAUTHORIZED,
        Refusal::Untimely(_) | Refusal::Malformed(_) | Refusal::OtherApp => StatusCode::BAD_REQUEST,
        Refusal::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    if let Refusal::Store(error) = refusal {
        tracing::error!(%error, "an event could not be stored, and is to come again");
        let text = "The event cannot be stored now. Send it again later.\n";
        return (status, [(header::RETRY_AFTER, "60")], text).into_response();
    }
    tracing::warn!(%refusal, "an event was refused");
    (status, format!("The event is refused: {refusal}.\n")).into_response()
}

fn neither() -> Response {
    let text =
        "Send TikTok's callback (a form with code and state) or an event (JSON with TikTok-Signature).\n";
    (StatusCode::BAD_REQUEST, text).into_response()
}
