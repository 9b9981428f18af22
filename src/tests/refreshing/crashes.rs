//! A process that dies in the middle of a refresh, or loses its store there: what is where, and who heals
//! it.

use std::{
    fs,
    process::{Command, Output},
    sync::Arc,
};

use creator_connect::{
    domain::{
        ConnectionState::{Connected, Degraded, NeedsReconnect},
        RefreshFailure,
    },
    server::{
        clock::Clock as _,
        refresh::{Report, Step},
        store::{Claim, Store, sqlite::SqliteStore},
    },
};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::{DUE, Scene, Watched, connected};
use crate::support::settings;

/// A process whose refreshes die at `at`; another one looks on, over the same store and journal.
async fn dies(at: Step) -> Scene {
    let killed = Watched(move |step, _: &Claim| assert!(step != at, "killed when {at:?}"));
    let scene = Scene::with(|dependencies| dependencies.steps = Arc::new(killed)).await;
    let report = scene.due_step().await;
    assert_eq!((report.claimed, report.renewed), (1, 0), "it died when {at:?}");
    scene
}

#[tokio::test]
async fn whoever_dies_before_asking_costs_nothing_but_the_lease() {
    for at in [Step::Claimed, Step::Reserved, Step::Asked] {
        let scene = dies(at).await;
        let other = scene.another("journal", |_| {});
        scene.app.later(119);
        assert_eq!(other.step().await, Report::default(), "{at:?}: the lease holds");
        scene.app.later(1);
        assert_eq!(other.step().await.renewed, 1, "{at:?}");
        assert_eq!(scene.stands().await, (Connected, None), "{at:?}");
        assert_eq!(scene.due_step_of(&other).await.renewed, 1, "{at:?}: what is stored is alive");
    }
}

/// The one moment that nothing can guard: TikTok has rotated, and its answer is in no more than a memory.
#[tokio::test]
async fn whoever_dies_with_the_answer_in_memory_alone_loses_it_and_it_is_told_as_such() {
    let scene = dies(Step::Answered).await;
    let other = scene.another("journal", |_| {});
    scene.app.later(120);
    assert_eq!(other.step().await.failed, 1);
    assert_eq!(scene.stands().await, (Degraded, Some(RefreshFailure::AnswerLost)));
    scene.app.later(600);
    assert_eq!(other.step().await.dead, 1);
    assert_eq!(scene.stands().await, (NeedsReconnect, Some(RefreshFailure::AnswerLost)));
}

#[tokio::test]
async fn whoever_dies_with_the_answer_on_the_disk_loses_nothing() {
    for at in [Step::Journalled, Step::Stored] {
        let scene = dies(at).await;
        assert_eq!(scene.waiting("journal"), 1, "{at:?}");
        let other = scene.another("journal", |_| {});
        let report = other.step().await;
        assert_eq!((report.replayed, report.claimed), (1, 0), "{at:?}: it is not even asked again");
        assert_eq!(scene.waiting("journal"), 0, "{at:?}");
        assert_eq!(scene.grant().await.grant.generation, 1, "{at:?}");
        assert_eq!(scene.stands().await, (Connected, None), "{at:?}");
        assert_eq!(scene.due_step_of(&other).await.renewed, 1, "{at:?}: what is stored is alive");
    }
}

/// The journal of a process that stays down is found too late: the verdict has been given.
#[tokio::test]
async fn an_answer_that_turns_up_after_the_verdict_heals_it() {
    let scene = dies(Step::Journalled).await;
    let elsewhere = scene.another("other-journal", |_| {});
    scene.app.later(120);
    elsewhere.step().await;
    scene.app.later(600);
    elsewhere.step().await;
    assert_eq!(scene.stands().await, (NeedsReconnect, Some(RefreshFailure::AnswerLost)));
    assert_eq!(scene.another("journal", |_| {}).step().await.replayed, 1);
    assert_eq!(scene.stands().await, (Connected, None));
    assert_eq!(scene.due_step_of(&elsewhere).await.renewed, 1);
}

