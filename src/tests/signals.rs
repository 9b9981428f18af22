//! Signals to a real process.

use std::fs;

use tokio::net::TcpListener;

use crate::support::{
    Tiktok,
    process::{Process, free_port},
    settings, until,
};

async fn process() -> (Process, Tiktok) {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    (Process::start(port, port, &tiktok, &[]), tiktok)
}

#[tokio::test(flavor = "multi_thread")]
async fn hangup_ends_nothing_and_reopens_the_log() {
    let (process, tiktok) = process().await;
    let browser = process.browser();
    assert_eq!(browser.log_in(&tiktok, "public").await.location(), "/profile");
    let logs = process.folder().path().join("logs");
    let log = logs.join("creator-connect.log");
    until("the log is written", || async { log.exists() }).await;
    fs::rename(&log, logs.join("moved.log")).unwrap();
    process.signal("HUP");
    until("the log is opened again", || async {
        browser.get("/profile").await;
        log.exists()
    })
    .await;
    assert_eq!(browser.get("/profile").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn terminate_ends_an_idle_process_with_success() {
    let (mut process, _tiktok) = process().await;
    process.signal("TERM");
    let (code, printed) = process.wait();
    assert_eq!(code, Some(0), "{printed}");
}

/// As a plain process, and as process 1 of a container, which signals without a handler do not reach.
#[tokio::test(flavor = "multi_thread")]
async fn terminate_ends_a_process_that_still_starts() {
    for launcher in [&[] as &[&str], &["unshare", "--pid", "--fork"]] {
        // It accepts connections and never responds.
        let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", store.local_addr().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings("https://localhost:5000", "http://127.0.0.1:1", &folder);
        for (name, value) in
            [("STORE", "supabase"), ("SUPABASE_URL", &url), ("SUPABASE_KEY", "sb_secret_canary")]
        {
            settings.insert(name.to_owned(), value.to_owned());
        }
        let mut process = Process::spawn(launcher, free_port(), folder, &settings);
        let connection = store.accept().await.unwrap();
        process.signal("TERM");
        let (code, printed) = process.wait();
        assert_eq!(code, Some(0), "{launcher:?}: {printed}");
        drop(connection);
    }
}
