//! `doctor` and `schema` as an operator meets them: set-ups that are well, and set-ups that are broken on
//! purpose, each named for what is wrong with it.

mod fakes;
mod machine;
mod patient;
mod stand_in;

use std::{collections::HashMap, fs};

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use creator_connect::server::store::probe::MIGRATIONS;
use patient::{Patient, run, unused_address};
use stand_in::StandIn;

use crate::support::{App, Tiktok};

/// A legacy key with these claims; nobody signed it.
fn legacy_key(claims: &str) -> String {
    format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

// What is well.

#[tokio::test]
async fn a_healthy_project_is_found_healthy() {
    let stand_in = StandIn::get().await;
    let tiktok = Tiktok::start("https://localhost:5000/webhook", None).await;
    let patient = stand_in
        .patient()
        .with("TIKTOK_AUTHORIZE_URL", &format!("{}/v2/auth/authorize/", tiktok.origin))
        .with("TIKTOK_API_URL", &tiktok.origin);
    let report = patient.examined().await;
    report.is_healthy();
    for (subject, words) in [
        ("Supabase address", "answers"),
        ("kind of key", "a secret key"),
        ("Supabase key", "takes it"),
        ("schema", "version 3"),
        ("functions", "answer"),
        ("database clock", "clock"),
        ("without a key", "shut"),
        ("with the public key", "shut"),
        ("TikTok app", "takes"),
        ("TikTok clock", "clock"),
    ] {
        report.is_ok(subject, words);
    }
}

#[tokio::test]
async fn legacy_keys_are_as_good() {
    let stand_in = StandIn::get().await;
    let patient = stand_in
        .patient()
        .with("SUPABASE_KEY", stand_in.setting("SUPABASE_SERVICE_JWT"))
        .with("SUPABASE_ANON_KEY", stand_in.setting("SUPABASE_ANON_KEY"));
    let report = patient.examined().await;
    report.is_healthy();
    report.is_ok("kind of key", "service_role");
    report.is_ok("with the public key", "shut");
}

#[tokio::test]
async fn a_healthy_file_is_found_healthy_and_nothing_is_left_behind() {
    let patient = Patient::new();
    let report = patient.examined().await;
    report.is_healthy();
    report.is_ok("database file", "first start");
    report.leaves_out("TikTok app", "nothing listens");
    assert_eq!(fs::read_dir(patient.file(".")).unwrap().count(), 0);
}

// Settings.

#[tokio::test]
async fn faults_of_the_settings_end_with_2() {
    let report = Patient::new().with("PORT", "0x50").examined().await;
    assert_eq!(report.code, Some(2), "{}", report.text);
    assert!(report.text.contains("PORT is not a port"), "{}", report.text);
}

#[tokio::test]
async fn the_anon_key_is_named() {
    let report =
        Patient::with_supabase(&unused_address(), &legacy_key(r#"{"role":"anon"}"#)).examined().await;
    assert_eq!(report.code, Some(2), "{}", report.text);
    assert!(report.text.contains("SUPABASE_KEY is the anon key"), "{}", report.text);
}

#[tokio::test]
async fn the_publishable_key_is_named() {
    let report = Patient::with_supabase(&unused_address(), "sb_publishable_CANARY").examined().await;
    assert_eq!(report.code, Some(2), "{}", report.text);
    assert!(report.text.contains("SUPABASE_KEY is the publishable key"), "{}", report.text);
}

// The way to Supabase.

#[tokio::test]
async fn a_host_that_nobody_knows_is_named() {
    let report = Patient::with_supabase("https://project.invalid", "sb_secret_CANARY").examined().await;
    report.fails("Supabase address", "the name project.invalid is unknown (DNS)");
    report.leaves_out("schema", "cannot be asked");
}

#[tokio::test]
async fn an_address_where_nothing_listens_is_named() {
    let report = Patient::with_supabase(&unused_address(), "sb_secret_CANARY").examined().await;
    report.fails("Supabase address", "nothing listens");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_named() {
    let app = App::start().await;
    let report = Patient::with_supabase(&app.origin, "sb_secret_CANARY").examined().await;
    report.fails("Supabase address", "TLS with it fails");
}

#[tokio::test]
async fn a_website_is_no_project() {
    for (status, words) in
        [(StatusCode::OK, "no Supabase project"), (StatusCode::NOT_FOUND, "no Supabase project")]
    {
        let url = fakes::website(status).await;
        Patient::with_supabase(&url, "sb_secret_CANARY").examined().await.fails("Supabase address", words);
    }
}

#[tokio::test]
async fn a_project_that_is_down_is_named() {
    let url = fakes::website(StatusCode::SERVICE_UNAVAILABLE).await;
    let report = Patient::with_supabase(&url, "sb_secret_CANARY").examined().await;
    report.fails("Supabase address", "error of its own, 503");
}

// The key.

#[tokio::test]
async fn a_key_that_the_project_does_not_know_is_named() {
    let stand_in = StandIn::get().await;
    let report = stand_in.patient().with("SUPABASE_KEY", "sb_secret_CANARY").examined().await;
    report.fails("Supabase key", "refuses SUPABASE_KEY");
}

#[tokio::test]
async fn an_expired_key_is_named() {
    let key = legacy_key(r#"{"role":"service_role","exp":1600000000}"#);
    Patient::with_supabase(&unused_address(), &key).examined().await.fails("kind of key", "has expired");
}

#[tokio::test]
async fn the_key_of_another_project_is_named() {
    let key = legacy_key(r#"{"role":"service_role","ref":"abc"}"#);
    let patient = Patient::with_supabase("https://def.supabase.co", &key)
        .with("SUPABASE_REST_URL", &format!("{}/rest/v1", unused_address()));
    patient.examined().await.fails("kind of key", "another project");
}

// The schema.

#[tokio::test]
async fn a_missing_schema_is_named() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("DROP FUNCTION cc_schema_version(jsonb)").await;
    let report = stand_in.patient().examined().await;
    report.fails("schema", "missing");
    assert!(report.text.contains("creator-connect schema"), "{}", report.text);
}

#[tokio::test]
async fn an_older_schema_is_named() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("DELETE FROM cc_schema_versions").await;
    stand_in.patient().examined().await.fails("schema", "without a version");
}

#[tokio::test]
async fn a_newer_schema_is_named() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("INSERT INTO cc_schema_versions (version, name) VALUES (9, 'later')").await;
    stand_in.patient().examined().await.warns("schema", "version 9 is newer");
}

#[tokio::test]
async fn older_schema_version_is_reported() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("DELETE FROM cc_schema_versions; INSERT INTO cc_schema_versions (version, name) VALUES (0, 'draft')").await;
    stand_in.patient().examined().await.fails("schema", "without a version");
}

#[tokio::test]
async fn rows_in_supabase_are_held_against_the_keys() {
    let mut stand_in = StandIn::get().await;
    stand_in.patient().examined().await.is_ok("encryption keys", "nothing is stored yet");
    stand_in
        .run(
            "INSERT INTO revocations (grant_id, generation, client_key, open_id, access_token, refresh_token,
                 access_expires_at, ended_at, next_try_at)
             VALUES (1, 0, 'app', 'a', 'v1.gone.x', 'v1.test.x', now(), now(), now())",
        )
        .await;
    let report = stand_in.patient().examined().await;
    stand_in.run("DELETE FROM revocations").await;
    report.fails("encryption keys", "keys that are missing: gone (1 rows)");
}

#[tokio::test]
async fn a_function_that_may_not_be_called_is_named() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("REVOKE EXECUTE ON FUNCTION cc_avatar(jsonb) FROM service_role").await;
    stand_in.patient().examined().await.fails("functions", "cc_avatar (not allowed)");
}

