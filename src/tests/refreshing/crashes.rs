//! A process that crashes during a refresh, or loses its store: where the tokens are, and how they are recovered.

use std::{
    fs,
    process::{Command, Output},
    sync::Arc,
};

use creator_connect::{
    domain::{
        ConnectionState::{Connected, Degraded, NeedsReconnect},
        CreatorId, RefreshFailure,
    },
    server::{
        clock::Clock as _,
        disconnect::{delete_everything, revocation_step},
        refresh::Report,
        store::{Store, sqlite::SqliteStore},
    },
};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::{DUE, Scene, connected};
use crate::support::{
    fail_points::{once_at, panic_at},
    settings,
};

/// An app whose refresh panics at a fail point; another engine goes on over the same store and journal.
async fn crash_at(step: &'static str) -> Scene {
    let scene = Scene::new().await;
    panic_at(step, &scene.id);
    let report = scene.due_step().await;
    assert_eq!((report.claimed, report.renewed), (1, 0), "it died at {step}");
    scene
}

#[tokio::test]
async fn crash_before_request_costs_only_the_lease() {
    for at in ["refresh::claimed", "refresh::reserved", "refresh::requested"] {
        let scene = crash_at(at).await;
        let other = scene.another("journal", |_| {});
        scene.app.later(119);
        assert_eq!(other.step().await, Report::default(), "{at}: the lease holds");
        scene.app.later(1);
        assert_eq!(other.step().await.renewed, 1, "{at}");
        assert_eq!(scene.grant_state().await, (Connected, None), "{at}");
        assert_eq!(scene.due_step_of(&other).await.renewed, 1, "{at}: what is stored is alive");
    }
}

/// The one crash that costs a grant: TikTok has rotated the token, and the response is only in memory.
#[tokio::test]
async fn crash_with_response_in_memory_ends_as_answer_lost() {
    let scene = crash_at("refresh::responded").await;
    let other = scene.another("journal", |_| {});
    scene.app.later(120);
    assert_eq!(other.step().await.failed, 1);
    assert_eq!(scene.grant_state().await, (Degraded, Some(RefreshFailure::AnswerLost)));
    scene.app.later(600);
    assert_eq!(other.step().await.dead, 1);
    assert_eq!(scene.grant_state().await, (NeedsReconnect, Some(RefreshFailure::AnswerLost)));
}

#[tokio::test]
async fn crash_with_response_on_disk_loses_nothing() {
    for at in ["refresh::journalled", "refresh::stored"] {
        let scene = crash_at(at).await;
        assert_eq!(scene.waiting("journal"), 1, "{at}");
        let other = scene.another("journal", |_| {});
        let report = other.step().await;
        assert_eq!((report.replayed, report.claimed), (1, 0), "{at}: it is not even asked again");
        assert_eq!(scene.waiting("journal"), 0, "{at}");
        assert_eq!(scene.grant().await.grant.generation, 1, "{at}");
        assert_eq!(scene.grant_state().await, (Connected, None), "{at}");
        assert_eq!(scene.due_step_of(&other).await.renewed, 1, "{at}: what is stored is alive");
    }
}

/// The journal of a process that stays down is replayed after the verdict.
#[tokio::test]
async fn response_replayed_after_the_verdict_restores_the_grant() {
    let scene = crash_at("refresh::journalled").await;
    let elsewhere = scene.another("other-journal", |_| {});
    scene.app.later(120);
    elsewhere.step().await;
    scene.app.later(600);
    elsewhere.step().await;
    assert_eq!(scene.grant_state().await, (NeedsReconnect, Some(RefreshFailure::AnswerLost)));
    assert_eq!(scene.another("journal", |_| {}).step().await.replayed, 1);
    assert_eq!(scene.grant_state().await, (Connected, None));
    assert_eq!(scene.due_step_of(&elsewhere).await.renewed, 1);
}

#[tokio::test]
async fn response_for_a_replaced_grant_is_discarded() {
    let scene = crash_at("refresh::journalled").await;
    connected(&scene.app, "public").await;
    let reconnected = scene.grant().await;
    let other = scene.another("journal", |_| {});
    assert_eq!(other.step().await.replayed, 1);
    assert_eq!(scene.grant().await.access_token, reconnected.access_token);
    assert_eq!(scene.waiting("journal"), 0);
    assert_eq!(scene.due_step_of(&other).await.renewed, 1);
}

#[tokio::test]
async fn response_for_another_store_is_kept_for_that_store() {
    let scene = crash_at("refresh::journalled").await;
    let clock = Arc::clone(&scene.app.clock);
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open(&scene.app.file("other.db"), clock).await.unwrap());
    let there = scene.another("journal", |parts| parts.store = store);
    assert_eq!(there.step().await.replayed, 0);
    assert_eq!(scene.waiting("journal"), 1);
    assert_eq!(scene.another("journal", |_| {}).step().await.replayed, 1);
}

#[tokio::test]
async fn response_of_a_deleted_creator_goes_to_its_revocation() {
    let scene = crash_at("refresh::journalled").await;
    let app = &scene.app;
    app.tiktok.order_times("revoke", json!({ "status": 503 }), 1).await;
    let receipt = delete_everything(&app.state.disconnect, &scene.id).await.unwrap().unwrap();
    assert!(receipt.was_connected);
    assert_eq!(scene.another("journal", |_| {}).step().await.replayed, 1);
    assert_eq!(scene.waiting("journal"), 0, "no live token stays on the disk");
    app.later(3600);
    revocation_step(&app.state.disconnect).await;
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
    assert_eq!(app.tiktok.count("refresh").await, 1, "the tokens of the response were used");
}

