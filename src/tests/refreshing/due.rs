//! Due grants are refreshed exactly once, by one of the processes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use creator_connect::{
    domain::{ConnectionState, RefreshFailure, Timestamp},
    server::{
        clock::Clock as _,
        config::EncryptionKey,
        entropy::SystemEntropy,
        refresh::{RefreshConfig, Report, STEPS},
        vault::Vault,
    },
};
use secrecy::SecretBox;
use serde_json::json;

use super::{DUE, Scene, connected};
use crate::support::fail_points::{block_at, on_step};

#[tokio::test]
async fn grant_is_refreshed_when_due_and_not_before() {
    let scene = Scene::new().await;
    let before = scene.grant().await;
    assert_eq!(scene.step().await, Report::default());
    assert_eq!(scene.due_step().await, Report { claimed: 1, renewed: 1, ..Report::default() });
    let after = scene.grant().await;
    assert_eq!(after.grant.generation, before.grant.generation + 1);
    assert_ne!(after.access_token, before.access_token);
    assert_ne!(after.refresh_token, before.refresh_token, "TikTok has rotated it");
    assert_eq!(after.grant_status.access_expires_at, after.refreshed_at.plus_seconds(7200));
    // The clock of this test stands still, but the time that a slow machine needs until the request is added.
    assert!((0..60).contains(&after.refreshed_at.seconds_since(scene.app.clock.now())));
    assert_eq!(scene.step().await, Report::default(), "it is not due again");
    for _ in 0..3 {
        assert_eq!(scene.due_step().await.renewed, 1);
    }
    assert_eq!(scene.refresh_requests().await, 4);
    assert_eq!(scene.waiting("journal"), 0, "the journal is empty when all is well");
}

#[tokio::test]
async fn refresh_does_not_move_the_expiry_of_the_consent() {
    let scene = Scene::new().await;
    let before = scene.grant().await.grant_status.refresh_expires_at.unwrap();
    scene.app.tiktok.advance(DUE).await;
    scene.due_step().await;
    let after = scene.grant().await.grant_status.refresh_expires_at.unwrap();
    assert!(after.seconds_since(before).abs() < 300, "{before:?} {after:?}");
}

#[tokio::test]
async fn refresh_token_without_rotation_is_reused() {
    let scene = Scene::new().await;
    scene.app.tiktok.set(json!({ "rotate": false })).await;
    for _ in 0..3 {
        assert_eq!(scene.due_step().await.renewed, 1);
    }
}

#[tokio::test]
async fn concurrent_steps_refresh_once() {
    let scene = Scene::new().await;
    scene.app.later(DUE);
    let (first, second) = tokio::join!(scene.step(), scene.step());
    assert_eq!(first.renewed + second.renewed, 1);
    assert_eq!(scene.refresh_requests().await, 1);
}

#[tokio::test]
async fn two_processes_refresh_each_grant_once() {
    let scene = Scene::new().await;
    for creator in ["private", "hostile", "banned", "long-video", "no-avatar"] {
        connected(&scene.app, creator).await;
    }
    let other = scene.another("other-journal", |_| {});
    scene.app.later(DUE);
    let (first, second) = tokio::join!(scene.step(), other.step());
    assert_eq!((first.renewed + second.renewed, scene.refresh_requests().await), (6, 6));
}

