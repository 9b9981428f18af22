//! How posts advance by the clock, and their webhooks.

use serde_json::{Value, json};

use super::{
    PROCESSING_SECONDS, VIDEO_URL, direct, fetch_status, file, inbox_draft, init, login, send_chunk,
};
use super::{start_audited, url};
use crate::tests::harness::{Tiktok, location};

/// Name and content of the next webhook.
async fn event(tiktok: &mut Tiktok) -> (String, Value) {
    let event = tiktok.webhook().await;
    let content = serde_json::from_str(event["content"].as_str().unwrap()).unwrap();
    (event["event"].as_str().unwrap().to_owned(), content)
}

async fn posts(tiktok: &Tiktok) -> Vec<Value> {
    tiktok.get("/simulator/posts").await.json().await.unwrap()
}

#[tokio::test]
async fn uploaded_draft_advances_to_the_inbox() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "inbox/video/init", json!({"source_info": file(10, 10, 1)})).await;
    tiktok.advance(PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!(status["status"], json!("PROCESSING_UPLOAD"), "the file is not there yet");
    send_chunk(&tiktok, &data["upload_url"], 0, 10, 10).await;
    tiktok.advance(PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    let expected = json!({
        "status": "SEND_TO_USER_INBOX", "publicaly_available_post_id": [], "uploaded_bytes": 10,
    });
    assert_eq!(status, expected);
    let content = json!({"publish_id": data["publish_id"], "publish_type": "INBOX_SHARE"});
    assert_eq!(event(&mut tiktok).await, ("post.publish.inbox_delivered".to_owned(), content));
}

#[tokio::test]
async fn public_post_gets_its_id_after_moderation() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "video/init", direct("PUBLIC_TO_EVERYONE", url())).await;
    let id = &data["publish_id"];
    let (_, _, status) = fetch_status(&tiktok, &tokens, id).await;
    assert_eq!((&status["status"], &status["downloaded_bytes"]), (&json!("PROCESSING_DOWNLOAD"), &json!(0)));
    tiktok.advance(PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, id).await;
    assert_eq!(status["status"], json!("PUBLISH_COMPLETE"));
    assert_eq!(status["publicaly_available_post_id"], json!([]));
    assert_eq!(event(&mut tiktok).await.0, "post.publish.complete");
    tiktok.advance(PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, id).await;
    let post_id = status["publicaly_available_post_id"][0].clone();
    assert!(post_id.as_u64().unwrap() > 1 << 53);
    let content = json!({"publish_id": id, "publish_type": "DIRECT_POST", "post_id": post_id});
    assert_eq!(event(&mut tiktok).await, ("post.publish.publicly_available".to_owned(), content));
}

#[tokio::test]
async fn self_only_post_stays_without_public_id() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "video/init", direct("SELF_ONLY", url())).await;
    tiktok.advance(2 * PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!(status["status"], json!("PUBLISH_COMPLETE"));
    assert_eq!(status["publicaly_available_post_id"], json!([]));
    assert_eq!(event(&mut tiktok).await.0, "post.publish.complete");
}

#[tokio::test]
async fn post_takes_every_step_of_a_long_advance() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "video/init", direct("PUBLIC_TO_EVERYONE", url())).await;
    tiktok.advance(2 * PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!(status["publicaly_available_post_id"].as_array().unwrap().len(), 1);
    assert_eq!(event(&mut tiktok).await.0, "post.publish.complete");
    assert_eq!(event(&mut tiktok).await.0, "post.publish.publicly_available");
}

#[tokio::test]
async fn webhook_arrives_without_status_fetch() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    inbox_draft(&tiktok, &tokens).await;
    tiktok.advance(PROCESSING_SECONDS).await;
    let event = tiktok.webhook().await;
    assert_eq!(event["event"], json!("post.publish.inbox_delivered"));
    assert_eq!(event["user_openid"], tokens["open_id"]);
}

#[tokio::test]
async fn ordered_fail_reason_ends_the_post() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    tiktok.fault("inbox_video_init", json!({"fail_reason": "duration_check_failed"})).await;
    let publish_id = inbox_draft(&tiktok, &tokens).await;
    tiktok.advance(PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &publish_id).await;
    assert_eq!(
        (&status["status"], &status["fail_reason"]),
        (&json!("FAILED"), &json!("duration_check_failed"))
    );
    let (name, content) = event(&mut tiktok).await;
    assert_eq!((name.as_str(), &content["reason"]), ("post.publish.failed", &json!("duration_check_failed")));
}

