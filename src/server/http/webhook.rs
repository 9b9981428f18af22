//! `POST /webhook`: TikTok's callback as a form, and its events.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::server::{
    events::{self, IngestError, Ingested},
    state::AppState,
    telemetry::throttle,
    tiktok::{callback::form_to_query, webhook::HEADER},
};

/// Redirects a posted callback to `GET /webhook`, where the browser's `SameSite=Lax` cookie arrives too;
/// receives an event.
pub(super) async fn receive_post(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let form: &[u8] = if has_type(media_type, "application/x-www-form-urlencoded") { &body } else { b"" };
    let query = form_to_query(form).or_else(|| form_to_query(uri.query()?.as_bytes()));
    match query {
        Some(query) => Redirect::to(&format!("/webhook?{query}")).into_response(),
        None if has_type(media_type, "application/json") || headers.contains_key(HEADER) => {
            receive_event(&state, &headers, &body).await
        }
        None => unknown_body(),
    }
}

fn has_type(media_type: &str, expected: &str) -> bool {
    media_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(expected))
}

/// Two signatures count as none: which one is valid would be ambiguous.
async fn receive_event(state: &AppState, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut signatures = headers.get_all(HEADER).iter();
    let (first, second) = (signatures.next(), signatures.next());
    let signature = first.filter(|_| second.is_none()).and_then(|value| value.to_str().ok());
    match events::receive(&state.events, signature.unwrap_or_default(), body).await {
        Ok(ingested) => stored(ingested),
        Err(refusal) => refused(&refusal),
    }
}

fn stored(ingested: Ingested) -> Response {
    tracing::debug!(?ingested, "event stored");
    (StatusCode::OK, "The event is stored.\n").into_response()
}

/// After any response but 200 TikTok sends the event again, for 72 hours. An unauthenticated caller learns
/// nothing but that it is one.
fn refused(refusal: &IngestError) -> Response {
    let status = match refusal {
        IngestError::Signature(_) => StatusCode::UNAUTHORIZED,
        IngestError::SignatureAge(_) | IngestError::Malformed(_) | IngestError::OtherApp => {
            StatusCode::BAD_REQUEST
        }
        IngestError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    if let IngestError::Store(error) = refusal {
        tracing::error!(%error, "event not stored: TikTok sends it again");
        let text = "The event cannot be stored now. Send it again later.\n";
        return (status, [(header::RETRY_AFTER, "60")], text).into_response();
    }
    throttle::log("event", || tracing::warn!(%refusal, "event refused"));
    (status, format!("The event is refused: {refusal}.\n")).into_response()
}

fn unknown_body() -> Response {
    let text =
        "Send TikTok's callback (a form with code and state) or an event (JSON with TikTok-Signature).\n";
    (StatusCode::BAD_REQUEST, text).into_response()
}
