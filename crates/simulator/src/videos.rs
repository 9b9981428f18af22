//! `POST /v2/video/list/` and `/v2/video/query/`: a creator's public videos
//! (`tiktok-api-v2-video-list`, `tiktok-api-v2-video-query`, `tiktok-api-v2-video-object`).

mod video;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::video::Video;
use super::bearer::Bearer;
use super::calls::Endpoint;
use super::envelope::{ApiError, respond};
use super::fields::Fields;
use super::simulator::{SharedSimulator, Simulator};

const CALLS_PER_MINUTE: usize = 600;
const MAX_VIDEOS: usize = 20;

/// The body of `list/`, which may be empty.
#[derive(Deserialize)]
#[serde(default)]
struct Page {
    /// Milliseconds since 1970: videos posted before.
    cursor: Option<u64>,
    max_count: usize,
}

#[derive(Deserialize)]
struct Query {
    filters: Filters,
}

#[derive(Deserialize)]
struct Filters {
    video_ids: Vec<String>,
}

pub(crate) async fn list(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    respond(list_page(&simulator, &headers, query, &body), Endpoint::VideoList, simulator.clock.now())
}

pub(crate) async fn query(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    respond(find_by_id(&simulator, &headers, query, &body), Endpoint::VideoQuery, simulator.clock.now())
}

fn list_page(
    simulator: &Simulator,
    headers: &HeaderMap,
    query: Option<String>,
    body: &[u8],
) -> Result<Value, ApiError> {
    let videos = PublicVideos::admit(simulator, headers, Endpoint::VideoList, query)?;
    let page: Page = if body.is_empty() { Page::default() } else { parse(body)? };
    if !(1..=MAX_VIDEOS).contains(&page.max_count) {
        return Err(ApiError::new("invalid_params", "max_count must be between 1 and 20"));
    }
    let before = page.cursor.unwrap_or(u64::MAX);
    let mut older = videos.videos.iter().filter(|video| video.posted_at_ms() < before).peekable();
    let shown: Vec<_> = older.by_ref().take(page.max_count).collect();
    let cursor = shown.last().map_or(before.min(simulator.clock.now_ms()), |video| video.posted_at_ms());
    let has_more = older.peek().is_some();
    Ok(json!({"videos": videos.describe(simulator, shown), "cursor": cursor, "has_more": has_more}))
}

/// Unknown ids and ids of other creators' videos are left out.
fn find_by_id(
    simulator: &Simulator,
    headers: &HeaderMap,
    query: Option<String>,
    body: &[u8],
) -> Result<Value, ApiError> {
    let videos = PublicVideos::admit(simulator, headers, Endpoint::VideoQuery, query)?;
    let Query { filters: Filters { video_ids } } = parse(body)?;
    if video_ids.len() > MAX_VIDEOS {
        return Err(ApiError::new("invalid_params", "no more than 20 video_ids"));
    }
    let named = |id: &String| videos.videos.iter().find(|video| video.id.to_string() == *id);
    let named = video_ids.iter().filter_map(named).collect();
    Ok(json!({"videos": videos.describe(simulator, named)}))
}

/// The public videos of the token's creator, newest first, and the requested fields.
struct PublicVideos {
    bearer: Bearer,
    fields: Vec<String>,
    videos: Vec<Video>,
}

impl PublicVideos {
    fn admit(
        simulator: &Simulator,
        headers: &HeaderMap,
        endpoint: Endpoint,
        query: Option<String>,
    ) -> Result<Self, ApiError> {
        let bearer = Bearer::admit(simulator, headers, endpoint, CALLS_PER_MINUTE)?;
        bearer.must_have("video.list")?;
        let query = Fields::parse(query.unwrap_or_default().as_bytes());
        let fields =
            query.get("fields").ok_or_else(|| ApiError::new("invalid_params", "fields is required"))?;
        let fields: Vec<String> = fields.split(',').map(str::to_owned).collect();
        if !fields.iter().all(|field| video::FIELDS.contains(&field.as_str())) {
            return Err(ApiError::new("invalid_params", "a field is not known"));
        }
        let videos = Video::all_of(&simulator.memory().posts, bearer.creator);
        Ok(Self { bearer, fields, videos })
    }

    fn describe(&self, simulator: &Simulator, videos: Vec<&Video>) -> Vec<Map<String, Value>> {
        let describe = |video: &Video| {
            let fields = self.fields.iter();
            fields.map(|field| (field.clone(), video.field(simulator, self.bearer.creator, field))).collect()
        };
        videos.into_iter().map(describe).collect()
    }
}

impl Default for Page {
    fn default() -> Self {
        Self { cursor: None, max_count: 10 }
    }
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::new("invalid_params", &error.to_string()))
}
