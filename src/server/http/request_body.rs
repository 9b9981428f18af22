//! Reads the body of a request before it is handled, so that no handler waits for a slow client.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::server::listener::Peer;

/// Middleware: reads the whole body, within the time limit and the size limit around it. From then on the connection
/// is busy, which protects it from being closed for another.
pub(super) async fn receive(State(timeout): State<Duration>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().cloned();
    let activity = peer.map(|ConnectInfo(peer)| peer.activity).unwrap_or_default();
    activity.record_progress();
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(timeout, to_bytes(body, usize::MAX)).await {
        Ok(Ok(body)) => body,
        // Or the connection broke, and nobody reads this.
        Ok(Err(_)) => return refuse(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.\n"),
        Err(_) => return refuse(StatusCode::REQUEST_TIMEOUT, "The request did not arrive in time.\n"),
    };
    let _request = activity.begin_request();
    next.run(Request::from_parts(parts, Body::from(body))).await
}

fn refuse(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}
