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
async fn first_start_creates_certificate_for_all_names() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = made(&self_signed(folder.path()), NOW).await;
    assert_eq!(certificate.names, ["localhost", "127.0.0.1", "::1", "studio.local"]);
    let lifetime = certificate.expires_at.seconds_since(NOW);
    assert!((396 * DAY..=397 * DAY).contains(&lifetime), "{lifetime}");
    assert_eq!(certificate.fingerprint.len(), 95);
    let mode = fs::metadata(folder.path().join("key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn valid_certificate_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let first = made(&self_signed(folder.path()), NOW).await;
    let later = made(&self_signed(folder.path()), NOW.plus_seconds(366 * DAY)).await;
    assert_eq!(first, later);
}

#[tokio::test]
async fn certificate_with_extra_names_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let first = made(&self_signed(folder.path()), NOW).await;
    let fewer = TlsConfig::SelfSigned { dir: folder.path().to_owned(), names: vec!["localhost".to_owned()] };
    assert_eq!(made(&fewer, NOW).await, first);
}

/// Each of these makes the next start renew.
#[tokio::test]
async fn unusable_certificate_is_renewed() {
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
async fn certificate_is_renewed_near_expiry_or_for_new_name() {
    let folder = tempfile::tempdir().unwrap();
    let first = made(&self_signed(folder.path()), NOW).await;
    let due = made(&self_signed(folder.path()), NOW.plus_seconds(368 * DAY)).await;
    assert_ne!(first.fingerprint, due.fingerprint);
    let renamed =
        TlsConfig::SelfSigned { dir: folder.path().to_owned(), names: vec!["new.local".to_owned()] };
    assert_eq!(made(&renamed, NOW.plus_seconds(368 * DAY)).await.names, ["new.local"]);
}

#[tokio::test]
async fn tls_off_has_no_certificate() {
    let clock = ManualClock::new(NOW);
    assert!(rustls_config(&TlsConfig::Off, &clock).await.unwrap().is_none());
}

#[tokio::test]
async fn alpn_offers_http_2_first() {
    let folder = tempfile::tempdir().unwrap();
    let config = rustls_config(&self_signed(folder.path()), &ManualClock::new(NOW)).await.unwrap().unwrap();
    assert_eq!(config.get_inner().alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
}

#[tokio::test]
async fn due_certificate_is_renewed_and_served() {
    let folder = tempfile::tempdir().unwrap();
    let tls = self_signed(folder.path());
    let clock = ManualClock::new(NOW);
    let served = rustls_config(&tls, &clock).await.unwrap().unwrap();
    let mut seen = Seen::default();
    assert_eq!(renew_step(&tls, &served, &clock, &mut seen).await.unwrap(), Renewal::Unchanged);
    let before = served.get_inner();
    clock.advance(370 * DAY);
    assert_eq!(renew_step(&tls, &served, &clock, &mut seen).await.unwrap(), Renewal::Replaced);
    assert!(!Arc::ptr_eq(&before, &served.get_inner()));
    assert_eq!(renew_step(&tls, &served, &clock, &mut seen).await.unwrap(), Renewal::Unchanged);
}

#[tokio::test]
async fn changed_files_are_reloaded_and_broken_ones_ignored() {
    let folder = tempfile::tempdir().unwrap();
    made(&self_signed(folder.path()), NOW).await;
    let own = TlsConfig::Files { cert: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    let clock = ManualClock::new(NOW);
    let served = rustls_config(&own, &clock).await.unwrap().unwrap();
    let mut seen = Seen::default();
    renew_step(&own, &served, &clock, &mut seen).await.unwrap();
    made(&self_signed(folder.path()), NOW.plus_seconds(380 * DAY)).await;
    assert_eq!(renew_step(&own, &served, &clock, &mut seen).await.unwrap(), Renewal::Replaced);
    let good = served.get_inner();
    fs::write(folder.path().join("cert.pem"), "half a file").unwrap();
    assert!(renew_step(&own, &served, &clock, &mut seen).await.is_err());
    assert!(Arc::ptr_eq(&good, &served.get_inner()));
}

#[tokio::test]
async fn error_names_file_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let own = TlsConfig::Files { cert: folder.path().join("a.pem"), key: folder.path().join("b.pem") };
    let message = rustls_config(&own, &ManualClock::new(NOW)).await.unwrap_err().to_string();
    assert!(message.contains("a.pem") && message.contains("Check that"), "{message}");
    fs::write(folder.path().join("a.pem"), "text").unwrap();
    fs::write(folder.path().join("b.pem"), "text").unwrap();
    let message = rustls_config(&own, &ManualClock::new(NOW)).await.unwrap_err().to_string();
    assert!(message.contains("a.pem holds no PEM certificate"), "{message}");
}

#[tokio::test]
async fn uncreatable_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let message =
        rustls_config(&self_signed(&folder.path().join("file/certs")), &ManualClock::new(NOW)).await;
    assert!(message.unwrap_err().to_string().contains("file/certs/"));
}
