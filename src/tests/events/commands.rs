//! `creator-connect events`: what was given up is listed, shown and brought back, over either store.

use std::{
    collections::HashMap,
    process::{Command, Output},
    sync::Arc,
};

use creator_connect::server::{
    clock::{Clock as _, SystemClock},
    store::{EventOutcome, EventStatus, ForwardOutcome, NewEvent, Store, sqlite::SqliteStore},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    CLIENT_KEY, Gateway,
    delivery::body,
    receiver::SECRET,
    settings,
    supabase::{self, Hold},
};

/// The operator at the console, in a folder of their own.
struct Console {
    settings: HashMap<String, String>,
    folder: TempDir,
}

impl Console {
    fn new(changes: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings("https://localhost:5000", "http://127.0.0.1:9", &folder);
        settings.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self { settings, folder }
    }

    fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_creator-connect"))
            .arg("events")
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(&self.settings)
            .output()
            .unwrap()
    }

    /// What it prints when it succeeds.
    fn says(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Why it fails.
    fn refuses(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

/// Saves an event and answers it as it is claimed.
async fn claimed(store: &dyn Store, number: u8) -> (i64, i64) {
    let content = json!({ "post_id": 9_007_199_254_740_993_u64 + u64::from(number) });
    let event = NewEvent {
        id: format!("00000000-0000-4000-8000-0000000000{number:02}"),
        digest: format!("digest {number}"),
        client_key: CLIENT_KEY.to_owned(),
        name: "post.publish.complete".to_owned(),
        open_id: None,
        created_at: SystemClock.now(),
        received_at: SystemClock.now(),
        body: body("post.publish.complete", 7, &content),
    };
    assert!(store.save_event(&event).await.unwrap());
    let event = store.claim_events(1, 60).await.unwrap().remove(0);
    (event.row, event.fence)
}

/// An event that could not be handled, and one that could not be passed on; answers their rows.
async fn given_up(store: &dyn Store) -> (i64, i64) {
    let (aside, fence) = claimed(store, 1).await;
    let poison = EventOutcome::SetAside { error: "poison".to_owned() };
    assert!(store.complete_event(aside, fence, &poison).await.unwrap());
    let (dead, fence) = claimed(store, 2).await;
    let handled = EventOutcome::Handled { forward: true };
    assert!(store.complete_event(dead, fence, &handled).await.unwrap());
    let forward = store.claim_forwards(1, 60).await.unwrap().remove(0);
    let refused = ForwardOutcome::Dead { error: "the receiver answered 503".to_owned() };
    assert!(store.complete_forward(dead, forward.fence, &refused).await.unwrap());
    (aside, dead)
}

async fn status(store: &dyn Store, row: i64) -> EventStatus {
    let events = store.events(None, None, 100).await.unwrap();
    events.into_iter().find(|event| event.row == row).unwrap().status
}

async fn what_was_given_up_comes_again_by_command(store: &dyn Store, changes: &[(&str, &str)]) {
    let forward = [("EVENT_FORWARD_URL", "https://hooks.example/in"), ("EVENT_FORWARD_SECRET", SECRET)];
    let console = Console::new(&[changes, &forward].concat());
    let (aside, dead) = given_up(store).await;
    let list = console.says(&[]);
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].contains("undelivered") && lines[0].contains("the receiver answered 503"), "{list}");
    assert!(lines[1].contains("set_aside") && lines[1].contains("poison"), "{list}");
    let line = console.says(&["--status", "undelivered", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["row"], json!(dead));
    assert!(line.contains("9007199254740995"), "{line}");
    assert!(console.says(&["show", &aside.to_string()]).contains("9007199254740994"));
    assert!(console.refuses(&["show", "999999999"]).contains("There is no event 999999999"));
    assert!(console.says(&["replay", &aside.to_string()]).contains("1 of 1 queued again"));
    assert_eq!(status(store, aside).await, EventStatus::Waiting);
    assert!(console.says(&["replay", &aside.to_string()]).contains("already in progress"));
    let nowhere = Console::new(changes).refuses(&["replay", &dead.to_string()]);
    assert!(nowhere.contains("EVENT_FORWARD_URL is not set"), "{nowhere}");
    assert!(console.says(&["replay", "--status", "undelivered"]).contains("1 of 1 queued again"));
    assert_eq!(status(store, dead).await, EventStatus::Forwarding);
}

#[tokio::test]
async fn in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let store = SqliteStore::open(&file, Arc::new(SystemClock)).await.unwrap();
    what_was_given_up_comes_again_by_command(&store, &[("SQLITE_PATH", file.to_str().unwrap())]).await;
}

#[tokio::test]
async fn in_supabase() {
    let _hold = Hold::alone().await;
    supabase::reset();
    let gateway = Gateway::start();
    let settings = gateway.app_settings();
    let changes: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    what_was_given_up_comes_again_by_command(&gateway.store().await, &changes).await;
}
