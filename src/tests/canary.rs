//! Canaries: no page, header, log line or stored byte may contain a known secret, with `DEBUG=true` on.

use std::path::Path;

use crate::support::{
    CLIENT_SECRET, Gateway, Page, Tiktok,
    process::{Process, free_port},
    supabase::{self, Hold},
};

/// A part of every token and code that the simulator issues.
const MARKER: &str = "CANARYtoken";
/// The middle of the encryption key's base64.
const KEY: &str = "BwcHBwcHBwcHBwcH";

fn assert_clean(what: &str, bytes: &[u8], canaries: &[&str]) {
    for canary in canaries {
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{what} contains {canary}");
    }
}

fn assert_clean_page(path: &str, page: &Page, canaries: &[&str]) {
    assert_clean(path, &page.bytes, canaries);
    for (name, value) in &page.headers {
        assert_clean(&format!("{path}: {name}"), value.as_bytes(), canaries);
    }
}

fn assert_clean_files(folder: &Path, canaries: &[&str]) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += assert_clean_files(&path, canaries);
        } else {
            assert_clean(&path.display().to_string(), &std::fs::read(&path).unwrap(), canaries);
            files += 1;
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaks_with_sqlite() {
    let read = exercise_app(&[("DEBUG", "true")], &[]).await;
    assert!(read >= 3, "database, certificate and log were read");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaks_with_supabase() {
    // A real process claims every revocation that is due, those of other tests too.
    let _hold = Hold::alone().await;
    let gateway = Gateway::start();
    let key = supabase::key();
    let settings = gateway.app_settings();
    let mut changes: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    changes.push(("DEBUG", "true"));
    let read = exercise_app(&changes, &[&key]).await;
    assert!(read >= 2, "certificate and log were read");
    let rows = supabase::rows();
    assert!(rows.contains("v1.test."), "sealed tokens are there");
    assert_clean("the database", rows.as_bytes(), &[MARKER, CLIENT_SECRET, KEY, &key]);
}

/// Runs a login, a replay, a refusal and an event at an app with these settings; returns how many of its
/// files were read.
async fn exercise_app(changes: &[(&str, &str)], more_secrets: &[&str]) -> usize {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), Some(MARKER)).await;
    let process = Process::start(port, port, &tiktok, changes);
    let browser = process.browser();
    let secrets = [&[MARKER, CLIENT_SECRET, KEY], more_secrets].concat();

    let begun = browser.get("/oauth").await;
    assert_clean_page("/oauth", &begun, &secrets);
    let granted = ["user.info.basic", "video.publish"];
    let callback = tiktok.approve(begun.location(), "public", &granted).await;
    assert!(callback.contains(MARKER), "the code is marked, so the test can fail: {callback}");
    let done = browser.get(&callback).await;
    assert_eq!(done.location(), "/profile");
    assert_clean_page("the callback", &done, &secrets);
    // A replay, a refusal by TikTok, a posted callback and an event: each is logged in its own way.
    assert_clean_page("a replay", &browser.get(&callback).await, &secrets);
    tiktok.order("token", serde_json::json!({ "code": "invalid_grant" })).await;
    let refused = browser.log_in(&tiktok, "private").await;
    assert_clean_page("a refusal", &refused, &secrets);
    let json = [("content-type", "application/json")];
    assert_clean_page("an event", &browser.post_body("/webhook", &json, "{}").await, &secrets);
    for path in ["/", "/profile", "/account/export", "/health", "/privacy", "/nothing-here"] {
        assert_clean_page(path, &browser.get(path).await, &secrets);
    }
    let cookie = done.cookie("__Host-session");
    let session = cookie.split(['=', ';']).nth(1).unwrap();
    let state = callback.split("state=").nth(1).unwrap();
    let personal = ["lodie Marchand", "elodie.cuisine"];

    let (code, printed, folder) = process.stop();
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("DEBUG"), "the details are on");
    let everything = [&secrets[..], &[session, state]].concat();
    assert_clean("what was printed", printed.as_bytes(), &[&everything[..], &personal].concat());
    assert!(assert_clean_files(&folder.path().join("logs"), &personal) >= 1);
    assert_clean_files(folder.path(), &everything)
}
