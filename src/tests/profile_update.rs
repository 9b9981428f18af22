//! Opening the profile page updates a stale profile, and never waits for TikTok.

use std::time::Duration;

use serde_json::json;

use crate::support::{App, until};

const TWO_HOURS: i64 = 2 * 3600;

#[tokio::test]
async fn fresh_profile_is_not_requested_again() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.both_later(TWO_HOURS - 60).await;
    for _ in 0..5 {
        browser.get("/profile").await;
    }
    assert_eq!(app.tiktok.count("creator_info").await, 1, "by the login");
}

#[tokio::test]
async fn stale_profile_is_requested_once_with_a_valid_token() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.both_later(TWO_HOURS + 60).await;
    until("the profile is stored", || async {
        browser.get("/profile").await;
        app.tiktok.count("creator_info").await == 2
    })
    .await;
    for _ in 0..5 {
        browser.get("/profile").await;
    }
    assert_eq!(app.tiktok.count("creator_info").await, 2);
    assert_eq!(app.tiktok.count("refresh").await, 1, "the token of the login had expired");
}

#[tokio::test]
async fn slow_tiktok_delays_no_page_and_is_called_once() {
    let app =
        App::start_from(&[], |dependencies| dependencies.timeouts.total = Duration::from_secs(300)).await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    let requested_at =
        || async { app.state.store.creator(&creator).await.unwrap().unwrap().profile_asked_at.unwrap() };
    let by_the_login = requested_at().await;
    app.both_later(TWO_HOURS + 60).await;
    // Longer than a browser of these tests waits for a page.
    app.tiktok.order_times("creator_info", json!({ "delay_ms": 120_000 }), 9).await;
    for _ in 0..3 {
        assert!(browser.get("/profile").await.text.contains("@elodie.cuisine"), "stored values are shown");
    }
    until("TikTok was called", || async { app.tiktok.count("creator_info").await == 2 }).await;
    assert_eq!(requested_at().await, by_the_login, "and has not responded yet");
}

#[tokio::test]
async fn failed_profile_request_is_retried_after_a_minute() {
    let app = App::start().await;
    app.tiktok.order("creator_info", json!({ "status": 500 })).await;
    let browser = app.signed_in("public").await;
    for _ in 0..5 {
        assert!(browser.get("/profile").await.text.contains("TikTok did not answer"));
    }
    assert_eq!(app.tiktok.count("creator_info").await, 1);
    app.both_later(61).await;
    until("the profile is updated", || async {
        !browser.get("/profile").await.text.contains("TikTok did not answer")
    })
    .await;
    assert_eq!(app.tiktok.count("creator_info").await, 2);
}

#[tokio::test]
async fn refused_token_leads_to_a_refresh() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.set(json!({ "announce": false })).await; // its event is late
    app.tiktok.remove_app("public").await;
    app.later(TWO_HOURS - 120); // the token lives by our clock
    app.later(3600);
    until("the grant's end is noticed", || async {
        app.later(61);
        browser.get("/profile").await.text.contains("Please reconnect")
    })
    .await;
}

#[tokio::test]
async fn disconnected_creator_is_not_requested() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    browser.post("/api/disconnect", &[("profile", "erase")]).await;
    app.both_later(2 * TWO_HOURS).await;
    for _ in 0..3 {
        assert!(browser.get("/profile").await.text.contains("Your TikTok account"));
    }
    assert_eq!(app.tiktok.count("creator_info").await, 1);
}

#[tokio::test]
async fn late_profile_response_restores_nothing() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    app.both_later(TWO_HOURS + 60).await;
    let known = json!({ "data": { "creator_username": "elodie.cuisine", "privacy_level_options": [] },
        "error": { "code": "ok" } });
    app.tiktok.order("creator_info", json!({ "delay_ms": 1500, "body": known })).await;
    browser.get("/profile").await;
    until("TikTok was called", || async { app.tiktok.count("creator_info").await == 2 }).await;
    browser.post("/api/disconnect", &[("profile", "erase")]).await;
    let stored = || async { app.state.store.creator(&creator).await.unwrap().unwrap().username.is_some() };
    let came_back = tokio::time::timeout(Duration::from_secs(3), until("it comes back", stored)).await;
    assert!(came_back.is_err(), "the response was stored");
}
