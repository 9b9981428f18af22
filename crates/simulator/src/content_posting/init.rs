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
use crate::world::{Memory, Shared, World};

const CALLS_A_MINUTE: usize = 6;

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
    State(world): State<Shared>,
    Extension(failure): OrderedFailure,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new = check_direct_video(&world, &headers, &body);
    create_and_respond(&world, Endpoint::VideoInit, new, failure)
}

/// `POST /v2/post/publish/inbox/video/init/`
pub(crate) async fn inbox_video(
    State(world): State<Shared>,
    Extension(failure): OrderedFailure,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new = check_inbox_video(&world, &headers, &body);
    create_and_respond(&world, Endpoint::InboxVideoInit, new, failure)
}

/// `POST /v2/post/publish/content/init/`
pub(crate) async fn photos(
    State(world): State<Shared>,
    Extension(failure): OrderedFailure,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let new = check_photos(&world, &headers, &body);
    create_and_respond(&world, Endpoint::ContentInit, new, failure)
}

fn check_direct_video(world: &World, headers: &HeaderMap, body: &[u8]) -> Result<NewPost, ApiError> {
    let bearer = Bearer::admit(world, headers, Endpoint::VideoInit, CALLS_A_MINUTE)?;
    bearer.must_have("video.publish")?;
    let VideoRequest { post_info, source_info } = parse(headers, body)?;
    let post_info = post_info.ok_or_else(|| ApiError::invalid_param("post_info is required"))?;
    post_info.check_video()?;
    check_video_source(world, &source_info)?;
    let mode = direct_mode(world, bearer.creator, &post_info)?;
    Ok(NewPost { creator: bearer.creator, mode, title: post_info.title, source: Source::Video(source_info) })
}

fn check_inbox_video(world: &World, headers: &HeaderMap, body: &[u8]) -> Result<NewPost, ApiError> {
    let bearer = Bearer::admit(world, headers, Endpoint::InboxVideoInit, CALLS_A_MINUTE)?;
    bearer.must_have("video.upload")?;
    let VideoRequest { source_info, .. } = parse(headers, body)?;
    check_video_source(world, &source_info)?;
    let mode = inbox_mode(world, bearer.creator)?;
    Ok(NewPost { creator: bearer.creator, mode, title: String::new(), source: Source::Video(source_info) })
}

/// The required scope depends on the body.
fn check_photos(world: &World, headers: &HeaderMap, body: &[u8]) -> Result<NewPost, ApiError> {
    let bearer = Bearer::admit(world, headers, Endpoint::ContentInit, CALLS_A_MINUTE)?;
    let PhotoRequest { post_mode, post_info, source_info, .. } = parse(headers, body)?;
    let is_direct = post_mode == PhotoMode::DirectPost;
    bearer.must_have(if is_direct { "video.publish" } else { "video.upload" })?;
    post_info.check_photo()?;
    let live = world.live();
    source_info.images()?.iter().try_for_each(|url| checks::url_ownership(&live, url))?;
    let mode = if is_direct {
        direct_mode(world, bearer.creator, &post_info)?
    } else {
        inbox_mode(world, bearer.creator)?
    };
    Ok(NewPost { creator: bearer.creator, mode, title: post_info.title, source: Source::Photos })
}

fn check_video_source(world: &World, source: &VideoSource) -> Result<(), ApiError> {
    match source {
        VideoSource::FileUpload(chunks) => chunks.check(),
        VideoSource::PullFromUrl { video_url } => checks::url_ownership(&world.live(), video_url),
    }
}

fn direct_mode(world: &World, creator: Person, info: &PostInfo) -> Result<PostMode, ApiError> {
    checks::may_post_directly(creator.profile)?;
    let level = checks::privacy_level(&world.live(), creator.profile, info.privacy_level.as_deref())?;
    Ok(PostMode::Direct { public: level == "PUBLIC_TO_EVERYONE" })
}

fn inbox_mode(world: &World, creator: Person) -> Result<PostMode, ApiError> {
    checks::may_share_to_inbox(&world.memory(), creator, world.clock.now())?;
    Ok(PostMode::Inbox)
}

fn create_and_respond(
    world: &Shared,
    endpoint: Endpoint,
    new: Result<NewPost, ApiError>,
    failure: Option<FailReason>,
) -> Response {
    respond(new.map(|new| create(world, new, failure)), endpoint, world.clock.now())
}

/// Creates the post; returns the response's `data`.
fn create(world: &Shared, new: NewPost, ordered_failure: Option<FailReason>) -> Value {
    let now = world.clock.now();
    let mut memory = world.memory();
    let Memory { posts, live, .. } = &mut *memory;
    let id = posts.next_id(now);
    let publish_id = publish_id(&new, id);
    let (transfer, upload_url) = transfer(world, &new.source, id, now);
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
    lifecycle::follow(world, &publish_id);
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

fn transfer(world: &World, source: &Source, id: u64, now: Seconds) -> (Transfer, Option<String>) {
    let Source::Video(VideoSource::FileUpload(chunks)) = source else {
        return (Transfer::Download, None);
    };
    let token = mint::upload_token();
    let mut url = world.settings.base_url.clone();
    url.set_path(UPLOAD_PATH);
    url.query_pairs_mut().append_pair("upload_id", &id.to_string()).append_pair("upload_token", &token);
    (Transfer::Upload(UploadTask::new(token, *chunks, now)), Some(url.into()))
}