#[tokio::test]
async fn expired_consent_needs_a_reconnect_without_a_request() {
    let scene = Scene::new().await;
    for _ in 0..180 {
        scene.app.later(86_400);
        scene.app.tiktok.advance(86_400).await;
        scene.step().await;
    }
    let asked = scene.refresh_requests().await;
    scene.app.later(DUE);
    let report = scene.step().await;
    assert!(report.dead <= 1);
    assert_eq!(
        scene.grant_state().await,
        (ConnectionState::NeedsReconnect, Some(RefreshFailure::ConsentEnded))
    );
    assert_eq!(scene.refresh_requests().await, asked);
    connected(&scene.app, "public").await;
    assert_eq!(scene.grant_state().await, (ConnectionState::Connected, None), "a reconnect heals it");
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnect_during_a_refresh_wins() {
    let scene = Scene::new().await;
    let (mut arrival, go) = block_at("refresh::responded", &scene.id);
    scene.app.later(DUE);
    let step = tokio::spawn({
        let refresher = Arc::clone(&scene.app.state.refresher);
        async move { refresher.step().await }
    });
    arrival.recv().await.unwrap();
    connected(&scene.app, "public").await;
    let reconnected = scene.grant().await;
    go.send(()).unwrap();
    assert_eq!(step.await.unwrap().overtaken, 1);
    let after = scene.grant().await;
    assert_eq!(after.grant, reconnected.grant);
    assert_eq!(after.access_token, reconnected.access_token);
    assert_eq!(scene.grant_state().await, (ConnectionState::Connected, None));
    assert_eq!(scene.waiting("journal"), 0);
}

#[tokio::test]
async fn token_without_its_key_is_logged_and_stays_connected() {
    let scene = Scene::new().await;
    let key = EncryptionKey { id: "other".to_owned(), key: SecretBox::new(Box::new([9; 32])) };
    let without = scene.another("other-journal", |parts| {
        parts.vault = Arc::new(Vault::new(&[key], Arc::new(SystemEntropy)));
    });
    scene.app.later(DUE);
    assert_eq!(without.step().await.failed, 1);
    assert_eq!(scene.grant_state().await, (ConnectionState::Connected, Some(RefreshFailure::Unreadable)));
    assert_eq!(scene.refresh_requests().await, 0);
    scene.app.later(300);
    assert_eq!(scene.step().await.renewed, 1, "with the key it works again");
    assert_eq!(scene.grant_state().await, (ConnectionState::Connected, None));
}

#[tokio::test]
async fn grant_of_another_app_is_not_refreshed() {
    let scene = Scene::new().await;
    let tiktok = scene.tiktok(|config| config.client_key = "another-app".to_owned());
    let other = scene.another("other-journal", |parts| parts.tiktok = tiktok);
    scene.app.later(DUE);
    assert_eq!(other.step().await.postponed, 1);
    assert_eq!(scene.grant_state().await, (ConnectionState::Connected, None));
    assert_eq!(scene.refresh_requests().await, 0);
    scene.app.later(30);
    assert_eq!(scene.step().await.renewed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn loop_stores_its_last_responses_before_it_stops() {
    let mut scene = Scene::with(|dependencies| {
        dependencies.refresh_config =
            RefreshConfig { tick: Some(Duration::from_millis(20)), ..RefreshConfig::default() };
    })
    .await;
    let (mut arrival, go) = block_at("refresh::responded", &scene.id);
    scene.app.later(DUE);
    arrival.recv().await.unwrap();
    let now = scene.app.clock.now();
    let stopped = tokio::spawn(async move {
        scene.app.stop().await.unwrap();
        scene
    });
    go.send(()).unwrap();
    let scene = stopped.await.unwrap();
    let grant = reopened(&scene, now).await;
    assert_eq!(grant.grant.generation, 1, "the answer that came last is stored");
}

/// The grant in the database file of a stopped app.
async fn reopened(scene: &Scene, now: Timestamp) -> creator_connect::server::store::StoredGrant {
    use creator_connect::server::{
        clock::ManualClock,
        store::{GrantStore as _, sqlite::SqliteStore},
    };

    let clock = Arc::new(ManualClock::new(now));
    let store = SqliteStore::open(&scene.app.file("app.db"), clock).await.unwrap();
    store.active_grant(&scene.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn refresh_reaches_every_step_in_order() {
    let reached = Arc::new(Mutex::new(Vec::new()));
    let scene = Scene::new().await;
    for step in STEPS {
        let seen = Arc::clone(&reached);
        on_step(step, &scene.id, move || seen.lock().unwrap().push(step));
    }
    scene.due_step().await;
    assert_eq!(*reached.lock().unwrap(), STEPS);
}
