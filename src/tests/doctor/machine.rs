//! What can be wrong on the machine itself: certificate, folders, the database file, keys.

use std::{fs, os::unix::fs::PermissionsExt as _};

use creator_connect::server::clock::{Clock as _, SystemClock};
use rcgen::{CertificateParams, DnType, KeyPair};
use time::OffsetDateTime;

use super::patient::Patient;
use crate::support::{App, ENCRYPTION_KEY};

/// An app on a public host whose certificate ends in so many days.
fn with_certificate(days: i64) -> Patient {
    let patient = Patient::new()
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
    patient.put("cert.pem", &certificate.pem());
    patient.put("key.pem", &key.serialize_pem());
    patient
}

#[tokio::test]
async fn a_good_certificate_is_found_good() {
    let report = with_certificate(90).examined().await;
    report.is_ok("certificate", "ends in 90 days");
    report.is_healthy();
}

#[tokio::test]
async fn a_certificate_that_is_not_there_is_named() {
    let patient = with_certificate(90);
    fs::remove_file(patient.file("cert.pem")).unwrap();
    patient.examined().await.fails("certificate", "cannot read cert.pem");
}

#[tokio::test]
async fn a_file_that_holds_no_certificate_is_named() {
    let patient = with_certificate(90);
    patient.put("cert.pem", "CANARY");
    patient.examined().await.fails("certificate", "holds no PEM certificate");
}

#[tokio::test]
async fn an_expired_certificate_is_named() {
    with_certificate(-2).examined().await.fails("certificate", "has expired");
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_named() {
    with_certificate(3).examined().await.warns("certificate", "ends in 3 days");
}

#[tokio::test]
async fn the_key_of_another_certificate_is_named() {
    let patient = with_certificate(90);
    patient.put("key.pem", &KeyPair::generate().unwrap().serialize_pem());
    patient.examined().await.fails("certificate", "cannot be used together");
}

#[tokio::test]
async fn the_certificate_of_another_host_is_named() {
    let patient = with_certificate(90).with("TIKTOK_REDIRECT_URI", "https://studio.example/webhook");
    patient.examined().await.warns("certificate", "not for https://studio.example");
}

#[tokio::test]
async fn a_self_made_certificate_on_a_public_host_is_named() {
    let patient = Patient::new().with("TIKTOK_REDIRECT_URI", "https://studio.example/webhook");
    patient.examined().await.warns("certificate", "every browser warns");
}

#[tokio::test]
async fn a_log_folder_that_cannot_be_written_is_named() {
    let patient = Patient::new().with("LOG_DIR", "taken");
    patient.put("taken", "a file");
    patient.examined().await.fails("log folder", "taken cannot be written");
}

#[tokio::test]
async fn a_journal_folder_that_cannot_be_written_is_named() {
    let patient = Patient::new().with("JOURNAL_DIR", "taken");
    patient.put("taken", "a file");
    let report = patient.examined().await;
    report.fails("journal folder", "taken cannot be written");
    report.fails("waiting answers", "taken cannot be read");
}

#[tokio::test]
async fn an_answer_that_waits_in_the_journal_is_told_with_its_key() {
    let id = "00000000-0000-4000-8000-000000000001";
    let waiting = format!(
        r#"{{"version":1,"creator":"{id}","grant":1,"generation":0,"fence":1,"asked_at":1893456000,"answered_at":1893456001}}"#
    );
    let patient = |key: &str| {
        let patient = Patient::new().with("JOURNAL_DIR", "journal");
        fs::create_dir(patient.file("journal")).unwrap();
        patient.put(&format!("journal/{id}.1.0.1.answer"), &format!("{waiting}\nv1.{key}.AAAA\n\n"));
        patient
    };
    let report = patient("test").examined().await;
    report.is_ok("journal folder", "can be written");
    report.warns("waiting answers", "1 of TikTok's");
    patient("gone").examined().await.fails("waiting answers", "gone (1)");
}

#[tokio::test]
async fn a_database_folder_that_cannot_be_written_is_named() {
    let patient = Patient::new().with("SQLITE_PATH", "taken/app.db");
    patient.put("taken", "a file");
    patient.examined().await.fails("database folder", "taken cannot be written");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let patient = Patient::new().with("SQLITE_PATH", "app.db");
    patient.put("app.db", &"no database, but long enough to have a header. ".repeat(100));
    patient.examined().await.fails("database file", "not a database");
}

#[tokio::test]
async fn stored_tokens_are_held_against_the_keys() {
    let mut app = App::start().await;
    app.signed_in("public").await;
    let patient = || Patient::new().with("SQLITE_PATH", app.file("app.db").to_str().unwrap());
    let report = patient().examined().await;
    report.is_ok("encryption keys", "every stored token has its key");
    report.is_ok("database file", "read and written");

    let other = patient().with("ENCRYPTION_KEYS", &ENCRYPTION_KEY.replace("test:", "other:"));
    other.examined().await.fails("encryption keys", "test (2 tokens)");

    app.stop().await.unwrap();
    fs::set_permissions(app.file("app.db"), fs::Permissions::from_mode(0o644)).unwrap();
    Patient::new()
        .with("SQLITE_PATH", app.file("app.db").to_str().unwrap())
        .examined()
        .await
        .warns("database file", "other users");
}
