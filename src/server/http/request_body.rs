//! Reads the body of a request before it is handled, so that no handler waits for a slow client.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header},
};

use crate::server::listener::{Peer, RequestGuard};

/// The largest request that is read: forms have a few hundred bytes, events at most 64 kB.
const LARGEST_BYTES: usize = 64 * 1024;

/// The response that refuses a request.
pub(super) type Refusal = (StatusCode, &'static str);

const TOO_LARGE: Refusal = (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.\n");
const TOO_LATE: Refusal = (StatusCode::REQUEST_TIMEOUT, "The request did not arrive in time.\n");

/// Reads the whole body, within the time limit; an error is the response that refuses it. While the guard lives the
/// connection is busy, which protects it from being closed for another.
pub(super) async fn receive(timeout: Duration, request: Request) -> Result<(Request, RequestGuard), Refusal> {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().cloned();
    let activity = peer.map(|ConnectInfo(peer)| peer.activity).unwrap_or_default();
    activity.record_progress();
    let (parts, body) = request.into_parts();
    if parts.headers.get(header::CONTENT_LENGTH).is_some_and(exceeds_limit) {
        return Err(TOO_LARGE);
    }
    let body = match tokio::time::timeout(timeout, to_bytes(body, LARGEST_BYTES)).await {
        Ok(Ok(body)) => body,
        // Or the connection broke, and nobody reads this.
        Ok(Err(_)) => return Err(TOO_LARGE),
        Err(_) => return Err(TOO_LATE),
    };
    Ok((Request::from_parts(parts, Body::from(body)), activity.begin_request()))
}

fn exceeds_limit(length: &HeaderValue) -> bool {
    let length = length.to_str().ok().and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| length > LARGEST_BYTES)
}
