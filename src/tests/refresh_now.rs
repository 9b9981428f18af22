//! Manual refresh ("Refresh now"): each of its results.

use serde_json::{Value, json};

use crate::support::{App, Browser, Page, with_short_timeouts};

/// Presses the button, and returns the page of its redirect.
async fn refresh(browser: &Browser) -> Page {
    let page = browser.post("/api/refresh_now", &[]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/profile#notice"), "{}", page.text);
    browser.get("/profile").await
}

fn notice(page: &Page) -> &str {
    let notice = page.text.split("id=\"notice\"").nth(1).expect("there is a notice");
    notice.split("</p>").next().unwrap()
}

async fn generation(app: &App, browser: &Browser) -> i64 {
    let creator = app.creator(browser).await;
    app.state.store.active_grant(&creator).await.unwrap().unwrap().grant.generation
}

#[tokio::test]
async fn manual_refresh_renews_and_shows_its_notice_once() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let before = generation(&app, &browser).await;
    app.both_later(120).await;
    let page = refresh(&browser).await;
    assert!(notice(&page).contains("the connection works"), "{}", notice(&page));
    assert_eq!(app.tiktok.count("refresh").await, 1);
    assert_eq!(generation(&app, &browser).await, before + 1);
    assert!(!browser.get("/profile").await.text.contains("id=\"notice\""), "it is shown once");
}

#[tokio::test]
async fn fresh_grant_is_not_refreshed_again() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    for _ in 0..5 {
        let page = refresh(&browser).await;
        assert!(notice(&page).contains("Already checked a moment ago"), "{}", notice(&page));
    }
    assert_eq!(app.tiktok.count("refresh").await, 0);
}

#[tokio::test]
async fn transient_failure_is_shown_and_cools_down() {
    let rows: [(Value, &str); 6] = [
        (json!({ "drop": "before" }), "TikTok hasn’t answered yet"),
        (json!({ "hang": true }), "TikTok hasn’t answered yet"),
        (json!({ "status": 503 }), "TikTok isn’t responding right now"),
        (json!({ "code": "server_error" }), "TikTok isn’t responding right now"),
        (json!({ "code": "rate_limit_exceeded" }), "TikTok asks us to slow down"),
        (json!({ "code": "invalid_client" }), "The Creator Connect team needs to fix something"),
    ];
    for (fault, words) in rows {
        let hangs = fault.get("hang").is_some();
        let app = App::start_from(&[], |dependencies| {
            if hangs {
                with_short_timeouts(dependencies);
            }
        })
        .await;
        let browser = app.signed_in("public").await;
        app.both_later(120).await;
        app.tiktok.order("refresh", fault.clone()).await;
        let page = refresh(&browser).await;
        assert!(notice(&page).contains(words), "{fault}: {}", notice(&page));
        assert!(!page.text.contains("Please reconnect"), "{fault}");
        let before = app.tiktok.count("refresh").await;
        let again = refresh(&browser).await;
        assert!(notice(&again).contains(words), "{fault}: {}", notice(&again));
        assert_eq!(app.tiktok.count("refresh").await, before, "{fault}: no request during the cooldown");
    }
}

#[tokio::test]
async fn dead_grant_asks_to_reconnect() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.set(json!({ "announce": false })).await; // its event is late
    app.tiktok.remove_app("public").await;
    app.both_later(120).await;
    let page = refresh(&browser).await;
    assert!(notice(&page).contains("no longer accepts the connection"), "{}", notice(&page));
    assert!(page.text.contains("Please reconnect"));
    let page = browser.log_in(&app.tiktok, "public").await;
    assert_eq!(page.location(), "/profile");
    assert!(browser.get("/profile").await.text.contains("Everything’s working"), "a reconnect heals it");
}

#[tokio::test]
async fn manual_refresh_without_a_grant_does_nothing() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    browser.post("/api/disconnect", &[("profile", "keep")]).await;
    let page = refresh(&browser).await;
    assert!(notice(&page).contains("There is no connection to check"), "{}", notice(&page));
    assert!(!page.text.contains("action=\"/api/refresh_now\""));
}

#[tokio::test]
async fn query_makes_no_notice() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    browser.get("/profile").await; // with the notice of the sign-in
    let page = browser.get("/profile?notice=renewed&renewal=renewed").await;
    assert!(!page.text.contains("id=\"notice\""));
}
