//! `creator-connect events` lists, shows and replays failed events, over both stores.

use std::{
    collections::HashMap,
    process::{Command, Output},
    sync::Arc,
};

use creator_connect::server::{
    clock::{Clock as _, SystemClock},
    store::{EventOutcome, EventQuery, EventStatus, ForwardOutcome, NewEvent, Store, sqlite::SqliteStore},
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

/// Runs the command in a folder of its own.
struct CommandRunner {
    settings: HashMap<String, String>,
    folder: TempDir,
}

impl CommandRunner {
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

    /// Runs it, expects success and returns its output.
    fn stdout(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs it, expects failure and returns its error output.
    fn stderr(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

/// Saves and claims an event; returns its row and fence.
async fn save_and_claim(store: &dyn Store, number: u8) -> (i64, i64) {
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

/// Saves an event that is set aside, and one that is undelivered; returns their rows.
async fn save_failed_events(store: &dyn Store) -> (i64, i64) {
    let (aside, fence) = save_and_claim(store, 1).await;
    let poison = EventOutcome::SetAside { error: "poison".to_owned() };
    assert!(store.complete_event(aside, fence, &poison).await.unwrap());
    let (dead, fence) = save_and_claim(store, 2).await;
    let handled = EventOutcome::Handled { forward: true };
    assert!(store.complete_event(dead, fence, &handled).await.unwrap());
    let forward = store.claim_forwards(1, 60).await.unwrap().remove(0);
    let refused = ForwardOutcome::Dead { error: "the receiver responded with 503".to_owned() };
    assert!(store.complete_forward(dead, forward.fence, &refused).await.unwrap());
    (aside, dead)
}

async fn status(store: &dyn Store, row: i64) -> EventStatus {
    let events = store.events(&EventQuery::newest(100)).await.unwrap();
    events.into_iter().find(|event| event.row == row).unwrap().status
}

async fn check_replay(store: &dyn Store, changes: &[(&str, &str)]) {
    let forward = [("EVENT_FORWARD_URL", "https://hooks.example/in"), ("EVENT_FORWARD_SECRET", SECRET)];
    let command = CommandRunner::new(&[changes, &forward].concat());
    let (aside, dead) = save_failed_events(store).await;
    let list = command.stdout(&[]);
    let lines: Vec<_> = list.lines().collect();
    assert!(
        lines[0].contains("undelivered") && lines[0].contains("the receiver responded with 503"),
        "{list}"
    );
    assert!(lines[1].contains("set_aside") && lines[1].contains("poison"), "{list}");
    let line = command.stdout(&["--status", "undelivered", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["row"], json!(dead));
    assert!(line.contains("9007199254740995"), "{line}");
    assert!(command.stdout(&["show", &aside.to_string()]).contains("9007199254740994"));
    assert!(command.stderr(&["show", "999999999"]).contains("There is no event 999999999"));
    assert!(command.stdout(&["replay", &aside.to_string()]).contains("1 of 1 queued again"));
    assert_eq!(status(store, aside).await, EventStatus::Waiting);
    assert!(command.stdout(&["replay", &aside.to_string()]).contains("already in progress"));
    let unconfigured = CommandRunner::new(changes).stderr(&["replay", &dead.to_string()]);
    assert!(unconfigured.contains("EVENT_FORWARD_URL is not set"), "{unconfigured}");
    assert!(command.stdout(&["replay", "--status", "undelivered"]).contains("1 of 1 queued again"));
    assert_eq!(status(store, dead).await, EventStatus::Forwarding);
}

#[tokio::test]
async fn failed_events_are_replayed_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let store = SqliteStore::open(&file, Arc::new(SystemClock)).await.unwrap();
    check_replay(&store, &[("SQLITE_PATH", file.to_str().unwrap())]).await;
}

#[tokio::test]
async fn failed_events_are_replayed_in_supabase() {
    let _hold = Hold::alone().await;
    supabase::reset();
    let gateway = Gateway::start();
    let settings = gateway.app_settings();
    let changes: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    check_replay(&gateway.store().await, &changes).await;
}
