//! `POST /v2/post/publish/cancel/`: stops a download (`content-posting-api-media-transfer-guide`).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

use super::fail_reason::FailReason;
use super::post::Status;
use super::status::{authorize, own_post};
use super::{events, lifecycle};
use crate::calls::Endpoint;
use crate::envelope::{ApiError, respond};
use crate::simulator::SharedSimulator;

/// TikTok documents no limit.
const CALLS_PER_MINUTE: usize = usize::MAX;

/// The response has no `data`.
pub(crate) async fn cancel(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = stop(&simulator, &headers, &body).map(|()| Value::Null);
    respond(outcome, Endpoint::PublishCancel, simulator.clock.now())
}

/// An upload is not cancellable: the call is documented for downloads alone.
fn stop(simulator: &SharedSimulator, headers: &HeaderMap, body: &[u8]) -> Result<(), ApiError> {
    let (creator, publish_id) =
        authorize(simulator, headers, body, Endpoint::PublishCancel, CALLS_PER_MINUTE)?;
    let now = simulator.clock.now();
    let mut memory = simulator.memory();
    own_post(&mut memory.posts, creator, &publish_id)?;
    let mut events = lifecycle::take_due_steps(&mut memory, &publish_id, now);
    let post = own_post(&mut memory.posts, creator, &publish_id)?;
    let is_download = post.status == Status::ProcessingDownload;
    if is_download {
        post.fail(FailReason::PublishCancelled);
        events.extend(events::of_status(post, now));
    }
    lifecycle::send_in_background(simulator, events);
    if is_download { Ok(()) } else { Err(ApiError::of_code("publish_not_cancellable")) }
}
