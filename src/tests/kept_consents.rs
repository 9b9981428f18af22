//! A consent that the store cannot take: it is kept in the journal, and saved late; or revoked.

use std::fs;

use creator_connect::domain::ProfileChoice;
use serde_json::json;

use crate::support::{
    App, Browser, Gateway,
    supabase::{self, Hold},
    until,
};

const SCOPES: [&str; 2] = ["user.info.basic", "video.publish"];

/// An app over Supabase, which takes no grant, and a browser that has consented.
struct Scene {
    app: App,
    gateway: Gateway,
    browser: Browser,
    callback: String,
    _hold: Hold,
}

impl Scene {
    async fn new(journal_entries: usize) -> Self {
        let hold = Hold::alone().await;
        supabase::reset();
        let gateway = Gateway::start();
        let settings = gateway.app_settings();
        let changes: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let app = App::start_from(&changes, |dependencies| {
            dependencies.refresh_config.journal_entries = journal_entries;
        })
        .await;
        let browser = app.browser();
        let callback = app.tiktok.approve(&browser.begin().await, "public", &SCOPES).await;
        Self { app, gateway, browser, callback, _hold: hold }
    }

    async fn lose_grants(&self) {
        self.gateway.order(json!({ "fault": "drop", "path": "cc_save_grant" })).await;
    }

    fn journalled(&self) -> usize {
        fs::read_dir(self.app.file("journal")).unwrap().count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_without_store_is_saved_when_it_returns() {
    let scene = Scene::new(10).await;
    scene.lose_grants().await;
    let page = scene.browser.get(&scene.callback).await;
    assert_eq!(page.status, 503);
    assert!(page.text.contains("we have kept that safely"), "{}", page.text);
    assert_eq!(scene.journalled(), 1);

    scene.gateway.order(json!({ "fault": "off" })).await;
    scene.app.wait_for_store().await;
    assert_eq!(scene.app.state.refresher.replay().await, 1);
    assert_eq!((scene.journalled(), scene.app.grants().await), (0, 1));
    let reloaded = scene.browser.get(&scene.callback).await;
    assert_eq!((reloaded.status.as_u16(), reloaded.location()), (303, "/profile"), "{}", reloaded.text);
    assert_eq!(scene.browser.get("/profile").await.status, 200);
    assert_eq!(scene.app.tiktok.count("token").await, 1, "TikTok was asked once");
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_consent_survives_a_restart_of_the_app() {
    let mut scene = Scene::new(10).await;
    scene.lose_grants().await;
    assert_eq!(scene.browser.get(&scene.callback).await.status, 503);
    scene.gateway.order(json!({ "fault": "off" })).await;
    let settings = scene.gateway.app_settings();
    scene.app.restart_with(&settings).await;
    scene.app.wait_for_store().await;
    scene.app.state.refresher.replay().await;
    assert_eq!((scene.journalled(), scene.app.grants().await), (0, 1));
    assert_eq!(scene.browser.get(&scene.callback).await.location(), "/profile");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_save_is_journalled_until_it_is_done() {
    let scene = Scene::new(10).await;
    scene.gateway.order(json!({ "fault": "delay", "ms": 4000, "path": "cc_save_grant", "times": 1 })).await;
    let (browser, callback) = (&scene.browser, &scene.callback);
    let entry_exists = || async {
        let mut names =
            fs::read_dir(scene.app.file("journal")).unwrap().map(|file| file.unwrap().file_name());
        names.any(|name| name.to_string_lossy().ends_with(".answer"))
    };
    let (page, ()) = tokio::join!(browser.get(callback), until("the journal has it", entry_exists));
    assert_eq!(page.location(), "/profile", "{}", page.text);
    scene.app.state.login.in_flight().idle().await;
    assert_eq!((scene.journalled(), scene.app.grants().await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_cannot_be_kept_is_revoked() {
    let scene = Scene::new(0).await;
    scene.lose_grants().await;
    let page = scene.browser.get(&scene.callback).await;
    assert_eq!(page.status, 503);
    assert!(page.text.contains("We’re having trouble on our side"), "{}", page.text);
    assert_eq!(scene.app.tiktok.authorised().await, [""; 0], "no live token is left that nobody holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_waited_for_a_day_is_revoked() {
    let scene = Scene::new(10).await;
    scene.lose_grants().await;
    assert_eq!(scene.browser.get(&scene.callback).await.status, 503);
    scene.gateway.order(json!({ "fault": "off" })).await;
    scene.app.later(25 * 3600);
    scene.app.wait_for_store().await;
    scene.app.state.refresher.replay().await;
    assert_eq!((scene.journalled(), scene.app.grants().await), (0, 0));
    assert_eq!(scene.app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn creator_who_left_is_not_connected_by_a_late_consent() {
    let scene = Scene::new(10).await;
    let other = scene.app.signed_in("public").await;
    let creator = scene.app.creator(&other).await;
    scene.lose_grants().await;
    assert_eq!(scene.browser.get(&scene.callback).await.status, 503);
    let parts = &scene.app.state.disconnect;
    // Later than TikTok's own clock, however slow this machine is: the app's stands still.
    scene.app.later(3600);
    creator_connect::server::disconnect::disconnect(parts, &creator, ProfileChoice::Keep).await.unwrap();
    scene.gateway.order(json!({ "fault": "off" })).await;
    scene.app.wait_for_store().await;
    scene.app.state.refresher.replay().await;
    assert_eq!((scene.journalled(), scene.app.grants().await), (0, 0));
}
