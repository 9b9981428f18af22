//! `PUT` to an `upload_url`: one chunk of a file. The bytes are discarded.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::lifecycle;
use super::post::{Post, Transfer};
use super::upload_task::{ContentRange, UploadTask};
use crate::clock::Seconds;
use crate::fields::Fields;
use crate::simulator::{Memory, SharedSimulator, Simulator};

const MEDIA_TYPES: [&str; 3] = ["video/mp4", "video/quicktime", "video/webm"];

/// The progress of an upload after a chunk.
struct Progress {
    status: StatusCode,
    uploaded_bytes: u64,
    total_bytes: u64,
}

/// `PUT /upload/video/?upload_id=…&upload_token=…`: 206 for a chunk that others follow, 201 for the last one, 400 for
/// malformed headers, 403 for a URL that has expired, 404 for one that is unknown, 416 for another range than the
/// next one.
pub(crate) async fn chunk(
    State(simulator): State<SharedSimulator>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    match accept(&simulator, &query, &headers, length) {
        Ok((publish_id, progress)) => {
            lifecycle::follow(&simulator, &publish_id);
            progress.into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn accept(
    simulator: &Simulator,
    query: &Fields,
    headers: &HeaderMap,
    length: u64,
) -> Result<(String, Progress), StatusCode> {
    let now = simulator.clock.now();
    let mut memory = simulator.memory();
    let Memory { posts, live, .. } = &mut *memory;
    let (id, token) = (query.get("upload_id"), query.get("upload_token"));
    let post = id.zip(token).and_then(|(id, token)| posts.find_upload(id, token));
    let post = post.filter(|post| post.is_processing()).ok_or(StatusCode::NOT_FOUND)?;
    let progress = take_chunk(post, headers, length, now)?;
    if progress.status == StatusCode::CREATED {
        post.due_at = Some(now + live.processing_seconds);
    }
    Ok((post.publish_id.clone(), progress))
}

fn take_chunk(
    post: &mut Post,
    headers: &HeaderMap,
    length: u64,
    now: Seconds,
) -> Result<Progress, StatusCode> {
    let Transfer::Upload(task) = &mut post.transfer else { return Err(StatusCode::NOT_FOUND) };
    if now >= task.expires_at {
        return Err(StatusCode::FORBIDDEN);
    }
    let is_well_formed = headers.contains_key(header::CONTENT_LENGTH) && has_media_type(headers);
    let range = content_range(headers).filter(|range| is_well_formed && range.length() == length);
    let range = range.ok_or(StatusCode::BAD_REQUEST)?;
    if task.next_range() != Some(range) {
        return Ok(Progress::of(task, StatusCode::RANGE_NOT_SATISFIABLE));
    }
    task.uploaded_bytes += length;
    let status = if task.is_complete() { StatusCode::CREATED } else { StatusCode::PARTIAL_CONTENT };
    Ok(Progress::of(task, status))
}

fn content_range(headers: &HeaderMap) -> Option<ContentRange> {
    ContentRange::parse(headers.get(header::CONTENT_RANGE)?.to_str().ok()?)
}

fn has_media_type(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media.is_some_and(|media| MEDIA_TYPES.contains(&media))
}

impl Progress {
    fn of(task: &UploadTask, status: StatusCode) -> Self {
        Self { status, uploaded_bytes: task.uploaded_bytes, total_bytes: task.chunks.video_size }
    }
}

impl IntoResponse for Progress {
    /// TikTok documents the number of bytes here, where RFC 9110 has the position of the last byte.
    fn into_response(self) -> Response {
        let range = format!("bytes 0-{}/{}", self.uploaded_bytes, self.total_bytes);
        let headers: [(HeaderName, String); 1] = [(header::CONTENT_RANGE, range)];
        (self.status, headers).into_response()
    }
}
