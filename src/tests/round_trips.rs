//! How many calls over the network each request costs: over a distance they are what a person waits for.

use serde_json::json;

use crate::support::{
    App, Browser, Gateway, Page,
    supabase::{self, Hold},
    until,
};

/// What a login stores behind its response.
const BEHIND: [&str; 3] = ["cc_end_login", "cc_save_profile", "cc_save_avatar"];

/// What the background loops call, whenever that is.
const LOOPS: [&str; 6] = [
    "cc_purge",
    "cc_purge_events",
    "cc_claim_events",
    "cc_claim_revocations",
    "cc_connections",
    "cc_delete_session",
];

struct Scene {
    app: App,
    gateway: Gateway,
    _hold: Hold,
}

impl Scene {
    async fn new() -> Self {
        let hold = Hold::alone().await;
        supabase::reset();
        let gateway = Gateway::start();
        Self { app: App::start_over(&gateway).await, gateway, _hold: hold }
    }

    /// The response to a request, and the functions that were called for it.
    async fn get(&self, browser: &Browser, path: &str) -> (Page, Vec<String>) {
        self.quiet().await;
        let before = self.gateway.calls().await.len();
        let page = browser.get(path).await;
        let mut calls = self.gateway.calls().await.split_off(before);
        calls.retain(|call| !BEHIND.contains(&call.as_str()) && !LOOPS.contains(&call.as_str()));
        (page, calls)
    }

    /// Waits until nothing is stored in the background.
    async fn quiet(&self) {
        self.app.state.login.in_flight().idle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_costs_few_calls_of_the_store() {
    let scene = Scene::new().await;
    let browser = scene.app.browser();
    assert_eq!(scene.get(&browser, "/").await.1, [""; 0]);
    let (begun, calls) = scene.get(&browser, "/oauth").await;
    assert_eq!(calls, ["cc_begin_login"]);
    let callback = scene.app.tiktok.approve(begun.location(), "public", &["user.info.basic"]).await;
    let (ended, calls) = scene.get(&browser, &callback).await;
    assert_eq!(ended.location(), "/profile", "{}", ended.text);
    assert_eq!(calls, ["cc_take_login", "cc_save_grant", "cc_create_session"]);
    scene.quiet().await;
    let (profile, calls) = scene.get(&browser, "/profile").await;
    assert_eq!(profile.status, 200);
    assert_eq!(calls, ["cc_session", "cc_creator", "cc_save_session"], "the notice is shown once");
    let (profile, calls) = scene.get(&browser, "/profile").await;
    assert_eq!(profile.status, 200);
    assert_eq!(calls, ["cc_session", "cc_creator"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn event_costs_one_call_and_refresh_two() {
    let scene = Scene::new().await;
    let browser = scene.app.signed_in("public").await;
    let creator = scene.app.creator(&browser).await;
    scene.quiet().await;
    let before = scene.gateway.calls().await.len();
    scene.app.tiktok.event(json!({ "event": "video.publish.completed", "creator": "public" })).await;
    let stored = || async {
        scene.gateway.calls().await.iter().skip(before).filter(|call| *call == "cc_save_events").count() == 1
    };
    until("the event is stored", stored).await;

    let before = scene.gateway.calls().await.len();
    scene.app.later(84 * 60 + 1);
    scene.app.state.refresher.refresh_now(&creator).await.unwrap();
    let mut calls = scene.gateway.calls().await.split_off(before);
    calls.retain(|call| call.starts_with("cc_claim_grants") || call.starts_with("cc_complete_refresh"));
    assert_eq!(calls, ["cc_claim_grants", "cc_complete_refresh"]);
}
