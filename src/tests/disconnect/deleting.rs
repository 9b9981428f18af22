//! Deletion of all data of a creator.

use std::{fs, path::Path};

use creator_connect::server::{
    disconnect::revocation_step,
    store::{EventQuery, EventStatus},
};
use serde_json::json;

use super::number_of;
use crate::support::{
    App, Browser, Gateway, Page, SIGN_IN_FIRST, Tiktok,
    process::{Process, free_port},
    supabase::{self, Hold},
    until,
};

/// The names of the creator `public`.
const NAMES: [&str; 2] = ["lodie Marchand", "elodie.cuisine"];

/// Deletes everything, and returns the receipt.
async fn delete(browser: &Browser) -> Page {
    let page = browser.post("/api/delete_everything", &[]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/disconnected"), "{}", page.text);
    browser.get("/disconnected").await
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The files under a folder that contain a text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if contains(&fs::read(&path).unwrap(), text) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn deletion_leaves_nothing_and_signs_out_every_browser() {
    let app = App::start().await;
    let (phone, laptop) = (app.signed_in("public").await, app.signed_in("public").await);
    let creator = app.creator(&phone).await;
    let receipt = delete(&phone).await;
    for words in ["Everything about you is deleted", "TikTok confirmed it", "Nothing"] {
        assert!(receipt.text.contains(words), "{words}: {}", receipt.text);
    }
    assert!(!receipt.text.contains("href=\"/profile\""), "there is no profile to go to");
    assert!(app.state.store.creator(&creator).await.unwrap().is_none());
    for browser in [&phone, &laptop] {
        assert_eq!(browser.get("/profile").await.location(), SIGN_IN_FIRST);
    }
    assert_eq!(laptop.get("/disconnected").await.location(), "/", "the receipt is in one browser");
    assert_eq!(number_of(&phone.get("/disconnected").await), number_of(&receipt));
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test]
async fn deletion_renews_the_session_of_the_receipt() {
    let app = App::start().await;
    let browser = app.browser();
    let id = |page: &Page| page.cookie("__Host-session").split(';').next().unwrap().to_owned();
    let before = id(&browser.log_in(&app.tiktok, "public").await);
    let left = browser.post("/api/delete_everything", &[]).await;
    let after = id(&left);
    assert!(after.len() > 20 && after != before, "{before} {after}");
    let thief = app.browser();
    assert_eq!(thief.get_with("/disconnected", &[("cookie", &before)]).await.location(), "/");
}

#[tokio::test]
async fn deletion_keeps_the_data_of_other_creators() {
    let app = App::start().await;
    let (browser, other) = (app.signed_in("public").await, app.signed_in("private").await);
    delete(&browser).await;
    assert!(other.get("/profile").await.text.contains("Everything’s working"));
    assert_eq!(app.tiktok.authorised().await, ["private"]);
}

#[tokio::test]
async fn disconnected_creator_can_delete_the_rest() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    super::disconnect(&browser, "keep").await;
    let receipt = delete(&browser).await;
    assert!(receipt.text.contains("Everything about you is deleted"), "{}", receipt.text);
    assert!(receipt.text.contains("nothing left to tell TikTok"), "{}", receipt.text);
}

#[tokio::test]
async fn deleted_creator_reconnects_as_a_new_creator() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let before = app.creator(&browser).await;
    delete(&browser).await;
    assert_eq!(browser.log_in(&app.tiktok, "public").await.location(), "/profile");
    assert_ne!(app.creator(&browser).await, before);
}

/// Waits until TikTok's own event of the end is handled, and no other event is pending.
async fn all_events_handled(app: &App) {
    until("all events are handled", || async {
        let events = app.state.store.events(&EventQuery::newest(100)).await.unwrap();
        events.iter().any(|event| event.name == "authorization.removed")
            && events.iter().all(|event| event.status == EventStatus::Done)
    })
    .await;
}

#[tokio::test]
async fn database_file_has_no_trace_after_the_revocation() {
    let mut app = App::start().await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    let stored = app.state.store.creator(&creator).await.unwrap().unwrap();
    app.tiktok.order("revoke", json!({ "status": 503 })).await;
    let receipt = delete(&browser).await;
    assert!(receipt.text.contains("Nothing, except what we need to tell TikTok"), "{}", receipt.text);
    app.later(40);
    assert_eq!(revocation_step(&app.state.disconnect).await, 1);
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
    all_events_handled(&app).await;
    app.stop().await.unwrap();
    let file = fs::read(app.file("app.db")).unwrap();
    let traces = [stored.open_id.as_str(), creator.as_str(), stored.union_id.as_deref().unwrap(), "v1.test."];
    for trace in NAMES.iter().chain(&traces) {
        assert!(!contains(&file, trace), "the file holds {trace}");
    }
    assert!(!app.file("app.db-wal").exists(), "and there is no WAL file");
}

#[tokio::test(flavor = "multi_thread")]
async fn supabase_has_no_trace_after_the_revocation() {
    let _hold = Hold::alone().await;
    supabase::reset();
    let gateway = Gateway::start();
    let app = App::start_over(&gateway).await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    let open_id = app.state.store.creator(&creator).await.unwrap().unwrap().open_id;
    app.tiktok.order("revoke", json!({ "status": 503 })).await;
    delete(&browser).await;
    let waiting = supabase::rows();
    assert!(waiting.contains(open_id.as_str()), "the revocation waits: {waiting}");
    assert!(!NAMES.iter().any(|name| waiting.contains(name)), "{waiting}");
    supabase::query("UPDATE public.revocations SET next_try_at = clock_timestamp();");
    assert_eq!(revocation_step(&app.state.disconnect).await, 1);
    all_events_handled(&app).await;
    let left = supabase::rows();
    for trace in [open_id.as_str(), creator.as_str(), "v1.test."] {
        assert!(!left.contains(trace), "{trace}: {left}");
    }
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn log_has_no_name_of_a_deleted_creator() {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    let process = Process::start(port, port, &tiktok, &[("DEBUG", "true")]);
    let browser = process.browser();
    browser.log_in(&tiktok, "public").await;
    let profile = browser.get("/profile").await.text;
    assert!(profile.contains(NAMES[1]), "the test can fail");
    let creator = crate::login::creator_of(&profile);
    browser.get(&format!("/avatar/{creator}")).await;
    browser.post("/api/refresh_now", &[]).await;
    let receipt = delete(&browser).await;
    let (code, printed, folder) = process.stop();
    assert_eq!(code, Some(0), "{printed}");
    for name in NAMES {
        assert!(!printed.contains(name), "printed: {name}");
        assert_eq!(files_with(folder.path(), name), [""; 0], "{name}");
    }
    let logs = folder.path().join("logs");
    assert!(!files_with(&logs, &number_of(&receipt)).is_empty(), "the receipt can be looked for");
}
