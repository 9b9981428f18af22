//! Checks of the TikTok app's settings.

use super::installation::Installation;
use crate::support::Tiktok;

#[tokio::test]
async fn wrong_client_secret_fails_app_check() {
    let tiktok = Tiktok::start("https://localhost:5000/webhook", None).await;
    let installation = Installation::new()
        .with("TIKTOK_API_URL", &tiktok.origin)
        .with("TIKTOK_CLIENT_SECRET", "CANARY-of-another-app");
    installation.run_doctor().await.fails("TikTok app", "refuses the pair");
}

#[tokio::test]
async fn unknown_scope_warns() {
    let installation = Installation::new().with("TIKTOK_SCOPES", "user.info.basic,video.publsh");
    installation.run_doctor().await.warns("scopes", "no video.publsh");
}

#[tokio::test]
async fn scope_that_new_apps_cannot_get_warns() {
    for closed in ["user.info.profile", "user.info.stats", "video.list"] {
        let scopes = format!("user.info.basic,{closed}");
        let report = Installation::new().with("TIKTOK_SCOPES", &scopes).run_doctor().await;
        report.warns("scopes", &format!("asks for user.info.basic, {closed}; apps registered since 2026"));
    }
}

#[tokio::test]
async fn requested_scopes_and_test_event_are_named() {
    let report = Installation::new().run_doctor().await;
    report.is_ok("scopes", "asks for user.info.basic, video.publish");
    report.is_ok("test event", "tiktok.ping");
}

#[tokio::test]
async fn loopback_redirect_uri_fails() {
    let installation = Installation::new().with("TIKTOK_AUTHORIZE_URL", "");
    installation.run_doctor().await.fails("redirect URI", "their own machine");
}

#[tokio::test]
async fn sandbox_key_is_reported_with_its_limits() {
    let installation =
        Installation::new().with("TIKTOK_CLIENT_KEY", "sbaw0example").with("TIKTOK_AUTHORIZE_URL", "");
    let report = installation.run_doctor().await;
    report.is_ok("kind of app", "ten at most");
    report.warns("redirect URI", "their own machine");
}

#[tokio::test]
async fn simulator_addresses_warn() {
    Installation::new().run_doctor().await.warns("TikTok addresses", "simulator");
}
