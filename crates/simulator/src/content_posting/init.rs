//! The three init calls: a direct post, a draft for the inbox, and photos for either.

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::checks;
use super::fail_reason::FailReason;
use super::lifecycle;
use super::post::{Post, PostMode, Transfer};
use super::request::{PhotoMode, PhotoRequest, PostInfo, VideoRequest, VideoSource, parse};
use super::upload_task::UploadTask;
use crate::bearer::Bearer;
use crate::calls::{Endpoint, UPLOAD_PATH};
use crate::clock::Seconds;
use crate::creators::Person;
use crate::envelope::{ApiError, respond};
use crate::mint;
use crate::simulator::{Memory, SharedSimulator, Simulator};

const CALLS_PER_MINUTE: usize = 6;

/// What a checked request asks for.
struct NewPost {
    creator: Person,
    mode: PostMode,
    title: String,
    source: Source,
}

enum Source {
    Video(VideoSource),
    Photos,
}

/// Makes the post fail after its transfer, if a fault was ordered so.
type OrderedFailure = Extension<Option<FailReason>>;

/// `POST /v2/post/publish/video/init/`
pub(crate) async fn direct_video(
    State(simulator): State<SharedSimulator>,
    Extension(failure): OrderedFailure,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new = check_direct_video(&simulator, &headers, &body);
    create_and_respond(&simulator, Endpoint::VideoInit, new, failure)
}

/// `POST /v2/post/publish/inbox/video/init/`
pub(crate) async fn inbox_video(
    State(simulator): State<SharedSimulator>,
    Extension(failure): OrderedFailure,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new = check_inbox_video(&simulator, &headers, &body);
    create_and_respond(&simulator, Endpoint::InboxVideoInit, new, failure)
}

/// `POST /v2/post/publish/content/init/`
pub(crate) async fn photos(
    State(simulator): State<SharedSimulator>,
    Extension(failure): OrderedFailure,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new = check_photos(&simulator, &headers, &body);
    create_and_respond(&simulator, Endpoint::ContentInit, new, failure)
}

fn check_direct_video(simulator: &Simulator, headers: &HeaderMap, body: &[u8]) -> Result<NewPost, ApiError> {
    let bearer = Bearer::admit(simulator, headers, Endpoint::VideoInit, CALLS_PER_MINUTE)?;
    bearer.must_have("video.publish")?;
    let VideoRequest { post_info, source_info } = parse(headers, body)?;
    let post_info = post_info.ok_or_else(|| ApiError::invalid_param("post_info is required"))?;
    post_info.check_video()?;
    check_video_source(simulator, &source_info)?;
    let mode = direct_mode(simulator, bearer.creator, &post_info)?;
    Ok(NewPost { creator: bearer.creator, mode, title: post_info.title, source: Source::Video(source_info) })
}

fn check_inbox_video(simulator: &Simulator, headers: &HeaderMap, body: &[u8]) -> Result<NewPost, ApiError> {
    let bearer = Bearer::admit(simulator, headers, Endpoint::InboxVideoInit, CALLS_PER_MINUTE)?;
    bearer.must_have("video.upload")?;
    let VideoRequest { source_info, .. } = parse(headers, body)?;
    check_video_source(simulator, &source_info)?;
    let mode = inbox_mode(simulator, bearer.creator)?;
    Ok(NewPost { creator: bearer.creator, mode, title: String::new(), source: Source::Video(source_info) })
}

/// The required scope depends on the body.
fn check_photos(simulator: &Simulator, headers: &HeaderMap, body: &[u8]) -> Result<NewPost, ApiError> {
    let bearer = Bearer::admit(simulator, headers, Endpoint::ContentInit, CALLS_PER_MINUTE)?;
    let PhotoRequest { post_mode, post_info, source_info, .. } = parse(headers, body)?;
    let is_direct = post_mode == PhotoMode::DirectPost;
    bearer.must_have(if is_direct { "video.publish" } else { "video.upload" })?;
    post_info.check_photo()?;
    let live = simulator.live();
    source_info.images()?.iter().try_for_each(|url| checks::url_ownership(&live, url))?;
    let mode = if is_direct {
        direct_mode(simulator, bearer.creator, &post_info)?
    } else {
        inbox_mode(simulator, bearer.creator)?
    };
    Ok(NewPost { creator: bearer.creator, mode, title: post_info.title, source: Source::Photos })
}

