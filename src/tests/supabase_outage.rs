//! Supabase slow, down, restarted, or answering nonsense: pages say so, nothing is half-written, and the
//! app recovers by itself.

use serde_json::{Value, json};

use crate::support::{
    App, Browser, Gateway, Page,
    supabase::{self, Hold},
};

/// A running app, a gateway that can misbehave, and somebody who is signed in.
struct Outage {
    gateway: Gateway,
    app: App,
    browser: Browser,
    _hold: Hold,
}

impl Outage {
    /// Starts an app over empty tables: one that finds rows under keys that it lacks does not start.
    async fn new(hold: Hold) -> Self {
        supabase::reset();
        let gateway = Gateway::start();
        let app = App::start_over(&gateway).await;
        let browser = app.signed_in("public").await;
        Self { gateway, app, browser, _hold: hold }
    }

    /// Every page that needs our records says that they are away.
    async fn assert_away(&self, cause: &str) {
        for path in ["/profile", "/account/export", "/oauth", "/webhook?code=c&state=s"] {
            assert_says_away(&format!("{cause}: {path}"), &self.browser.get(path).await);
        }
        // The answer of the last check is kept for a moment.
        self.app.later(2);
        let health = self.browser.get("/health").await;
        let told: Value = serde_json::from_str(&health.text).unwrap();
        assert_eq!((health.status.as_u16(), &told["database"]["status"]), (503, &json!("error")), "{cause}");
        let start = self.browser.get("/").await;
        assert_eq!(start.status, 200, "{cause}");
    }

    /// The same browser is still signed in, and a new one can be.
    async fn assert_back(&self, cause: &str) {
        self.app.wait_for_store().await;
        let profile = self.browser.get("/profile").await;
        assert_eq!(profile.status, 200, "{cause}: {}", profile.title());
        self.app.signed_in("private").await;
    }
}

fn assert_says_away(what: &str, page: &Page) {
    assert_eq!(page.status, 503, "{what}: {}", page.title());
    assert!(page.text.contains("We’re having trouble on our side"), "{what}: {}", page.title());
}

#[tokio::test]
async fn unreachable_supabase_is_reported_until_it_returns() {
    let mut outage = Outage::new(Hold::alone().await).await;
    outage.gateway.stop();
    outage.assert_away("down").await;
    outage.gateway.restart();
    outage.assert_back("restarted").await;
}

#[tokio::test]
async fn error_responses_are_reported_until_they_end() {
    let outage = Outage::new(Hold::alone().await).await;
    for status in [500, 502, 503, 401] {
        outage.gateway.order(json!({ "fault": "status", "status": status })).await;
        outage.assert_away(&format!("status {status}")).await;
        outage.gateway.clear_faults().await;
        outage.assert_back(&format!("after status {status}")).await;
    }
}

#[tokio::test]
async fn dropped_connections_are_reported_until_they_end() {
    let outage = Outage::new(Hold::alone().await).await;
    outage.gateway.order(json!({ "fault": "drop" })).await;
    outage.assert_away("dropping").await;
    outage.gateway.clear_faults().await;
    outage.assert_back("after dropping").await;
}

#[tokio::test]
async fn slow_supabase_is_awaited() {
    let outage = Outage::new(Hold::alone().await).await;
    outage.gateway.order(json!({ "fault": "delay", "ms": 300 })).await;
    assert_eq!(outage.browser.get("/profile").await.status, 200);
    assert_eq!(outage.browser.get("/health").await.status, 200);
}

/// The page's limit is ten seconds, the health check's two.
#[tokio::test]
async fn hanging_supabase_times_out() {
    let outage = Outage::new(Hold::alone().await).await;
    outage.gateway.order(json!({ "fault": "hang" })).await;
    let (health, profile) = tokio::join!(outage.browser.get("/health"), outage.browser.get("/profile"));
    assert_eq!(health.status, 503);
    assert_says_away("hanging", &profile);
    outage.gateway.clear_faults().await;
    outage.assert_back("after hanging").await;
}

/// Orders a fault for one function, and answers what a login then comes to and how many active grants
/// it left.
async fn log_in_while(outage: &Outage, fault: Value) -> (Page, u64) {
    let before = outage.app.grants().await;
    let browser = outage.app.browser();
    let authorize = browser.begin().await;
    let granted = ["user.info.basic", "video.publish"];
    let callback = outage.app.tiktok.approve(&authorize, "long-video", &granted).await;
    outage.gateway.order(fault).await;
    let page = browser.get(&callback).await;
    outage.gateway.clear_faults().await;
    outage.app.wait_for_store().await;
    let after = outage.app.grants().await;
    (page, after - before)
}

/// Nobody has connected before.
async fn nobody() -> Outage {
    Outage::new(Hold::alone().await).await
}

#[tokio::test]
async fn login_with_unsaved_grant_leaves_none() {
    let outage = nobody().await;
    let (page, grants) = log_in_while(&outage, json!({ "fault": "drop", "path": "cc_save_grant" })).await;
    assert_says_away("the callback", &page);
    assert_eq!(grants, 0);
    assert_eq!(page.cookie("__Host-session"), "");
}

#[tokio::test]
async fn login_with_one_lost_response_saves_one_grant() {
    let outage = nobody().await;
    let lost = json!({ "fault": "drop", "after": true, "path": "cc_save_grant", "times": 1 });
    let (page, grants) = log_in_while(&outage, lost).await;
    assert_eq!((page.location(), grants), ("/profile", 1));
}

#[tokio::test]
async fn login_without_its_state_sends_tiktok_no_request() {
    let outage = nobody().await;
    let asked = outage.app.tiktok.count("token").await;
    let lost = json!({ "fault": "drop", "after": true, "path": "cc_take_login" });
    let (page, grants) = log_in_while(&outage, lost).await;
    assert_says_away("the callback", &page);
    assert_eq!((grants, outage.app.tiktok.count("token").await), (0, asked));
}

/// The grant is safe; only who is signed in could not be written down.
#[tokio::test]
async fn login_with_unsaved_session_keeps_the_grant() {
    let outage = nobody().await;
    let fault = json!({ "fault": "status", "status": 500, "path": "cc_create_session" });
    let (page, grants) = log_in_while(&outage, fault).await;
    assert_says_away("the callback", &page);
    assert_eq!(grants, 1);
    assert_eq!(page.cookie("__Host-session"), "");
}