// Strangers.

#[tokio::test]
async fn a_table_that_strangers_may_read_is_named() {
    let mut stand_in = StandIn::get().await;
    stand_in.run("GRANT SELECT ON creators TO anon").await;
    let report = stand_in.patient().examined().await;
    report.fails("with the public key", "strangers get in: table creators");
    report.is_ok("without a key", "shut");
}

#[tokio::test]
async fn a_function_that_strangers_may_call_is_named() {
    let mut stand_in = StandIn::get().await;
    let sql = "GRANT SELECT ON active_grant_counts TO anon; GRANT EXECUTE ON FUNCTION cc_count_grants(jsonb) TO anon";
    stand_in.run(sql).await;
    let report = stand_in.patient().examined().await;
    report.fails("with the public key", "function cc_count_grants");
}

#[tokio::test]
async fn a_gateway_that_asks_for_no_key_is_named() {
    let url = fakes::project_without_a_lock().await;
    let report = Patient::with_supabase(&url, "sb_secret_CANARY").examined().await;
    report.fails("without a key", "strangers get in: table creators, table tiktok_tokens");
}

#[tokio::test]
async fn what_cannot_be_tried_is_said_and_is_no_failure() {
    let stand_in = StandIn::get().await;
    let report = stand_in.patient().with("SUPABASE_ANON_KEY", "").examined().await;
    report.is_healthy();
    report.leaves_out("with the public key", "SUPABASE_ANON_KEY");
    report.is_ok("encryption keys", "test seals");
    let report = stand_in.patient().with("SUPABASE_ANON_KEY", "sb_publishable_CANARY").examined().await;
    report.leaves_out("with the public key", "refuses SUPABASE_ANON_KEY");
}

