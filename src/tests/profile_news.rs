//! Opening the profile asks TikTok what is new, now and then, and never makes anybody wait for it.

use std::time::Duration;

use serde_json::json;

use crate::support::{App, until};

const TWO_HOURS: i64 = 2 * 3600;

#[tokio::test]
async fn what_is_young_is_not_asked_again() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.both_later(TWO_HOURS - 60).await;
    for _ in 0..5 {
        browser.get("/profile").await;
    }
    assert_eq!(app.tiktok.count("creator_info").await, 1, "by the login");
}

#[tokio::test]
async fn what_is_old_is_asked_once_with_a_token_that_lives() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.both_later(TWO_HOURS + 60).await;
    until("the news are stored", || async {
        browser.get("/profile").await;
        app.tiktok.count("creator_info").await == 2
    })
    .await;
    for _ in 0..5 {
        browser.get("/profile").await;
    }
    assert_eq!(app.tiktok.count("creator_info").await, 2);
    assert_eq!(app.tiktok.count("refresh").await, 1, "the token of the login was dead");
}

#[tokio::test]
async fn a_slow_tiktok_holds_up_no_page_and_is_not_asked_twice() {
    let app =
        App::start_from(&[], |dependencies| dependencies.timeouts.total = Duration::from_secs(300)).await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    let asked_at =
        || async { app.state.store.creator(&creator).await.unwrap().unwrap().profile_asked_at.unwrap() };
    let by_the_login = asked_at().await;
    app.both_later(TWO_HOURS + 60).await;
    // Longer than a browser of these tests waits for a page.
    app.tiktok.order_times("creator_info", json!({ "delay_ms": 120_000 }), 9).await;
    for _ in 0..3 {
        assert!(browser.get("/profile").await.text.contains("@elodie.cuisine"), "stored values are shown");
    }
    until("TikTok was asked", || async { app.tiktok.count("creator_info").await == 2 }).await;
    assert_eq!(asked_at().await, by_the_login, "and has not answered yet");
}

#[tokio::test]
async fn an_answer_that_was_none_is_asked_for_again_after_a_minute() {
    let app = App::start().await;
    app.tiktok.order("creator_info", json!({ "status": 500 })).await;
    let browser = app.signed_in("public").await;
    for _ in 0..5 {
        assert!(browser.get("/profile").await.text.contains("TikTok did not answer"));
    }
    assert_eq!(app.tiktok.count("creator_info").await, 1);
    app.both_later(61).await;
    until("the news are there", || async {
        !browser.get("/profile").await.text.contains("TikTok did not answer")
    })
    .await;
    assert_eq!(app.tiktok.count("creator_info").await, 2);
}

#[tokio::test]
async fn a_token_that_tiktok_refuses_is_not_believed_to_live() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.set(json!({ "announce": false })).await; // its event is late
    app.tiktok.remove_app("public").await;
    app.later(TWO_HOURS - 120); // the token lives by our clock
    app.later(3600);
    until("the end is noticed", || async {
        app.later(61);
        browser.get("/profile").await.text.contains("Reconnect needed")
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_about_who_left() {
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
async fn an_answer_that_comes_after_the_creator_left_brings_nothing_back() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    app.both_later(TWO_HOURS + 60).await;
    let known = json!({ "data": { "creator_username": "elodie.cuisine", "privacy_level_options": [] },
        "error": { "code": "ok" } });
    app.tiktok.order("creator_info", json!({ "delay_ms": 1500, "body": known })).await;
    browser.get("/profile").await;
    until("TikTok was asked", || async { app.tiktok.count("creator_info").await == 2 }).await;
    browser.post("/api/disconnect", &[("profile", "erase")]).await;
    let stored = || async { app.state.store.creator(&creator).await.unwrap().unwrap().username.is_some() };
    let came_back = tokio::time::timeout(Duration::from_secs(3), until("it comes back", stored)).await;
    assert!(came_back.is_err(), "the answer was stored");
}
