//! Revocation at TikTok: at once, later, after a restart, with a new token, or cancelled.

use creator_connect::server::disconnect::revocation_step;
use serde_json::json;

use super::disconnect;
use crate::support::{App, until};

/// Longer than the first delay and its jitter.
const NEXT_TRY: i64 = 40;

/// Runs steps until no revocation is due.
async fn work_off(app: &App) -> usize {
    let mut over = 0;
    loop {
        match revocation_step(&app.state.disconnect).await {
            0 => return over,
            done => over += done,
        }
    }
}

/// Whether no revocation is pending: none is due even a year later.
async fn no_revocation_is_pending(app: &App) -> bool {
    let before = app.tiktok.count("revoke").await + app.tiktok.count("refresh").await;
    app.later(365 * 86_400);
    revocation_step(&app.state.disconnect).await == 0
        && before == app.tiktok.count("revoke").await + app.tiktok.count("refresh").await
}

#[tokio::test]
async fn disconnect_revokes_at_once() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    assert_eq!(app.tiktok.authorised().await, ["public"]);
    let receipt = disconnect(&browser, "keep").await;
    assert!(receipt.text.contains("TikTok confirmed it"), "{}", receipt.text);
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
    assert!(no_revocation_is_pending(&app).await);
}

#[tokio::test]
async fn revocation_is_retried_when_tiktok_is_down() {
    for fault in [
        json!({ "status": 503 }),
        json!({ "drop": "before" }),
        json!({ "garbage": true }),
        json!({ "code": "server_error" }),
        json!({ "code": "rate_limit_exceeded" }),
        json!({ "code": "invalid_client" }),
    ] {
        let app = App::start().await;
        let browser = app.signed_in("public").await;
        let creator = app.creator(&browser).await;
        app.tiktok.order("revoke", fault.clone()).await;
        let receipt = disconnect(&browser, "erase").await;
        assert!(receipt.text.contains("TikTok hasn’t confirmed it yet"), "{fault}: {}", receipt.text);
        assert!(app.state.store.active_grant(&creator).await.unwrap().is_none(), "the tokens are gone");
        assert_eq!(revocation_step(&app.state.disconnect).await, 0, "{fault}: it is not due again at once");
        app.later(NEXT_TRY);
        assert_eq!(work_off(&app).await, 1, "{fault}");
        assert_eq!(app.tiktok.authorised().await, [""; 0], "{fault}");
    }
}

#[tokio::test]
async fn hanging_tiktok_delays_the_receipt_by_its_timeout_only() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.order("revoke", json!({ "hang": true })).await;
    let receipt = disconnect(&browser, "keep").await;
    assert!(receipt.text.contains("TikTok hasn’t confirmed it yet"), "{}", receipt.text);
}

#[tokio::test]
async fn revocation_survives_a_restart() {
    let mut app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.order_times("revoke", json!({ "status": 500 }), 9).await;
    disconnect(&browser, "erase").await;
    app.restart().await;
    assert!(
        browser.get("/disconnected").await.text.contains("TikTok hasn’t confirmed it yet"),
        "so does the receipt"
    );
    app.tiktok.clear_faults().await;
    app.later(NEXT_TRY);
    assert_eq!(work_off(&app).await, 1);
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test]
async fn expired_access_token_is_refreshed_before_revocation() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.both_later(3 * 3600).await;
    let receipt = disconnect(&browser, "keep").await;
    assert!(receipt.text.contains("TikTok confirmed it"), "{}", receipt.text);
    assert_eq!((app.tiktok.count("refresh").await, app.tiktok.count("revoke").await), (1, 1));
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test]
async fn new_tokens_are_stored_when_the_revocation_fails() {
    let mut app = App::start().await;
    let browser = app.signed_in("public").await;
    app.both_later(3 * 3600).await;
    app.tiktok.order("revoke", json!({ "status": 500 })).await;
    disconnect(&browser, "keep").await;
    app.restart().await;
    app.later(NEXT_TRY);
    assert_eq!(work_off(&app).await, 1);
    assert_eq!(app.tiktok.count("refresh").await, 1, "the new access token was there");
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

/// A browser disconnects, goes away while TikTok answers, and the process stops.
#[tokio::test(flavor = "multi_thread")]
async fn refresh_of_a_revocation_is_awaited_at_shutdown() {
    let mut app = App::start().await;
    let browser = app.signed_in("public").await;
    app.both_later(3 * 3600).await;
    app.tiktok.order("refresh", json!({ "delay_ms": 500 })).await;
    app.tiktok.order("revoke", json!({ "status": 503 })).await;
    tokio::select! {
        page = browser.post("/api/disconnect", &[("profile", "keep")]) => panic!("it was not interrupted: {}", page.status),
        () = until("TikTok has the request", || async { app.tiktok.count("refresh").await == 1 }) => {}
    }
    app.restart().await;
    app.later(3600);
    assert_eq!(work_off(&app).await, 1);
    assert_eq!(app.tiktok.count("refresh").await, 1, "its new tokens were kept");
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test]
async fn token_that_tiktok_expired_early_is_refreshed() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.later(3 * 3600).await; // by the app's clock the token is valid
    let receipt = disconnect(&browser, "keep").await;
    assert!(receipt.text.contains("TikTok confirmed it"), "{}", receipt.text);
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test]
async fn grant_ended_by_tiktok_is_tried_twice_then_completed() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.set(json!({ "announce": false })).await; // its event is late
    app.tiktok.remove_app("public").await;
    let receipt = disconnect(&browser, "keep").await;
    assert!(
        receipt.text.contains("TikTok hasn’t confirmed it yet"),
        "a refresh may be under way: {}",
        receipt.text
    );
    app.later(300);
    assert_eq!(work_off(&app).await, 1);
    assert!(no_revocation_is_pending(&app).await);
}

#[tokio::test]
async fn reconnect_cancels_a_pending_revocation() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.order("revoke", json!({ "status": 500 })).await;
    disconnect(&browser, "keep").await;
    assert_eq!(browser.log_in(&app.tiktok, "public").await.location(), "/profile");
    app.later(NEXT_TRY);
    assert_eq!(work_off(&app).await, 0);
    assert_eq!(app.tiktok.count("revoke").await, 1, "the new grant is not revoked");
    assert_eq!(app.tiktok.authorised().await, ["public"]);
    assert!(browser.get("/profile").await.text.contains("Everything’s working"));
}

#[tokio::test]
async fn retries_slow_down_and_end_after_180_days() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.tiktok.order_times("revoke", json!({ "status": 500 }), 10_000).await;
    app.tiktok.order_times("refresh", json!({ "status": 500 }), 10_000).await;
    disconnect(&browser, "keep").await;
    for _ in 0..(24 * 6) {
        app.later(600);
        revocation_step(&app.state.disconnect).await;
    }
    let first_day = app.tiktok.count("revoke").await + app.tiktok.count("refresh").await;
    assert!((8..20).contains(&first_day), "{first_day} tries on the first day");
    app.later(181 * 86_400);
    assert_eq!(revocation_step(&app.state.disconnect).await, 1, "given up");
    assert!(no_revocation_is_pending(&app).await);
}
