//! Reads the body of a request before it is handled, so that no handler waits for a slow client.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header},
};

use super::v1;
use crate::server::{
    listener::{Peer, RequestGuard},
    tiktok::proxy::MAX_BODY_BYTES,
};

/// The largest request that is read: forms have a few hundred bytes, events at most 64 kB.
const LARGEST_BYTES: usize = 64 * 1024;

/// The largest call of TikTok through the API.
const LARGEST_CALL_BYTES: usize = MAX_BODY_BYTES;

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
    let largest = largest(parts.uri.path());
    if parts.headers.get(header::CONTENT_LENGTH).is_some_and(|length| exceeds(length, largest)) {
        return Err(TOO_LARGE);
    }
    let body = match tokio::time::timeout(timeout, to_bytes(body, largest)).await {
        Ok(Ok(body)) => body,
        // Or the connection broke, and nobody reads this.
        Ok(Err(_)) => return Err(TOO_LARGE),
        Err(_) => return Err(TOO_LATE),
    };
    Ok((Request::from_parts(parts, Body::from(body)), activity.begin_request()))
}

/// The largest body of a path.
fn largest(path: &str) -> usize {
    let is_call = v1::is_api(path) && path.contains("/tiktok/");
    if is_call { LARGEST_CALL_BYTES } else { LARGEST_BYTES }
}

fn exceeds(length: &HeaderValue, largest: usize) -> bool {
    let length = length.to_str().ok().and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| length > largest)
}