#[tokio::test]
async fn fail_reason_order_of_another_kind_is_refused() {
    let tiktok = start_audited().await;
    for order in [
        json!({"endpoint": "status_fetch", "fault": {"fail_reason": "internal"}}),
        json!({"endpoint": "video_init", "fault": {"fail_reason": "bad_taste"}}),
    ] {
        let request = tiktok.http.post(tiktok.url("/simulator/orders")).json(&order);
        assert!(request.send().await.unwrap().status().is_client_error(), "{order}");
    }
}

#[tokio::test]
async fn removal_while_processing_fails_as_auth_removed() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    inbox_draft(&tiktok, &tokens).await;
    let fields = [("token", tokens["access_token"].as_str().unwrap())];
    assert_eq!(tiktok.oauth("revoke", &fields).await, json!({}));
    assert_eq!(event(&mut tiktok).await.0, "authorization.removed");
    tiktok.advance(PROCESSING_SECONDS).await;
    let (name, content) = event(&mut tiktok).await;
    assert_eq!((name.as_str(), &content["reason"]), ("post.publish.failed", &json!("auth_removed")));
    assert_eq!(posts(&tiktok).await[0]["fail_reason"], json!("auth_removed"));
}

#[tokio::test]
async fn delivered_draft_is_completed_by_the_creator() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let publish_id = inbox_draft(&tiktok, &tokens).await;
    let complete = || {
        let request = tiktok.http.post(tiktok.url("/simulator/posts/complete"));
        request.json(&json!({"publish_id": publish_id})).send()
    };
    assert_eq!(complete().await.unwrap().status(), 409, "it is not delivered yet");
    tiktok.advance(PROCESSING_SECONDS).await;
    assert_eq!(complete().await.unwrap().status(), 204);
    let (_, _, status) = fetch_status(&tiktok, &tokens, &publish_id).await;
    assert_eq!(status["status"], json!("PUBLISH_COMPLETE"));
    tiktok.advance(PROCESSING_SECONDS).await;
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(event(&mut tiktok).await.0);
    }
    names.sort_unstable();
    let expected = ["complete", "inbox_delivered", "publicly_available"];
    assert_eq!(names, expected.map(|name| format!("post.publish.{name}")));
}

#[tokio::test]
async fn photos_advance_like_a_download() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let body = json!({
        "media_type": "PHOTO", "post_mode": "MEDIA_UPLOAD", "post_info": {"title": "Two"},
        "source_info": {"source": "PULL_FROM_URL", "photo_images": [VIDEO_URL, VIDEO_URL], "photo_cover_index": 1},
    });
    let data = init(&tiktok, &tokens, "content/init", body).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!(status["status"], json!("PROCESSING_DOWNLOAD"));
    tiktok.advance(PROCESSING_SECONDS).await;
    let (_, _, status) = fetch_status(&tiktok, &tokens, &data["publish_id"]).await;
    assert_eq!(status["status"], json!("SEND_TO_USER_INBOX"));
}

#[tokio::test]
async fn list_of_posts_shows_no_right_to_upload() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "video/init", direct("SELF_ONLY", file(10, 10, 1))).await;
    let listed = posts(&tiktok).await;
    let expected = json!([{
        "publish_id": data["publish_id"], "creator": "public", "publish_type": "DIRECT_POST", "title": "A day",
        "status": "PROCESSING_UPLOAD", "fail_reason": null, "post_id": null,
    }]);
    assert_eq!(json!(listed), expected);
}

#[tokio::test]
async fn manage_apps_publishes_a_delivered_draft() {
    let mut tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let publish_id = inbox_draft(&tiktok, &tokens).await;
    let publish = |slug: &str| {
        let request = tiktok.http.post(tiktok.url(&format!("/simulator/apps/{slug}/publish")));
        request.form(&[("publish_id", publish_id.as_str().unwrap())]).send()
    };
    let page = tiktok.get("/simulator/apps").await.text().await.unwrap();
    assert!(page.contains("PROCESSING_DOWNLOAD") && !page.contains("/publish"));
    tiktok.advance(PROCESSING_SECONDS).await;
    fetch_status(&tiktok, &tokens, &publish_id).await;
    let page = tiktok.get("/simulator/apps").await.text().await.unwrap();
    assert!(page.contains("SEND_TO_USER_INBOX") && page.contains("/simulator/apps/public/publish"));
    assert_eq!(publish("private").await.unwrap().status(), 409, "it is in another inbox");
    let response = publish("public").await.unwrap();
    assert_eq!(location(&response), "/simulator/apps?event=post.publish.complete&status=200");
    assert_eq!(publish("public").await.unwrap().status(), 409, "it is published already");
    let mut names = [event(&mut tiktok).await.0, event(&mut tiktok).await.0];
    names.sort_unstable();
    assert_eq!(names, ["post.publish.complete", "post.publish.inbox_delivered"]);
}