fn check_video_source(simulator: &Simulator, source: &VideoSource) -> Result<(), ApiError> {
    match source {
        VideoSource::FileUpload(chunks) => chunks.check(),
        VideoSource::PullFromUrl { video_url } => checks::url_ownership(&simulator.live(), video_url),
    }
}

fn direct_mode(simulator: &Simulator, creator: Person, info: &PostInfo) -> Result<PostMode, ApiError> {
    checks::may_post_directly(creator.profile)?;
    let level = checks::privacy_level(&simulator.live(), creator.profile, info.privacy_level.as_deref())?;
    Ok(PostMode::Direct { public: level == "PUBLIC_TO_EVERYONE" })
}

fn inbox_mode(simulator: &Simulator, creator: Person) -> Result<PostMode, ApiError> {
    checks::may_share_to_inbox(&simulator.memory(), creator, simulator.clock.now())?;
    Ok(PostMode::Inbox)
}

fn create_and_respond(
    simulator: &SharedSimulator,
    endpoint: Endpoint,
    new: Result<NewPost, ApiError>,
    failure: Option<FailReason>,
) -> Response {
    respond(new.map(|new| create(simulator, new, failure)), endpoint, simulator.clock.now())
}

/// Creates the post; returns the response's `data`.
fn create(simulator: &SharedSimulator, new: NewPost, ordered_failure: Option<FailReason>) -> Value {
    let now = simulator.clock.now();
    let mut memory = simulator.memory();
    let Memory { posts, live, .. } = &mut *memory;
    let id = posts.next_id(now);
    let publish_id = publish_id(&new, id);
    let (transfer, upload_url) = transfer(simulator, &new.source, id, now);
    let is_download = matches!(transfer, Transfer::Download);
    let post = Post {
        publish_id: publish_id.clone(),
        creator: new.creator,
        mode: new.mode,
        title: new.title,
        created_at: now,
        status: transfer.status(),
        transfer,
        fail_reason: None,
        public: None,
        ordered_failure,
        due_at: is_download.then_some(now + live.processing_seconds),
    };
    posts.add(id, post);
    drop(memory);
    lifecycle::follow(simulator, &publish_id);
    match upload_url {
        Some(upload_url) => json!({"publish_id": publish_id, "upload_url": upload_url}),
        None => json!({"publish_id": publish_id}),
    }
}

/// With the prefixes of TikTok's examples.
fn publish_id(new: &NewPost, id: u64) -> String {
    let mode = if new.mode == PostMode::Inbox { "inbox" } else { "pub" };
    let (media, source) = match &new.source {
        Source::Video(VideoSource::FileUpload(_)) => ("v", "file"),
        Source::Video(VideoSource::PullFromUrl { .. }) => ("v", "url"),
        Source::Photos => ("p", "url"),
    };
    format!("{media}_{mode}_{source}~v2-1.{id}")
}

fn transfer(simulator: &Simulator, source: &Source, id: u64, now: Seconds) -> (Transfer, Option<String>) {
    let Source::Video(VideoSource::FileUpload(chunks)) = source else {
        return (Transfer::Download, None);
    };
    let token = mint::upload_token();
    let mut url = simulator.settings.base_url.clone();
    url.set_path(UPLOAD_PATH);
    url.query_pairs_mut().append_pair("upload_id", &id.to_string()).append_pair("upload_token", &token);
    (Transfer::Upload(UploadTask::new(token, *chunks, now)), Some(url.into()))
}
