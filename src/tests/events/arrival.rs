//! Responses to webhook deliveries.

use creator_connect::server::store::{EventQuery, EventStatus};
use serde_json::json;

use crate::support::{
    App, CLIENT_SECRET, Gateway,
    delivery::{body, signature},
    supabase::{self, Hold},
};

const HOUR: i64 = 3600;

/// The names of the stored events, newest first.
async fn stored_names(app: &App) -> Vec<String> {
    let events = app.state.store.events(&EventQuery::newest(100)).await.unwrap();
    events.into_iter().map(|event| event.name).collect()
}

#[tokio::test]
async fn repeated_delivery_is_accepted_and_stored_once() {
    let app = App::start().await;
    let event = body("post.publish.complete", 1_893_456_000, &json!({ "publish_id": "v" }));
    for age in [0, 60, 0] {
        assert_eq!(app.deliver_signed(age, &event).await.status, 200);
    }
    assert_eq!(stored_names(&app).await, ["post.publish.complete"]);
    let another = body("post.publish.complete", 1_893_456_000, &json!({ "publish_id": "w" }));
    assert_eq!(app.deliver_signed(0, &another).await.status, 200);
    assert_eq!(stored_names(&app).await.len(), 2);
}

#[tokio::test]
async fn unknown_event_and_odd_content_are_stored() {
    let app = App::start().await;
    for event in [
        body("something.new", 7, &json!({ "anything": true })),
        body("portability.download.ready", 7, &json!({ "request_id": 9_007_199_254_740_993_u64 })),
        body("x", 7, &json!(1)).replace("\"1\"", "\"not { json\""),
        body("y", 7, &json!(1)).replace("\"1\"", "null"),
    ] {
        assert_eq!(app.deliver_signed(0, &event).await.status, 200, "{event}");
    }
    let events = app.state.store.events(&EventQuery::newest(10)).await.unwrap();
    assert!(events.iter().any(|event| event.body.contains("9007199254740993")));
    assert_eq!(events.len(), 4);
}

#[tokio::test]
async fn unsigned_delivery_is_refused_before_parsing() {
    let app = App::start().await;
    let (event, now) = (body("x", 7, &json!({})), app.later(0).0);
    let good = signature(CLIENT_SECRET, now, &event);
    for bad in [
        "",
        "t=1",
        "nonsense",
        &good.replace("s=", "s=0"),
        &format!("{good},t={now}"),
        &signature("another secret", now, &event),
        &signature(CLIENT_SECRET, now, "another body"),
        &signature("", now, &event),
    ] {
        assert_eq!(app.browser().deliver(bad, &event).await.status, 401, "{bad}");
        assert_eq!(app.browser().deliver(bad, "not { json").await.status, 401, "{bad}");
    }
    let json = [("content-type", "application/json")];
    assert_eq!(app.browser().post_body("/webhook", &json, &event).await.status, 401);
    let twice = [json[0], ("tiktok-signature", &good), ("tiktok-signature", &good)];
    assert_eq!(app.browser().post_body("/webhook", &twice, &event).await.status, 401);
    assert_eq!(stored_names(&app).await, [""; 0]);
}

#[tokio::test]
async fn current_and_previous_secret_are_accepted() {
    let app = App::start_with(&[("TIKTOK_CLIENT_SECRET_PREVIOUS", "the-former-secret")]).await;
    let (event, now) = (body("x", 7, &json!({})), app.later(0).0);
    for secret in ["the-former-secret", CLIENT_SECRET] {
        assert_eq!(app.browser().deliver(&signature(secret, now, &event), &event).await.status, 200);
    }
    let third = app.browser().deliver(&signature("a third", now, &event), &event).await;
    assert_eq!(third.status, 401);
}

#[tokio::test]
async fn signed_but_unreadable_body_is_refused() {
    let app = App::start().await;
    for event in ["", "{", "[]", "{}", r#"{"client_key":"test-client-key","event":"x"}"#] {
        assert_eq!(app.deliver_signed(0, event).await.status, 400, "{event}");
    }
    let foreign = body("x", 7, &json!({})).replace("test-client-key", "another-app");
    assert_eq!(app.deliver_signed(0, &foreign).await.status, 400);
    assert_eq!(stored_names(&app).await, [""; 0]);
}

#[tokio::test]
async fn body_over_64_kb_is_too_large() {
    let app = App::start().await;
    let padded = |length: usize| {
        let frame = body("x", 7, &json!("")).len();
        body("x", 7, &json!("a".repeat(length - frame)))
    };
    assert_eq!(padded(64 * 1024).len(), 64 * 1024);
    assert_eq!(app.deliver_signed(0, &padded(64 * 1024)).await.status, 200);
    assert_eq!(app.deliver_signed(0, &padded(64 * 1024 + 1)).await.status, 413);
    assert_eq!(stored_names(&app).await.len(), 1);
}

#[tokio::test]
async fn signature_is_valid_for_80_hours_and_not_in_the_future() {
    let app = App::start().await;
    for (age, status) in [(80 * HOUR, 200), (80 * HOUR + 1, 400), (-300, 200), (-301, 400), (400 * HOUR, 400)]
    {
        let event = body("x", 7, &json!({ "age": age }));
        assert_eq!(app.deliver_signed(age, &event).await.status, status, "{age}");
    }
    let strict = App::start_with(&[("EVENT_MAX_AGE", "5m")]).await;
    assert_eq!(strict.deliver_signed(301, &body("x", 7, &json!({}))).await.status, 400);
}

#[tokio::test]
async fn supabase_outage_returns_503_until_it_ends() {
    let _hold = Hold::alone().await;
    supabase::reset();
    let mut gateway = Gateway::start();
    let app = App::start_over(&gateway).await;
    let event = body("x", app.later(0).0, &json!({ "one": "of a kind" }));
    gateway.stop();
    let page = app.deliver_signed(0, &event).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (503, "60"));
    gateway.restart();
    app.wait_for_store().await;
    assert_eq!(app.deliver_signed(0, &event).await.status, 200);
    let stored = app.state.store.events(&EventQuery::newest(100)).await.unwrap();
    assert_eq!(stored.iter().filter(|stored| stored.body == event).count(), 1);
}

#[tokio::test]
async fn closed_store_returns_503() {
    let app = App::start().await;
    app.state.store.close().await;
    assert_eq!(app.deliver_signed(0, &body("x", 7, &json!({}))).await.status, 503);
}

#[tokio::test]
async fn thousand_concurrent_deliveries_are_all_stored() {
    let app = App::start().await;
    let now = app.later(0).0;
    let browser = std::sync::Arc::new(app.browser());
    let calls = (0..1000).map(|number| {
        let browser = std::sync::Arc::clone(&browser);
        let event = body("x", 7, &json!({ "number": number }));
        tokio::spawn(
            async move { browser.deliver(&signature(CLIENT_SECRET, now, &event), &event).await.status },
        )
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 200);
    }
    let mut count = 0;
    let mut before = None;
    loop {
        let page = app.state.store.events(&EventQuery { before, ..EventQuery::newest(300) }).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.row);
        count += page.len();
        assert!(page.iter().all(|event| event.status != EventStatus::SetAside));
    }
    assert_eq!(count, 1000);
}
