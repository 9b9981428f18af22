//! Defects on the machine itself: certificate, folders, database file, keys.

use std::{collections::HashMap, fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use creator_connect::server::clock::{Clock as _, SystemClock};
use rcgen::{CertificateParams, DnType, KeyPair};
use time::OffsetDateTime;

use super::installation::{self, Installation};
use crate::support::{App, ENCRYPTION_KEY};

/// An app on a public host whose certificate ends in so many days.
fn with_certificate(days: i64) -> Installation {
    let installation = Installation::new()
        .with("TIKTOK_REDIRECT_URI", "https://connect.example.test/webhook")
        .with("TLS_MODE", "files")
        .with("TLS_CERT", "cert.pem")
        .with("TLS_KEY", "key.pem");
    let (authority, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut issuer = CertificateParams::new([]).unwrap();
    issuer.distinguished_name.push(DnType::CommonName, "an authority");
    let mut params = CertificateParams::new(["*.example.test".to_owned()]).unwrap();
    let end = SystemClock.now().plus_seconds(days * 86_400 + 3600);
    params.not_after = OffsetDateTime::from_unix_timestamp(end.0).unwrap();
    let certificate = params.signed_by(&key, &rcgen::Issuer::new(issuer, authority)).unwrap();
    installation.put("cert.pem", &certificate.pem());
    installation.put("key.pem", &key.serialize_pem());
    installation
}

#[tokio::test]
async fn valid_certificate_passes() {
    let report = with_certificate(90).run_doctor().await;
    report.is_ok("certificate", "ends in 90 days");
    report.is_healthy();
}

#[tokio::test]
async fn missing_certificate_fails() {
    let installation = with_certificate(90);
    fs::remove_file(installation.file("cert.pem")).unwrap();
    installation.run_doctor().await.fails("certificate", "/cert.pem");
}

#[tokio::test]
async fn file_without_certificate_fails() {
    let installation = with_certificate(90);
    installation.put("cert.pem", "CANARY");
    installation.run_doctor().await.fails("certificate", "holds no PEM certificate");
}

#[tokio::test]
async fn expired_certificate_fails() {
    with_certificate(-2).run_doctor().await.fails("certificate", "has expired");
}

#[tokio::test]
async fn certificate_near_expiry_warns() {
    with_certificate(3).run_doctor().await.warns("certificate", "ends in 3 days");
}

#[tokio::test]
async fn key_of_another_certificate_fails() {
    let installation = with_certificate(90);
    installation.put("key.pem", &KeyPair::generate().unwrap().serialize_pem());
    installation.run_doctor().await.fails("certificate", "cannot be used together");
}

#[tokio::test]
async fn certificate_of_another_host_warns() {
    let installation = with_certificate(90).with("TIKTOK_REDIRECT_URI", "https://studio.example/webhook");
    installation.run_doctor().await.warns("certificate", "not for https://studio.example");
}

#[tokio::test]
async fn self_signed_certificate_on_public_host_warns() {
    let installation = Installation::new().with("TIKTOK_REDIRECT_URI", "https://studio.example/webhook");
    installation.run_doctor().await.warns("certificate", "every browser warns");
}

#[tokio::test]
async fn self_signed_certificate_without_a_host_is_made_anew() {
    let installation = Installation::new();
    let before = run(installation.file("."), "cert", "https://localhost:5000/webhook").await;
    assert!(!before.contains("studio.localhost"), "{before}");
    let moved = installation.with("TIKTOK_REDIRECT_URI", "https://studio.localhost:5000/webhook");
    moved.run_doctor().await.is_ok("certificate", "not for studio.localhost: the next start makes another");
    let after = run(moved.file("."), "cert", "https://studio.localhost:5000/webhook").await;
    assert!(after.contains("studio.localhost"), "{after}");
    moved.run_doctor().await.is_ok("certificate", "fits its key");
}

/// Runs a command that needs no more than the redirect URI.
async fn run(folder: PathBuf, word: &'static str, redirect_uri: &'static str) -> String {
    let settings = HashMap::from([("TIKTOK_REDIRECT_URI".to_owned(), redirect_uri.to_owned())]);
    let report = tokio::task::spawn_blocking(move || installation::run(&folder, &settings, &[word])).await;
    report.unwrap().text
}

#[tokio::test]
async fn unwritable_log_folder_fails() {
    let installation = Installation::new().with("LOG_DIR", "taken");
    installation.put("taken", "a file");
    installation.run_doctor().await.fails("log folder", "taken cannot be written");
}

#[tokio::test]
async fn log_folder_that_is_off_is_not_checked() {
    let report = Installation::new().with("LOG_DIR", "off").run_doctor().await;
    assert!(!report.text.contains("log folder"), "{}", report.text);
}

#[tokio::test]
async fn site_folder_of_another_build_warns() {
    let installation = Installation::new().with("SITE_ROOT", "site");
    installation.run_doctor().await.warns("site files", "there is no folder");
    fs::create_dir_all(installation.file("site/pkg")).unwrap();
    installation.put("site/pkg/creator-connect.0123.css", "");
    installation.run_doctor().await.warns("site files", "/site/pkg lacks creator-connect.");
}

#[tokio::test]
async fn proxy_that_forwarding_ignores_warns() {
    let installation = Installation::new()
        .with("EVENT_FORWARD_URL", "https://hooks.example/canary")
        .with("EVENT_FORWARD_SECRET", "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5");
    installation.run_doctor().await.is_ok("forwarding", "https://hooks.example is reached directly");
    for proxy in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let installation = Installation::new()
            .with("EVENT_FORWARD_URL", "https://hooks.example/canary")
            .with("EVENT_FORWARD_SECRET", "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5")
            .with(proxy, "http://127.0.0.1:9");
        installation.run_doctor().await.warns("forwarding", &format!("{proxy} is ignored"));
    }
}

#[tokio::test]
async fn unwritable_journal_folder_fails() {
    let installation = Installation::new().with("JOURNAL_DIR", "taken");
    installation.put("taken", "a file");
    let report = installation.run_doctor().await;
    report.fails("journal folder", "taken cannot be written");
    report.fails("waiting answers", "taken cannot be read");
}

#[tokio::test]
async fn journal_entry_is_reported_with_its_key() {
    let id = "00000000-0000-4000-8000-000000000001";
    let waiting = format!(
        r#"{{"version":1,"creator":"{id}","grant":1,"generation":0,"fence":1,"asked_at":1893456000,"answered_at":1893456001}}"#
    );
    let installation = |key: &str| {
        let installation = Installation::new().with("JOURNAL_DIR", "journal");
        fs::create_dir(installation.file("journal")).unwrap();
        installation.put(&format!("journal/{id}.1.0.1.answer"), &format!("{waiting}\nv1.{key}.AAAA\n\n"));
        installation
    };
    let report = installation("test").run_doctor().await;
    report.is_ok("journal folder", "can be written");
    report.warns("waiting answers", "1 of TikTok's");
    installation("gone").run_doctor().await.fails("waiting answers", "gone (1)");
}

#[tokio::test]
async fn unwritable_database_folder_fails() {
    let installation = Installation::new().with("SQLITE_PATH", "taken/app.db");
    installation.put("taken", "a file");
    installation.run_doctor().await.fails("database folder", "taken cannot be written");
}

#[tokio::test]
async fn file_that_is_no_database_fails() {
    let installation = Installation::new().with("SQLITE_PATH", "app.db");
    installation.put("app.db", &"no database, but long enough to have a header. ".repeat(100));
    installation.run_doctor().await.fails("database file", "not a database");
}

#[tokio::test]
async fn stored_tokens_with_missing_key_fail() {
    let mut app = App::start().await;
    app.signed_in("public").await;
    let installation = || Installation::new().with("SQLITE_PATH", app.file("app.db").to_str().unwrap());
    let report = installation().run_doctor().await;
    report.is_ok("encryption keys", "every stored token has its key");
    report.is_ok("database file", "read and written");

    let other = installation().with("ENCRYPTION_KEYS", &ENCRYPTION_KEY.replace("test:", "other:"));
    other.run_doctor().await.fails("encryption keys", "test (2 tokens)");

    app.stop().await.unwrap();
    fs::set_permissions(app.file("app.db"), fs::Permissions::from_mode(0o644)).unwrap();
    Installation::new()
        .with("SQLITE_PATH", app.file("app.db").to_str().unwrap())
        .run_doctor()
        .await
        .warns("database file", "other users");
}
