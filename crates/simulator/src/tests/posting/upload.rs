//! Files in chunks.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use reqwest::{Body, Response};
use serde_json::{Value, json};

use super::{fetch_status, file, init, login, send_chunk, start_audited};
use crate::tests::harness::Tiktok;

const CHUNK: u64 = 5 * 1024 * 1024;
const TOTAL: u64 = 2 * CHUNK + 7;

/// A draft of two chunks; the last one takes the rest.
async fn two_chunks(tiktok: &Tiktok) -> (Value, Value) {
    let tokens = login(tiktok, "public").await;
    let data = init(tiktok, &tokens, "inbox/video/init", json!({"source_info": file(TOTAL, CHUNK, 2)})).await;
    (tokens, data)
}

fn progress(response: &Response) -> (u16, &str) {
    (response.status().as_u16(), response.headers()["content-range"].to_str().unwrap())
}

#[tokio::test]
async fn chunks_in_order_answer_206_then_201() {
    let tiktok = start_audited().await;
    let (tokens, data) = two_chunks(&tiktok).await;
    let first = send_chunk(&tiktok, &data["upload_url"], 0, CHUNK, TOTAL).await;
    assert_eq!(progress(&first), (206, "bytes 0-5242880/10485767"));
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!((&status["status"], &status["uploaded_bytes"]), (&json!("PROCESSING_UPLOAD"), &json!(CHUNK)));
    let last = send_chunk(&tiktok, &data["upload_url"], CHUNK, CHUNK + 7, TOTAL).await;
    assert_eq!(progress(&last), (201, "bytes 0-10485767/10485767"));
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!(status["uploaded_bytes"], json!(TOTAL));
}

#[tokio::test]
async fn chunk_that_is_not_next_answers_416_and_progress() {
    let tiktok = start_audited().await;
    let (_, data) = two_chunks(&tiktok).await;
    let url = &data["upload_url"];
    let early = send_chunk(&tiktok, url, CHUNK, CHUNK + 7, TOTAL).await;
    assert_eq!(progress(&early), (416, "bytes 0-0/10485767"));
    send_chunk(&tiktok, url, 0, CHUNK, TOTAL).await;
    for (first, length, total, problem) in [
        (0, CHUNK, TOTAL, "sent again"),
        (CHUNK, CHUNK, TOTAL, "another size than announced"),
        (CHUNK, CHUNK + 6, TOTAL - 1, "another total"),
    ] {
        let response = send_chunk(&tiktok, url, first, length, total).await;
        assert_eq!(progress(&response), (416, "bytes 0-5242880/10485767"), "{problem}");
    }
}

#[tokio::test]
async fn chunk_with_malformed_headers_answers_400() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "inbox/video/init", json!({"source_info": file(10, 10, 1)})).await;
    for (media, range) in [
        ("video/mp4", ""),
        ("video/mp4", "0-9/10"),
        ("video/mp4", "bytes 0-8/10"),
        ("image/png", "bytes 0-9/10"),
    ] {
        let request = tiktok.http.put(data["upload_url"].as_str().unwrap()).header("content-type", media);
        let response = request.header("content-range", range).body(vec![0; 10]).send().await.unwrap();
        assert_eq!(response.status(), 400, "{media} {range}");
    }
}

/// A body of unknown length, which is sent without `Content-Length`.
struct Streamed(Option<Bytes>);

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(http_body::Frame::data(bytes))))
    }
}

#[tokio::test]
async fn chunk_without_content_length_answers_400() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "inbox/video/init", json!({"source_info": file(10, 10, 1)})).await;
    let request = tiktok.http.put(data["upload_url"].as_str().unwrap()).header("content-type", "video/mp4");
    let body = Body::wrap(Streamed(Some(Bytes::from_static(&[0; 10]))));
    let response = request.header("content-range", "bytes 0-9/10").body(body).send().await.unwrap();
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn upload_url_expires_after_an_hour() {
    let tiktok = start_audited().await;
    let (_, data) = two_chunks(&tiktok).await;
    tiktok.advance(3500).await;
    assert_eq!(send_chunk(&tiktok, &data["upload_url"], 0, CHUNK, TOTAL).await.status(), 206);
    tiktok.advance(100).await;
    assert_eq!(send_chunk(&tiktok, &data["upload_url"], CHUNK, CHUNK + 7, TOTAL).await.status(), 403);
}

#[tokio::test]
async fn upload_url_with_another_token_answers_404() {
    let tiktok = start_audited().await;
    let (_, data) = two_chunks(&tiktok).await;
    let url = data["upload_url"].as_str().unwrap();
    let (url, _) = url.split_once("upload_token=").unwrap();
    for guess in [format!("{url}upload_token=guess"), tiktok.url("/upload/video/")] {
        assert_eq!(send_chunk(&tiktok, &json!(guess), 0, CHUNK, TOTAL).await.status(), 404);
    }
}

#[tokio::test]
async fn upload_to_finished_post_answers_404() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "inbox/video/init", json!({"source_info": file(10, 10, 1)})).await;
    assert_eq!(send_chunk(&tiktok, &data["upload_url"], 0, 10, 10).await.status(), 201);
    tiktok.advance(super::PROCESSING_SECONDS).await;
    fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!(send_chunk(&tiktok, &data["upload_url"], 0, 10, 10).await.status(), 404);
}

#[tokio::test]
async fn upload_fault_occurs_and_the_chunk_can_be_repeated() {
    let tiktok = start_audited().await;
    let (_, data) = two_chunks(&tiktok).await;
    tiktok.fault("video_upload", json!({"status": 503})).await;
    assert_eq!(send_chunk(&tiktok, &data["upload_url"], 0, CHUNK, TOTAL).await.status(), 503);
    assert_eq!(send_chunk(&tiktok, &data["upload_url"], 0, CHUNK, TOTAL).await.status(), 206);
    let calls: Vec<Value> = tiktok.get("/simulator/calls").await.json().await.unwrap();
    let upload = calls.iter().find(|call| call["endpoint"] == "video_upload").unwrap();
    assert_eq!(upload["fields"], json!(["upload_id", "upload_token"]), "the file is no form");
}
