//! The Content Posting API.

mod init;
mod lifecycle;
mod status;
mod upload;

use reqwest::Response;
use serde_json::{Value, json};

use super::harness::{Tiktok, start_with};

pub(super) const SCOPES: &str = "user.info.basic,video.list,video.publish,video.upload";
pub(super) const VERIFIED: &str = "https://media.example.test/videos/";
pub(super) const VIDEO_URL: &str = "https://media.example.test/videos/one.mp4";
/// Longer than any test runs, so that posts are processed by order alone.
pub(super) const PROCESSING_SECONDS: u64 = 1800;

/// An audited app with a verified URL prefix and every scope of posting.
pub(super) async fn start_audited() -> Tiktok {
    let tiktok = start_with(|settings| {
        settings.enabled_scopes.extend(["video.list", "video.upload"].map(str::to_owned));
    })
    .await;
    let settings = json!({
        "audited": true, "verified_url_prefixes": [VERIFIED], "processing_seconds": PROCESSING_SECONDS,
    });
    tiktok.order("settings", settings).await;
    tiktok
}

pub(super) async fn login(tiktok: &Tiktok, creator: &str) -> Value {
    tiktok.login_with(creator, SCOPES).await
}

/// A call of the Content Posting API: HTTP status, error code, data.
pub(super) async fn call(tiktok: &Tiktok, tokens: &Value, path: &str, body: Value) -> (u16, String, Value) {
    let (status, answer) = tiktok.post_json(tokens, &format!("/v2/post/publish/{path}/"), body).await;
    (status, answer["error"]["code"].as_str().unwrap().to_owned(), answer["data"].clone())
}

pub(super) fn refused(answer: &(u16, String, Value)) -> (u16, &str) {
    (answer.0, answer.1.as_str())
}

pub(super) fn file(video_size: u64, chunk_size: u64, total_chunk_count: u64) -> Value {
    json!({
        "source": "FILE_UPLOAD", "video_size": video_size, "chunk_size": chunk_size,
        "total_chunk_count": total_chunk_count,
    })
}

pub(super) fn url() -> Value {
    json!({"source": "PULL_FROM_URL", "video_url": VIDEO_URL})
}

pub(super) fn direct(privacy_level: &str, source_info: Value) -> Value {
    json!({"post_info": {"privacy_level": privacy_level, "title": "A day"}, "source_info": source_info})
}

/// The data of an init call that is accepted.
pub(super) async fn init(tiktok: &Tiktok, tokens: &Value, path: &str, body: Value) -> Value {
    let (status, code, data) = call(tiktok, tokens, path, body).await;
    assert_eq!((status, code.as_str()), (200, "ok"));
    data
}

/// A draft for the inbox whose media TikTok fetches.
pub(super) async fn inbox_draft(tiktok: &Tiktok, tokens: &Value) -> Value {
    init(tiktok, tokens, "inbox/video/init", json!({"source_info": url()})).await["publish_id"].clone()
}

pub(super) async fn fetch_status(
    tiktok: &Tiktok,
    tokens: &Value,
    publish_id: &Value,
) -> (u16, String, Value) {
    call(tiktok, tokens, "status/fetch", json!({"publish_id": publish_id})).await
}

/// Sends bytes `first..first + length` of a file.
pub(super) async fn send_chunk(
    tiktok: &Tiktok,
    upload_url: &Value,
    first: u64,
    length: u64,
    total: u64,
) -> Response {
    let range = format!("bytes {first}-{}/{total}", first + length - 1);
    let request = tiktok.http.put(upload_url.as_str().unwrap()).header("content-type", "video/mp4");
    let body = vec![0; usize::try_from(length).unwrap()];
    request.header("content-range", range).body(body).send().await.unwrap()
}
