//! A callback that is interrupted, loaded twice, or loaded before anybody opens it.

use std::sync::Arc;

use serde_json::json;

use crate::support::{App, Browser, Page, SIGN_IN_FIRST, until, with_short_timeouts};

const SCOPES: [&str; 2] = ["user.info.basic", "video.publish"];

/// A browser that has consented, and its callback.
async fn consented(app: &App) -> (Browser, String) {
    let browser = app.browser();
    let callback = app.tiktok.approve(&browser.begin().await, "public", &SCOPES).await;
    (browser, callback)
}

/// Opens the callback and closes the connection as soon as TikTok has the code.
async fn interrupt(app: &App, browser: &Browser, callback: &str) {
    tokio::select! {
        page = browser.get(callback) => panic!("the callback was not interrupted: {}", page.status),
        () = until("TikTok has the code", || async { app.tiktok.count("token").await == 1 }) => {}
    }
}

fn assert_connected(page: &Page) {
    assert_eq!((page.status.as_u16(), page.location()), (303, "/profile"), "{}", page.title());
}

#[tokio::test]
async fn reload_during_the_exchange_joins_the_login() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    app.tiktok.order("token", json!({ "delay_ms": 500 })).await;
    interrupt(&app, &browser, &callback).await;
    assert_connected(&browser.get(&callback).await);
    assert_eq!(browser.get("/profile").await.status, 200);
    assert_eq!((app.tiktok.count("token").await, app.grants().await), (1, 1));
}

#[tokio::test]
async fn login_goes_on_when_nobody_waits() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    app.tiktok.order("token", json!({ "delay_ms": 200 })).await;
    interrupt(&app, &browser, &callback).await;
    app.state.login.in_flight().idle().await;
    assert_eq!(app.grants().await, 1);
    let creator = app.creator(&app.signed_in("public").await).await;
    assert!(app.state.store.creator(&creator).await.unwrap().unwrap().username.is_some());
}

#[tokio::test]
async fn shutdown_waits_for_the_login() {
    let mut app = App::start().await;
    let (browser, callback) = consented(&app).await;
    app.tiktok.order("token", json!({ "delay_ms": 500 })).await;
    interrupt(&app, &browser, &callback).await;
    app.restart().await;
    assert_eq!(app.grants().await, 1);
    assert_connected(&browser.get(&callback).await);
    assert_eq!(app.tiktok.count("token").await, 1);
}

#[tokio::test]
async fn callback_loaded_again_ends_as_it_ended() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    assert_connected(&browser.get(&callback).await);
    assert_connected(&browser.get(&callback).await);
    assert_eq!(app.tiktok.count("token").await, 1);
    assert_eq!(browser.get("/profile").await.status, 200);
}

/// Its first answer was lost on the way, and the session's cookie with it.
#[tokio::test]
async fn callback_loaded_again_without_session_signs_in() {
    let app = App::start().await;
    let browser = app.browser();
    let begun = browser.get("/oauth").await;
    let login = begun.cookie("__Host-login").split(';').next().unwrap().to_owned();
    let callback = app.tiktok.approve(begun.location(), "public", &SCOPES).await;
    assert_connected(&browser.get(&callback).await);
    let page = app.browser().get_with(&callback, &[("cookie", &login)]).await;
    assert_connected(&page);
    let session = page.cookie("__Host-session").split(';').next().unwrap().to_owned();
    assert_eq!(app.browser().get_with("/profile", &[("cookie", &session)]).await.status, 200);
}

#[tokio::test]
async fn concurrent_loads_of_one_callback_all_connect() {
    let app = Arc::new(App::start().await);
    let (browser, callback) = consented(&app).await;
    let browser = Arc::new(browser);
    let loads = (0..8).map(|_| {
        let (browser, callback) = (Arc::clone(&browser), callback.clone());
        tokio::spawn(async move { browser.get(&callback).await })
    });
    for load in loads.collect::<Vec<_>>() {
        assert_connected(&load.await.unwrap());
    }
    assert_eq!((app.tiktok.count("token").await, app.grants().await), (1, 1));
}

