//! Tests of the commands `doctor` and `schema`: healthy installations, and installations with one defect each.

mod fake_servers;
mod installation;
mod local_files;
mod schema;
mod supabase_stand_in;
mod tiktok_app;

use std::fs;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use installation::{Installation, unused_address};
use supabase_stand_in::StandIn;

use crate::support::{App, Tiktok};

/// A legacy key with these claims; it is unsigned.
fn legacy_key(claims: &str) -> String {
    format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

// Healthy installations.

#[tokio::test]
async fn healthy_project_passes_every_check() {
    let stand_in = StandIn::get().await;
    let tiktok = Tiktok::start("https://localhost:5000/webhook", None).await;
    let installation = stand_in
        .installation()
        .with("TIKTOK_AUTHORIZE_URL", &format!("{}/v2/auth/authorize/", tiktok.origin))
        .with("TIKTOK_API_URL", &tiktok.origin);
    let report = installation.run_doctor().await;
    report.is_healthy();
    for (subject, words) in [
        ("Supabase address", "answers"),
        ("kind of key", "a secret key"),
        ("Supabase key", "takes it"),
        ("schema", "version 1"),
        ("functions", "answer"),
        ("database clock", "clock"),
        ("without a key", "denied"),
        ("with the public key", "denied"),
        ("TikTok app", "takes"),
        ("TikTok clock", "clock"),
    ] {
        report.is_ok(subject, words);
    }
}

#[tokio::test]
async fn legacy_keys_are_accepted() {
    let stand_in = StandIn::get().await;
    let installation = stand_in
        .installation()
        .with("SUPABASE_KEY", stand_in.setting("SUPABASE_SERVICE_JWT"))
        .with("SUPABASE_ANON_KEY", stand_in.setting("SUPABASE_ANON_KEY"));
    let report = installation.run_doctor().await;
    report.is_healthy();
    report.is_ok("kind of key", "service_role");
    report.is_ok("with the public key", "denied");
}

#[tokio::test]
async fn healthy_sqlite_setup_passes_and_leaves_no_file() {
    let installation = Installation::new();
    let report = installation.run_doctor().await;
    report.is_healthy();
    report.is_ok("database file", "first start");
    assert!(report.text.contains("Set OPERATOR_NAME"), "{}", report.text);
    let named = Installation::new().with("OPERATOR_NAME", "Studio Épée").run_doctor().await;
    named.is_ok("operator", "Studio Épée");
    report.is_not_checked("TikTok app", "nothing listens");
    assert_eq!(fs::read_dir(installation.file(".")).unwrap().count(), 0);
}

// Settings.

#[tokio::test]
async fn settings_fault_exits_with_2() {
    let report = Installation::new().with("PORT", "0x50").run_doctor().await;
    assert_eq!(report.code, Some(2), "{}", report.text);
    assert!(report.text.contains("PORT is not a port"), "{}", report.text);
}

#[tokio::test]
async fn anon_key_is_refused_by_kind() {
    let report =
        Installation::with_supabase(&unused_address(), &legacy_key(r#"{"role":"anon"}"#)).run_doctor().await;
    assert_eq!(report.code, Some(2), "{}", report.text);
    assert!(report.text.contains("SUPABASE_KEY is the anon key"), "{}", report.text);
}

#[tokio::test]
async fn publishable_key_is_refused_by_kind() {
    let report = Installation::with_supabase(&unused_address(), "sb_publishable_CANARY").run_doctor().await;
    assert_eq!(report.code, Some(2), "{}", report.text);
    assert!(report.text.contains("SUPABASE_KEY is the publishable key"), "{}", report.text);
}

// The connection to Supabase.

#[tokio::test]
async fn unknown_host_fails_address_check() {
    let report =
        Installation::with_supabase("https://project.invalid", "sb_secret_CANARY").run_doctor().await;
    report.fails("Supabase address", "the name project.invalid is unknown (DNS)");
    report.is_not_checked("schema", "unreachable");
}

#[tokio::test]
async fn refused_connection_fails_address_check() {
    let report = Installation::with_supabase(&unused_address(), "sb_secret_CANARY").run_doctor().await;
    report.fails("Supabase address", "nothing listens");
}

#[tokio::test]
async fn untrusted_certificate_fails_address_check() {
    let app = App::start().await;
    let report = Installation::with_supabase(&app.origin, "sb_secret_CANARY").run_doctor().await;
    report.fails("Supabase address", "TLS with it fails");
}

#[tokio::test]
async fn ordinary_website_fails_address_check() {
    for (status, words) in
        [(StatusCode::OK, "no Supabase project"), (StatusCode::NOT_FOUND, "no Supabase project")]
    {
        let url = fake_servers::website(status).await;
        Installation::with_supabase(&url, "sb_secret_CANARY")
            .run_doctor()
            .await
            .fails("Supabase address", words);
    }
}

#[tokio::test]
async fn project_outage_fails_address_check() {
    let url = fake_servers::website(StatusCode::SERVICE_UNAVAILABLE).await;
    let report = Installation::with_supabase(&url, "sb_secret_CANARY").run_doctor().await;
    report.fails("Supabase address", "error of its own, 503");
}

// The key.

#[tokio::test]
async fn unknown_key_fails_key_check() {
    let stand_in = StandIn::get().await;
    let report = stand_in.installation().with("SUPABASE_KEY", "sb_secret_CANARY").run_doctor().await;
    report.fails("Supabase key", "refuses SUPABASE_KEY");
}

#[tokio::test]
async fn expired_key_fails_key_check() {
    let key = legacy_key(r#"{"role":"service_role","exp":1600000000}"#);
    Installation::with_supabase(&unused_address(), &key)
        .run_doctor()
        .await
        .fails("kind of key", "has expired");
}

#[tokio::test]
async fn key_of_another_project_fails_key_check() {
    let key = legacy_key(r#"{"role":"service_role","ref":"abc"}"#);
    let installation = Installation::with_supabase("https://def.supabase.co", &key)
        .with("SUPABASE_REST_URL", &format!("{}/rest/v1", unused_address()));
    installation.run_doctor().await.fails("kind of key", "another project");
}

// Access without a secret key.

#[tokio::test]
async fn table_readable_by_anon_fails_access_check() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("GRANT SELECT ON creators TO anon").await;
    let report = stand_in.installation().run_doctor().await;
    report.fails("with the public key", "unauthenticated callers have access: table creators");
    report.is_ok("without a key", "denied");
}

#[tokio::test]
async fn function_callable_by_anon_fails_access_check() {
    let mut stand_in = StandIn::get().await;
    let sql = "GRANT SELECT ON active_grant_counts TO anon; GRANT EXECUTE ON FUNCTION cc_count_grants(jsonb) TO anon";
    stand_in.run(sql).await;
    let report = stand_in.installation().run_doctor().await;
    report.fails("with the public key", "function cc_count_grants");
}

#[tokio::test]
async fn gateway_without_authentication_fails_access_check() {
    let url = fake_servers::project_without_authentication().await;
    let report = Installation::with_supabase(&url, "sb_secret_CANARY").run_doctor().await;
    report.fails("without a key", "unauthenticated callers have access: table creators, table tiktok_tokens");
}

#[tokio::test]
async fn skipped_access_check_is_reported_without_failure() {
    let stand_in = StandIn::get().await;
    let report = stand_in.installation().with("SUPABASE_ANON_KEY", "").run_doctor().await;
    report.is_healthy();
    report.is_not_checked("with the public key", "SUPABASE_ANON_KEY");
    report.is_ok("encryption keys", "test seals");
    let report =
        stand_in.installation().with("SUPABASE_ANON_KEY", "sb_publishable_CANARY").run_doctor().await;
    report.is_not_checked("with the public key", "refuses SUPABASE_ANON_KEY");
}

#[tokio::test]
async fn secret_key_as_public_key_fails_access_check() {
    let stand_in = StandIn::get().await;
    let installation = stand_in.installation().with("SUPABASE_ANON_KEY", stand_in.setting("SUPABASE_KEY"));
    installation.run_doctor().await.fails("with the public key", "may do everything");
}

// Clocks.

#[tokio::test]
async fn skewed_database_clock_is_reported() {
    let far = Installation::with_supabase(&fake_servers::project_with_clock(600).await, "sb_secret_CANARY");
    far.run_doctor().await.fails("database clock", "ahead");
    let near = Installation::with_supabase(&fake_servers::project_with_clock(-30).await, "sb_secret_CANARY");
    near.run_doctor().await.warns("database clock", "behind");
}

#[tokio::test]
async fn skewed_tiktok_clock_is_reported() {
    let url = fake_servers::tiktok_with_clock(-7200).await;
    Installation::new().with("TIKTOK_API_URL", &url).run_doctor().await.fails("TikTok clock", "behind");
}