#[tokio::test]
async fn a_secret_key_in_the_place_of_the_public_one_is_named() {
    let stand_in = StandIn::get().await;
    let patient = stand_in.patient().with("SUPABASE_ANON_KEY", stand_in.setting("SUPABASE_KEY"));
    patient.examined().await.fails("with the public key", "may do everything");
}

// Clocks.

#[tokio::test]
async fn a_database_clock_that_is_off_is_named() {
    let far = Patient::with_supabase(&fakes::project_with_clock(600).await, "sb_secret_CANARY");
    far.examined().await.fails("database clock", "ahead");
    let near = Patient::with_supabase(&fakes::project_with_clock(-30).await, "sb_secret_CANARY");
    near.examined().await.warns("database clock", "behind");
}

#[tokio::test]
async fn a_clock_that_is_not_tiktoks_is_named() {
    let url = fakes::tiktok_with_clock(-7200).await;
    Patient::new().with("TIKTOK_API_URL", &url).examined().await.fails("TikTok clock", "behind");
}

// TikTok's settings.

#[tokio::test]
async fn a_wrong_client_secret_is_named() {
    let tiktok = Tiktok::start("https://localhost:5000/webhook", None).await;
    let patient = Patient::new()
        .with("TIKTOK_API_URL", &tiktok.origin)
        .with("TIKTOK_CLIENT_SECRET", "CANARY-of-another-app");
    patient.examined().await.fails("TikTok app", "refuses the pair");
}

#[tokio::test]
async fn an_unknown_scope_is_named() {
    let patient = Patient::new().with("TIKTOK_SCOPES", "user.info.basic,video.publsh");
    patient.examined().await.warns("scopes", "no video.publsh");
}

#[tokio::test]
async fn a_redirect_to_the_creators_own_machine_is_named() {
    let patient = Patient::new().with("TIKTOK_AUTHORIZE_URL", "");
    patient.examined().await.fails("redirect URI", "their own machine");
}

#[tokio::test]
async fn a_sandbox_is_named_with_what_it_means() {
    let patient = Patient::new().with("TIKTOK_CLIENT_KEY", "sbaw0example").with("TIKTOK_AUTHORIZE_URL", "");
    let report = patient.examined().await;
    report.is_ok("kind of app", "ten at most");
    report.warns("redirect URI", "their own machine");
}

#[tokio::test]
async fn a_simulator_is_named() {
    Patient::new().examined().await.warns("TikTok addresses", "simulator");
}

// The SQL.

#[test]
fn schema_prints_every_migration_and_says_elsewhere_how_to_apply_it() {
    let folder = tempfile::tempdir().unwrap();
    let report = run(folder.path(), &HashMap::new(), &["schema"]);
    assert_eq!(report.code, Some(0));
    let (sql, hint) = report.text.split_once("Apply it").unwrap();
    for (name, migration) in MIGRATIONS {
        assert!(sql.contains(name) && sql.contains(migration.trim_end()), "{name}");
    }
    for way in ["SQL editor", "supabase db push", "psql"] {
        assert!(hint.contains(way), "{way}");
    }
}