#[tokio::test]
async fn failure_loaded_again_ends_as_it_ended() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    let refusal = json!({ "error": "invalid_grant", "error_description": "x", "log_id": "2099EXAMPLE" });
    app.tiktok.order("token", json!({ "body": refusal })).await;
    let first = browser.get(&callback).await;
    assert!(first.text.contains("2099EXAMPLE"));
    app.state.login.in_flight().idle().await;
    let second = browser.get(&callback).await;
    assert_eq!((second.status, second.title()), (first.status, first.title()));
    assert!(second.text.contains("2099EXAMPLE"));
    assert_eq!(app.tiktok.count("token").await, 1);
}

#[tokio::test]
async fn callback_loaded_after_ten_minutes_leads_to_the_profile() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    assert_connected(&browser.get(&callback).await);
    app.later(601);
    assert_connected(&browser.get(&callback).await);
    assert_eq!(app.tiktok.count("token").await, 1);
    browser.post("/api/log_out", &[]).await;
    assert_eq!(browser.get(&callback).await.status, 400, "it signs nobody in");
}

#[tokio::test]
async fn callback_of_another_browser_signs_nobody_in() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    let stranger = app.browser();
    stranger.begin().await;
    for _ in 0..2 {
        let page = stranger.get(&callback).await;
        assert_eq!((page.status.as_u16(), page.cookie("__Host-session").as_str()), (400, ""));
    }
    assert_eq!(app.tiktok.count("token").await, 0);
    assert_connected(&browser.get(&callback).await);
    assert_eq!(stranger.get(&callback).await.status, 400);
}

#[tokio::test]
async fn callback_signs_nobody_in_after_log_out() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    assert_connected(&browser.get(&callback).await);
    browser.post("/api/log_out", &[]).await;
    assert_eq!(browser.get(&callback).await.status, 400);
    assert_eq!(browser.get("/profile").await.location(), SIGN_IN_FIRST);
}

#[tokio::test]
async fn callback_signs_nobody_in_after_the_grant_ended() {
    let app = App::start().await;
    let (first, callback) = consented(&app).await;
    assert_connected(&first.get(&callback).await);
    app.state.login.in_flight().idle().await;
    let second = app.signed_in("public").await;
    second.post("/api/disconnect", &[("profile", "keep")]).await;
    assert_eq!(first.get(&callback).await.status, 400);
}

#[tokio::test]
async fn prefetch_uses_nothing_up() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    for (name, value) in
        [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("x-moz", "prefetch")]
    {
        let page = browser.get_with(&callback, &[(name, value)]).await;
        assert_eq!((page.status.as_u16(), page.header("cache-control")), (503, "no-store"));
        assert_eq!(browser.get_with("/oauth", &[(name, value)]).await.header("set-cookie"), "");
    }
    assert_eq!(app.tiktok.count("token").await, 0);
    assert_connected(&browser.get(&callback).await);
}

/// Another site can lead a browser to any address; it does not know the state.
#[tokio::test]
async fn foreign_state_takes_no_login() {
    let app = App::start().await;
    let (browser, callback) = consented(&app).await;
    let unknown = "A".repeat(43);
    let queries = [
        format!("code=x&state={unknown}"),
        format!("error=access_denied&state={unknown}"),
        "code=x".to_owned(),
        "code=x&state=".to_owned(),
        "state=".to_owned(),
        String::new(),
    ];
    for query in queries {
        let page = browser.get_with(&format!("/webhook?{query}"), &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!(page.status, 400, "{query}");
    }
    assert_connected(&browser.get(&callback).await);
}

#[tokio::test]
async fn hanging_profile_does_not_delay_the_login() {
    let app = App::start_from(&[], with_short_timeouts).await;
    app.tiktok.order_times("user_info", json!({ "delay_ms": 60_000 }), 9).await;
    app.tiktok.order_times("creator_info", json!({ "delay_ms": 60_000 }), 9).await;
    let (browser, callback) = consented(&app).await;
    assert_connected(&browser.get(&callback).await);
    assert_eq!(browser.get("/profile").await.status, 200);
}

#[tokio::test]
async fn popup_callback_loaded_again_stays_a_popup() {
    let app = App::start_with(&[("EMBED_ORIGINS", "https://studio.example")]).await;
    let browser = app.browser();
    let authorize = browser.get("/oauth?display=popup").await.location().to_owned();
    let callback = app.tiktok.approve(&authorize, "public", &SCOPES).await;
    for _ in 0..2 {
        let page = browser.get(&callback).await;
        assert!(page.text.contains("You can close this window"), "{}", page.title());
    }
}
