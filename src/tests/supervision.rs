//! The background loops of a served app: one that panics is restarted, and readiness shows it.

use std::{
    fs,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use creator_connect::server::{
    clock::SystemClock, config::TlsConfig, fail_points::subject, heartbeats::Loop, startup, tls,
};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{receiver::Receiver, station::Station, until};

/// An app that runs every loop: it forwards events and has a certificate.
async fn every_loop(folder: &TempDir, receiver: &Receiver) -> Station {
    let dir = folder.path().to_owned();
    let names = vec!["localhost".to_owned()];
    tls::certificate(&TlsConfig::SelfSigned { dir, names }, &SystemClock).await.unwrap();
    let file = |name: &str| fs::canonicalize(folder.path().join(name)).unwrap().to_str().unwrap().to_owned();
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    let own = [
        ("TLS_MODE", "files"),
        ("TLS_CERT", &*cert),
        ("TLS_KEY", &*key),
        ("NOTIFY_URL", "http://127.0.0.1:9/"),
    ];
    Station::start(&[&own[..], &receiver.settings()[..]].concat()).await
}

/// What readiness says fails.
async fn failing(station: &Station) -> Vec<String> {
    let readiness = serde_json::to_value(station.state.health.readiness().await).unwrap();
    assert_eq!(readiness["status"] == json!("ready"), readiness["failing"] == json!([]));
    serde_json::from_value(readiness["failing"].clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn panicking_loops_are_shown_and_restarted() {
    let (folder, receiver) = (tempfile::tempdir().unwrap(), Receiver::start().await);
    let station = every_loop(&folder, &receiver).await;
    let is_broken = Arc::new(AtomicBool::new(true));
    let (own, breaks) = (format!("{:p}", station.state.heartbeats), Arc::clone(&is_broken));
    let panics = move || assert!(!(breaks.load(Ordering::SeqCst) && subject().ends_with(&own)), "a bug");
    fail::cfg_callback("loop::turn", panics).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let served = tokio::spawn(startup::run(listener, station.state.clone(), std::future::pending()));

    let all = Loop::ALL.map(|task| task.name().to_owned()).to_vec();
    until("every loop has ended", || async { failing(&station).await == all }).await;
    is_broken.store(false, Ordering::SeqCst);
    until("every loop runs again", || async { failing(&station).await.is_empty() }).await;
    assert!(Loop::ALL.iter().all(|task| station.state.heartbeats.age_seconds(*task).is_some()));
    served.abort();
}