#[tokio::test]
async fn an_answer_for_a_grant_that_a_reconnect_has_replaced_is_no_longer_needed() {
    let scene = dies(Step::Journalled).await;
    connected(&scene.app, "public").await;
    let reconnected = scene.grant().await;
    let other = scene.another("journal", |_| {});
    assert_eq!(other.step().await.replayed, 1);
    assert_eq!(scene.grant().await.access_token, reconnected.access_token);
    assert_eq!(scene.waiting("journal"), 0);
    assert_eq!(scene.due_step_of(&other).await.renewed, 1);
}

#[tokio::test]
async fn an_answer_for_a_creator_of_another_store_is_left_for_that_one() {
    let scene = dies(Step::Journalled).await;
    let clock = Arc::clone(&scene.app.clock);
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open(&scene.app.file("other.db"), clock).await.unwrap());
    let there = scene.another("journal", |parts| parts.store = store);
    assert_eq!(there.step().await.replayed, 0);
    assert_eq!(scene.waiting("journal"), 1);
    assert_eq!(scene.another("journal", |_| {}).step().await.replayed, 1);
}

/// Without a place for the answer there is no question.
#[tokio::test]
async fn a_full_journal_stops_the_asking_and_touches_no_grant() {
    let scene = dies(Step::Journalled).await;
    let full = scene.another("journal", |parts| {
        parts.journal = journal_of(&scene, 1);
        parts.store = Arc::clone(&scene.app.state.store);
    });
    let other = connected(&scene.app, "private").await;
    let asked = scene.asked().await;
    // The entry is somebody's who works on it, so that it is not replayed.
    let entry = fs::read_dir(scene.app.file("journal")).unwrap().next().unwrap().unwrap().path();
    let lock = fs::File::open(&entry).unwrap();
    lock.lock().unwrap();
    scene.app.later(DUE);
    assert_eq!(full.step().await.postponed, 2);
    assert_eq!((scene.asked().await, super::stands(&scene.app, &other).await), (asked, (Connected, None)));
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

/// The store goes away between TikTok's answer and the write.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_in_the_journal_while_the_store_is_away() {
    let scene = Scene::new().await;
    let clock = Arc::clone(&scene.app.clock);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&scene.app.file("app.db"), clock).await.unwrap());
    let leaving = Arc::clone(&store);
    let closes = Watched(move |step, _: &Claim| {
        if step == Step::Answered {
            tokio::task::block_in_place(|| Handle::current().block_on(leaving.close()));
        }
    });
    let engine = scene.another("journal", |parts| {
        parts.store = store;
        parts.steps = Arc::new(closes);
    });
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

fn told(scene: &Scene, words: &[&str]) -> String {
    let output = journal(scene, words);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}{}", String::from_utf8_lossy(&output.stderr));
    told
}

#[tokio::test]
async fn the_journal_command_tells_what_waits_and_no_secret() {
    let scene = dies(Step::Journalled).await;
    let listed = told(&scene, &[]);
    assert!(listed.contains(scene.id.as_str()) && listed.contains("test\n"), "{listed}");
    let entries: Value = serde_json::from_str(&told(&scene, &["--json"])).unwrap();
    assert_eq!(entries[0]["creator"], json!(scene.id.as_str()));
    assert_eq!((&entries[0]["generation"], &entries[0]["key_is_there"]), (&json!(0), &json!(true)));
    assert!(!listed.contains("v1.") && !entries.to_string().contains("v1."));
    assert!(told(&scene, &["replay"]).contains("1 written to the store, 0 left"));
    assert_eq!(scene.grant().await.grant.generation, 1);
    assert!(told(&scene, &[]).contains("is empty"));
    assert_eq!(told(&scene, &["--json"]).trim(), "[]");
    fs::remove_dir(scene.app.file("journal")).unwrap();
    assert!(told(&scene, &[]).contains("is empty"), "a folder that is not there is empty");
}

#[tokio::test]
async fn nothing_of_a_refresh_is_written_down_by_the_processes_own_clock() {
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
