use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use super::*;
use crate::server::clock::ManualClock;

const NOW: Timestamp = Timestamp(1_893_456_000);
const DAY: i64 = 86_400;

fn self_signed(dir: &Path) -> TlsConfig {
    let names = ["localhost", "127.0.0.1", "::1", "studio.local"].map(str::to_owned).to_vec();
    TlsConfig::SelfSigned { dir: dir.to_owned(), names }
}

async fn made(tls: &TlsConfig, now: Timestamp) -> Certificate {
    certificate(tls, &ManualClock::new(now)).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_first_start_makes_a_certificate_for_all_names() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = made(&self_signed(folder.path()), NOW).await;
    assert_eq!(certificate.names, ["localhost", "127.0.0.1", "::1", "studio.local"]);
    let lifetime = certificate.ends_at.seconds_since(NOW);
    assert!((396 * DAY..=397 * DAY).contains(&lifetime), "{lifetime}");
    assert_eq!(certificate.fingerprint.len(), 95);
    let mode = fs::metadata(folder.path().join("key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_good_certificate_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let first = made(&self_signed(folder.path()), NOW).await;
    let later = made(&self_signed(folder.path()), NOW.plus_seconds(366 * DAY)).await;
    assert_eq!(first, later);
}

#[tokio::test]
async fn fewer_names_are_no_reason_to_renew() {
    let folder = tempfile::tempdir().unwrap();
    let first = made(&self_signed(folder.path()), NOW).await;
    let fewer = TlsConfig::SelfSigned { dir: folder.path().to_owned(), names: vec!["localhost".to_owned()] };
    assert_eq!(made(&fewer, NOW).await, first);
}

/// Each of these makes the next start renew.
#[tokio::test]
async fn what_will_not_do_is_renewed() {
    type Spoil = fn(&Path);
    let spoils: [(&str, Spoil); 4] = [
        ("no certificate", |dir| fs::remove_file(dir.join("cert.pem")).unwrap()),
        ("no key", |dir| fs::remove_file(dir.join("key.pem")).unwrap()),
        ("no PEM", |dir| fs::write(dir.join("cert.pem"), "nothing").unwrap()),
        ("another key", |dir| {
            let other = rcgen::KeyPair::generate().unwrap().serialize_pem();
            fs::write(dir.join("key.pem"), other).unwrap();
        }),
    ];
    for (what, spoil) in spoils {
        let folder = tempfile::tempdir().unwrap();
        let first = made(&self_signed(folder.path()), NOW).await;
        spoil(folder.path());
        let second = made(&self_signed(folder.path()), NOW).await;
        assert_ne!(first.fingerprint, second.fingerprint, "{what}");
    }
}

#[tokio::test]
async fn its_last_30_days_and_a_new_name_renew_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = made(&self_signed(folder.path()), NOW).await;
    let due = made(&self_signed(folder.path()), NOW.plus_seconds(368 * DAY)).await;
    assert_ne!(first.fingerprint, due.fingerprint);
    let renamed =
        TlsConfig::SelfSigned { dir: folder.path().to_owned(), names: vec!["new.local".to_owned()] };
    assert_eq!(made(&renamed, NOW.plus_seconds(368 * DAY)).await.names, ["new.local"]);
}

#[tokio::test]
async fn off_is_no_certificate() {
    let clock = ManualClock::new(NOW);
    assert!(rustls_config(&TlsConfig::Off, &clock).await.unwrap().is_none());
}

#[tokio::test]
async fn http_2_is_offered_first() {
    let folder = tempfile::tempdir().unwrap();
    let config = rustls_config(&self_signed(folder.path()), &ManualClock::new(NOW)).await.unwrap().unwrap();
    assert_eq!(config.get_inner().alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
}

#[tokio::test]
async fn a_look_renews_what_is_due_and_serves_it() {
    let folder = tempfile::tempdir().unwrap();
    let tls = self_signed(folder.path());
    let clock = ManualClock::new(NOW);
    let served = rustls_config(&tls, &clock).await.unwrap().unwrap();
    let mut seen = Seen::default();
    assert_eq!(renew_step(&tls, &served, &clock, &mut seen).await.unwrap(), Look::Same);
    let before = served.get_inner();
    clock.advance(370 * DAY);
    assert_eq!(renew_step(&tls, &served, &clock, &mut seen).await.unwrap(), Look::Replaced);
    assert!(!Arc::ptr_eq(&before, &served.get_inner()));
    assert_eq!(renew_step(&tls, &served, &clock, &mut seen).await.unwrap(), Look::Same);
}

#[tokio::test]
async fn own_files_are_reloaded_when_they_change_and_kept_when_they_break() {
    let folder = tempfile::tempdir().unwrap();
    made(&self_signed(folder.path()), NOW).await;
    let own = TlsConfig::Files { cert: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    let clock = ManualClock::new(NOW);
    let served = rustls_config(&own, &clock).await.unwrap().unwrap();
    let mut seen = Seen::default();
    renew_step(&own, &served, &clock, &mut seen).await.unwrap();
    made(&self_signed(folder.path()), NOW.plus_seconds(380 * DAY)).await;
    assert_eq!(renew_step(&own, &served, &clock, &mut seen).await.unwrap(), Look::Replaced);
    let good = served.get_inner();
    fs::write(folder.path().join("cert.pem"), "half a file").unwrap();
    assert!(renew_step(&own, &served, &clock, &mut seen).await.is_err());
    assert!(Arc::ptr_eq(&good, &served.get_inner()));
}

#[tokio::test]
async fn errors_name_the_file_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let own = TlsConfig::Files { cert: folder.path().join("a.pem"), key: folder.path().join("b.pem") };
    let told = rustls_config(&own, &ManualClock::new(NOW)).await.unwrap_err().to_string();
    assert!(told.contains("a.pem") && told.contains("Check that"), "{told}");
    fs::write(folder.path().join("a.pem"), "text").unwrap();
    fs::write(folder.path().join("b.pem"), "text").unwrap();
    let told = rustls_config(&own, &ManualClock::new(NOW)).await.unwrap_err().to_string();
    assert!(told.contains("a.pem holds no PEM certificate"), "{told}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let told = rustls_config(&self_signed(&folder.path().join("file/certs")), &ManualClock::new(NOW)).await;
    assert!(told.unwrap_err().to_string().contains("file/certs/"));
}
