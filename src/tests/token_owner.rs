//! Token responses that do not say whose tokens they are, or say somebody else.

use creator_connect::domain::{ConnectionState, RefreshFailure};
use serde_json::{Value, json};

use crate::{
    login::creator_of,
    support::{App, Browser},
};

/// Seconds after which a token of two hours is due.
const DUE: i64 = 84 * 60 + 1;

async fn open_id(app: &App, browser: &Browser) -> String {
    let id = creator_of(&browser.get("/profile").await.text);
    app.state.store.active_grant(&id).await.unwrap().unwrap().open_id.as_str().to_owned()
}

/// Patches that leave the owner out.
fn without_owner() -> [Value; 3] {
    [json!({ "open_id": null }), json!({ "open_id": "" }), json!({ "open_id": null, "scope": null })]
}

#[tokio::test]
async fn login_without_open_id_asks_user_info() {
    let app = App::start().await;
    let known = open_id(&app, &app.signed_in("public").await).await;
    for patch in without_owner() {
        app.tiktok.order("token", json!({ "patch": patch })).await;
        let browser = app.signed_in("public").await;
        assert_eq!(open_id(&app, &browser).await, known, "{patch}");
    }
    assert_eq!(app.grants().await, 1, "it is the same creator");
}

#[tokio::test]
async fn login_that_nobody_identifies_fails_with_its_page() {
    let app = App::start().await;
    for fault in [json!({ "status": 503 }), json!({ "patch": { "data": { "user": { "open_id": "" } } } })] {
        app.tiktok.order("token", json!({ "patch": { "open_id": null } })).await;
        app.tiktok.order("user_info", fault.clone()).await;
        let page = app.browser().log_in(&app.tiktok, "public").await;
        assert_eq!(page.status, 502, "{fault}");
        assert!(page.title().starts_with("We didn’t understand"), "{}", page.title());
    }
    assert_eq!(app.grants().await, 0);
}

#[tokio::test]
async fn refresh_without_open_id_keeps_the_new_tokens() {
    let app = App::start().await;
    let creator = app.creator(&app.signed_in("public").await).await;
    for patch in without_owner() {
        let before = app.state.store.active_grant(&creator).await.unwrap().unwrap();
        app.tiktok.order("refresh", json!({ "patch": patch })).await;
        app.both_later(DUE).await;
        assert_eq!(app.state.refresher.step().await.renewed, 1, "{patch}");
        let after = app.state.store.active_grant(&creator).await.unwrap().unwrap();
        assert_ne!(after.refresh_token, before.refresh_token, "{patch}");
        assert_eq!(after.scopes, before.scopes, "{patch}");
    }
    app.both_later(DUE).await;
    assert_eq!(app.state.refresher.step().await.renewed, 1, "the kept token is the one that TikTok expects");
}

#[tokio::test]
async fn refresh_with_another_open_id_is_discarded() {
    let app = App::start().await;
    let creator = app.creator(&app.signed_in("public").await).await;
    app.tiktok.set(json!({ "rotate": false })).await;
    for other in [json!("somebody-else"), json!(7), json!(["x"])] {
        let before = app.state.store.active_grant(&creator).await.unwrap().unwrap();
        app.tiktok.order("refresh", json!({ "patch": { "open_id": other } })).await;
        app.both_later(DUE).await;
        assert_eq!(app.state.refresher.step().await.failed, 1, "{other}");
        let after = app.state.store.active_grant(&creator).await.unwrap().unwrap();
        assert_eq!(after.access_token, before.access_token, "{other}");
        assert_eq!(after.grant_status.refresh_failure, Some(RefreshFailure::Unexpected), "{other}");
        assert_eq!(after.grant_status.state(app.later(0)), ConnectionState::Degraded, "{other}");
        app.both_later(901).await;
        assert_eq!(app.state.refresher.step().await.renewed, 1, "{other}: it is retried");
    }
}
