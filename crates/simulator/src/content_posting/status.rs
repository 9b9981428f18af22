//! `POST /v2/post/publish/status/fetch/` (`content-posting-api-reference-get-video-status`).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::fail_reason::FailReason;
use super::lifecycle;
use super::post::{Post, Status, Transfer};
use super::posts::Posts;
use super::request::{PublishId, parse};
use crate::bearer::Bearer;
use crate::calls::Endpoint;
use crate::creators::Person;
use crate::envelope::{ApiError, respond};
use crate::simulator::{SharedSimulator, Simulator};

const CALLS_PER_MINUTE: usize = 30;
/// Nothing is downloaded: every video and every set of photos counts as so many bytes.
const DOWNLOADED_BYTES: u64 = 10_000_000;

#[derive(Serialize)]
struct Data {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_reason: Option<FailReason>,
    /// TikTok's spelling.
    publicaly_available_post_id: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uploaded_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    downloaded_bytes: Option<u64>,
}

pub(crate) async fn fetch(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    respond(look_up(&simulator, &headers, &body), Endpoint::StatusFetch, simulator.clock.now())
}

fn look_up(simulator: &SharedSimulator, headers: &HeaderMap, body: &[u8]) -> Result<Value, ApiError> {
    let (creator, publish_id) = authorize(simulator, headers, body, Endpoint::StatusFetch, CALLS_PER_MINUTE)?;
    let mut memory = simulator.memory();
    own_post(&mut memory.posts, creator, &publish_id)?;
    let events = lifecycle::take_due_steps(&mut memory, &publish_id, simulator.clock.now());
    lifecycle::send_in_background(simulator, events);
    own_post(&mut memory.posts, creator, &publish_id).map(|post| json!(Data::of(post)))
}

/// The token's creator, and the id in the body.
pub(super) fn authorize(
    simulator: &Simulator,
    headers: &HeaderMap,
    body: &[u8],
    endpoint: Endpoint,
    limit: usize,
) -> Result<(Person, String), ApiError> {
    let bearer = Bearer::admit(simulator, headers, endpoint, limit)?;
    bearer.must_have_one_of(&["video.upload", "video.publish"])?;
    let PublishId { publish_id } = parse(headers, body)?;
    Ok((bearer.creator, publish_id))
}

/// Errors: `invalid_publish_id`, `token_not_authorized_for_specified_publish_id`.
pub(super) fn own_post<'a>(
    posts: &'a mut Posts,
    creator: Person,
    publish_id: &str,
) -> Result<&'a mut Post, ApiError> {
    let post = posts.find(publish_id).ok_or_else(|| ApiError::of_code("invalid_publish_id"))?;
    if post.creator == creator {
        Ok(post)
    } else {
        Err(ApiError::of_code("token_not_authorized_for_specified_publish_id"))
    }
}

impl Data {
    fn of(post: &Post) -> Self {
        let downloaded = if post.status == Status::ProcessingDownload { 0 } else { DOWNLOADED_BYTES };
        let (uploaded_bytes, downloaded_bytes) = match &post.transfer {
            Transfer::Upload(task) => (Some(task.uploaded_bytes), None),
            Transfer::Download => (None, Some(downloaded)),
        };
        Self {
            status: post.status,
            fail_reason: post.fail_reason,
            publicaly_available_post_id: post.public.iter().map(|public| public.post_id).collect(),
            uploaded_bytes,
            downloaded_bytes,
        }
    }
}
