//! Status fetch and cancel: authorization, limits, results.

use serde_json::json;

use super::{PROCESSING_SECONDS, SCOPES};
use super::{call, direct, fetch_status, file, inbox_draft, init, login, refused, start_audited, url};

#[tokio::test]
async fn status_of_unknown_publish_id_is_refused() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    for unknown in ["", "v_pub_url~v2-1.1", "v_inbox_url~v2-1.7"] {
        let answer = fetch_status(&tiktok, &tokens, &json!(unknown)).await;
        assert_eq!(refused(&answer), (400, "invalid_publish_id"));
    }
    let nameless = call(&tiktok, &tokens, "status/fetch", json!({})).await;
    assert_eq!(refused(&nameless), (400, "invalid_param"));
}

#[tokio::test]
async fn status_and_cancel_need_the_creators_own_token() {
    let tiktok = start_audited().await;
    let (owner, other) = (login(&tiktok, "public").await, login(&tiktok, "private").await);
    let publish_id = inbox_draft(&tiktok, &owner).await;
    for path in ["status/fetch", "cancel"] {
        let answer = call(&tiktok, &other, path, json!({"publish_id": publish_id})).await;
        assert_eq!(refused(&answer), (400, "token_not_authorized_for_specified_publish_id"));
    }
    let again = login(&tiktok, "public").await;
    assert_eq!(fetch_status(&tiktok, &again, &publish_id).await.0, 200, "another token of the creator's");
}

#[tokio::test]
async fn status_needs_one_of_the_posting_scopes() {
    let tiktok = start_audited().await;
    let publish_id = inbox_draft(&tiktok, &login(&tiktok, "public").await).await;
    for (without, expected) in [
        (",video.upload", (200, "ok")),
        (",video.publish", (200, "ok")),
        (",video.publish,video.upload", (401, "scope_not_authorized")),
    ] {
        let tokens = tiktok.login_with("public", &SCOPES.replace(without, "")).await;
        assert_eq!(refused(&fetch_status(&tiktok, &tokens, &publish_id).await), expected, "{without}");
    }
}

#[tokio::test]
async fn status_is_limited_to_30_a_minute() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let publish_id = inbox_draft(&tiktok, &tokens).await;
    for _ in 0..30 {
        assert_eq!(fetch_status(&tiktok, &tokens, &publish_id).await.0, 200);
    }
    let answer = fetch_status(&tiktok, &tokens, &publish_id).await;
    assert_eq!(refused(&answer), (429, "rate_limit_exceeded"));
}

#[tokio::test]
async fn status_patch_changes_the_answer() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let publish_id = inbox_draft(&tiktok, &tokens).await;
    tiktok
        .fault("status_fetch", json!({"patch": {"data": {"status": "FAILED", "fail_reason": "spam_risk"}}}))
        .await;
    let (_, _, data) = fetch_status(&tiktok, &tokens, &publish_id).await;
    assert_eq!(data["fail_reason"], json!("spam_risk"));
}

#[tokio::test]
async fn cancelled_download_fails_and_is_announced() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let publish_id = inbox_draft(&tiktok, &tokens).await;
    let (status, answer) =
        tiktok.post_json(&tokens, "/v2/post/publish/cancel/", json!({"publish_id": publish_id})).await;
    assert_eq!((status, &answer["error"]["code"]), (200, &json!("ok")));
    assert!(answer.get("data").is_none());
    let (_, _, data) = fetch_status(&tiktok, &tokens, &publish_id).await;
    assert_eq!((&data["status"], &data["fail_reason"]), (&json!("FAILED"), &json!("publish_cancelled")));
    let event = tiktok.webhook().await;
    assert_eq!(event["event"], json!("post.publish.failed"));
    assert!(event["content"].as_str().unwrap().contains(r#""reason":"publish_cancelled""#));
}

#[tokio::test]
async fn finished_posts_and_uploads_are_not_cancellable() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let upload = init(&tiktok, &tokens, "video/init", direct("SELF_ONLY", file(10, 10, 1))).await;
    let finished = init(&tiktok, &tokens, "video/init", direct("SELF_ONLY", url())).await;
    tiktok.advance(PROCESSING_SECONDS).await;
    for data in [upload, finished] {
        let answer = call(&tiktok, &tokens, "cancel", json!({"publish_id": data["publish_id"]})).await;
        assert_eq!(refused(&answer), (400, "publish_not_cancellable"));
    }
}