#[tokio::test]
async fn unreadable_entry_keeps_no_other_waiting() {
    let scene = crash_at("refresh::journalled").await;
    // It sorts before every entry, and cannot be opened.
    let unreadable = format!("{}.0.0.0.answer", CreatorId::from_u128(0));
    fs::create_dir(scene.app.file("journal").join(unreadable)).unwrap();
    let other = scene.another("journal", |_| {});
    assert_eq!(other.step().await.replayed, 1);
    assert_eq!(scene.grant().await.grant.generation, 1);
}

/// Without space for the response there is no request.
#[tokio::test]
async fn full_journal_stops_requests_and_changes_no_grant() {
    let scene = crash_at("refresh::journalled").await;
    let full = scene.another("journal", |parts| {
        parts.journal = journal_of(&scene, 1);
        parts.store = Arc::clone(&scene.app.state.store);
    });
    let other = connected(&scene.app, "private").await;
    let asked = scene.refresh_requests().await;
    // Another process has locked the entry, so that it is not replayed.
    let entry = fs::read_dir(scene.app.file("journal")).unwrap().next().unwrap().unwrap().path();
    let lock = fs::File::open(&entry).unwrap();
    lock.lock().unwrap();
    scene.app.later(DUE);
    assert_eq!(full.step().await.postponed, 2);
    assert_eq!(
        (scene.refresh_requests().await, super::grant_state(&scene.app, &other).await),
        (asked, (Connected, None))
    );
    drop(lock);
    scene.app.later(60);
    let report = full.step().await;
    assert_eq!((report.replayed, report.renewed), (1, 2));
}

fn journal_of(scene: &Scene, most: usize) -> creator_connect::server::refresh::journal::Journal {
    let state = &scene.app.state;
    let (vault, entropy) = (Arc::clone(&state.vault), Arc::clone(&state.entropy));
    creator_connect::server::refresh::journal::Journal::open(&scene.app.file("journal"), most, vault, entropy)
        .unwrap()
}

/// The store becomes unavailable between TikTok's response and the write.
#[tokio::test(flavor = "multi_thread")]
async fn response_waits_in_the_journal_while_store_is_down() {
    let scene = Scene::new().await;
    let clock = Arc::clone(&scene.app.clock);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&scene.app.file("app.db"), clock).await.unwrap());
    let leaving = Arc::clone(&store);
    once_at("refresh::responded", &scene.id, move || {
        tokio::task::block_in_place(|| Handle::current().block_on(leaving.close()));
    });
    let engine = scene.another("journal", |parts| parts.store = store);
    let report = scene.due_step_of(&engine).await;
    assert_eq!(report.renewed, 1, "whoever waits has the token all the same");
    assert_eq!((scene.waiting("journal"), scene.grant().await.grant.generation), (1, 0));
    assert_eq!(engine.step().await, Report::default(), "it stays away");
    assert_eq!(scene.waiting("journal"), 1);
    assert_eq!(scene.step().await.replayed, 1, "it is back");
    assert_eq!((scene.waiting("journal"), scene.grant().await.grant.generation), (0, 1));
    assert_eq!(scene.due_step().await.renewed, 1);
}

fn journal(scene: &Scene, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_creator-connect"))
        .arg("journal")
        .args(words)
        .current_dir(scene.app.folder().path())
        .env_clear()
        .envs(settings(&scene.app.origin, &scene.app.tiktok.origin, scene.app.folder()))
        .output()
        .unwrap()
}

fn journal_output(scene: &Scene, words: &[&str]) -> String {
    let output = journal(scene, words);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[tokio::test]
async fn journal_command_lists_entries_and_no_secret() {
    let scene = crash_at("refresh::journalled").await;
    let listed = journal_output(&scene, &[]);
    assert!(listed.contains(scene.id.as_str()) && listed.contains("test\n"), "{listed}");
    let entries: Value = serde_json::from_str(&journal_output(&scene, &["--json"])).unwrap();
    assert_eq!(entries[0]["creator"], json!(scene.id.as_str()));
    assert_eq!((&entries[0]["generation"], &entries[0]["key_is_there"]), (&json!(0), &json!(true)));
    assert!(!listed.contains("v1.") && !entries.to_string().contains("v1."));
    assert!(journal_output(&scene, &["replay"]).contains("1 written to the store, 0 left"));
    assert_eq!(scene.grant().await.grant.generation, 1);
    assert!(journal_output(&scene, &[]).contains("is empty"));
    assert_eq!(journal_output(&scene, &["--json"]).trim(), "[]");
    fs::remove_dir(scene.app.file("journal")).unwrap();
    assert!(journal_output(&scene, &[]).contains("is empty"), "a folder that is not there is empty");
}

#[tokio::test]
async fn stored_timestamps_do_not_use_the_process_clock() {
    for jump in [86_400, -86_400] {
        let scene = Scene::new().await;
        let wrong = Arc::new(creator_connect::server::clock::ManualClock::new(
            scene.app.clock.now().plus_seconds(jump),
        ));
        let engine = scene.another("other-journal", |parts| parts.clock = wrong);
        scene.app.later(DUE);
        let now = scene.app.clock.now();
        assert_eq!(engine.step().await.renewed, 1);
        let grant = scene.grant().await;
        assert!((0..60).contains(&grant.refreshed_at.seconds_since(now)), "{jump}: {:?}", grant.refreshed_at);
        assert_eq!(grant.grant_status.access_expires_at, grant.refreshed_at.plus_seconds(7200), "{jump}");
        let creator = scene.app.state.store.creator(&scene.id).await.unwrap().unwrap();
        let due = creator.grant.unwrap().due_at.unwrap().seconds_since(now);
        assert!((4500..=5160).contains(&due), "{jump}: due in {due} s");
    }
}
