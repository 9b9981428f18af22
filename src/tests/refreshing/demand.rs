//! Refresh on demand: a valid token for a caller.

use std::{sync::Arc, time::Duration};

use creator_connect::{
    domain::{CreatorId, RefreshFailure},
    server::{
        clock::Clock as _,
        refresh::{RefreshConfig, RefreshError},
    },
};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::runtime::Handle;

use super::{DUE, Scene};
use crate::support::fail_points::{block_at, once_at};

impl Scene {
    /// A token that is valid for at least `seconds`, as text.
    async fn token(&self, seconds: i64) -> Result<String, RefreshError> {
        let token = self.app.state.refresher.token(&self.id, seconds).await?;
        Ok(token.access_token.expose_secret().to_owned())
    }
}

#[tokio::test]
async fn stored_token_that_is_valid_long_enough_is_returned() {
    let scene = Scene::new().await;
    let token = scene.app.state.refresher.token(&scene.id, 7200).await.unwrap();
    assert_eq!(token.expires_at, scene.app.clock.now().plus_seconds(7200));
    assert_eq!(
        (token.token_type.as_str(), token.scopes.to_string().as_str()),
        ("Bearer", "user.info.basic,video.publish")
    );
    assert_eq!(scene.refresh_requests().await, 0);
    assert!(!format!("{token:?}").contains(token.access_token.expose_secret()));
}

#[tokio::test]
async fn token_that_expires_too_soon_is_refreshed_first() {
    let scene = Scene::new().await;
    let first = scene.token(60).await.unwrap();
    scene.app.later(7200 - 59);
    let second = scene.token(60).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(scene.token(7200).await.unwrap(), second, "it is the one that is stored");
    assert_eq!(scene.refresh_requests().await, 1);
    let longest = scene.token(10_000).await.unwrap();
    assert_ne!(longest, second, "TikTok has none that lives longer, so a new one must do");
}

#[tokio::test]
async fn refresh_now_refreshes_a_grant_that_is_not_due() {
    let scene = Scene::new().await;
    let first = scene.token(60).await.unwrap();
    let second = scene.app.state.refresher.refresh_now(&scene.id).await.unwrap();
    assert_ne!(first, second.access_token.expose_secret());
    assert_eq!((scene.refresh_requests().await, scene.grant().await.grant.generation), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_callers_share_one_refresh() {
    let scene = Scene::new().await;
    scene.app.later(7200);
    scene.app.tiktok.order("refresh", json!({ "delay_ms": 200 })).await;
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let (refresher, id) = (Arc::clone(&scene.app.state.refresher), scene.id.clone());
            tokio::spawn(async move { refresher.token(&id, 60).await.unwrap().access_token })
        })
        .collect();
    let mut tokens = Vec::new();
    for caller in callers {
        tokens.push(caller.await.unwrap().expose_secret().to_owned());
    }
    tokens.dedup();
    assert_eq!((tokens.len(), scene.refresh_requests().await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_caller_does_not_cancel_the_refresh() {
    let scene = Scene::new().await;
    let (mut arrival, go) = block_at("refresh::responded", &scene.id);
    let (refresher, id) = (Arc::clone(&scene.app.state.refresher), scene.id.clone());
    let caller = tokio::spawn(async move { refresher.refresh_now(&id).await });
    arrival.recv().await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    scene.app.state.refresher.in_flight().idle().await;
    assert_eq!(scene.grant().await.grant.generation, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_waits_for_the_token_of_another_process() {
    let scene = Scene::new().await;
    let (mut arrival, go) = block_at("refresh::responded", &scene.id);
    let other = scene.another("other-journal", |_| {});
    scene.app.later(DUE);
    let ahead = tokio::spawn({
        let refresher = Arc::clone(&scene.app.state.refresher);
        async move { refresher.step().await }
    });
    arrival.recv().await.unwrap();
    let waiting = tokio::spawn({
        let (other, id) = (Arc::clone(&other), scene.id.clone());
        async move { other.refresh_now(&id).await }
    });
    go.send(()).unwrap();
    assert_eq!(ahead.await.unwrap().renewed, 1);
    let token = waiting.await.unwrap().unwrap();
    assert_eq!(scene.token(60).await.unwrap(), token.access_token.expose_secret());
    assert!((1..=2).contains(&scene.refresh_requests().await));
}

/// Another process renews the grant between the look-up and the claim.
#[tokio::test(flavor = "multi_thread")]
async fn grant_renewed_meanwhile_is_used_and_keeps_its_due_date() {
    let scene = Scene::new().await;
    let other = scene.another("other-journal", |_| {});
    let id = scene.id.clone();
    once_at("refresh::claiming", &scene.id, move || {
        let renewed = tokio::task::block_in_place(|| Handle::current().block_on(other.refresh_now(&id)));
        assert!(renewed.is_ok());
    });
    let token = scene.app.state.refresher.refresh_now(&scene.id).await.unwrap();
    assert_eq!(scene.token(60).await.unwrap(), token.access_token.expose_secret());
    assert_eq!(scene.refresh_requests().await, 1, "the newer token is used");
    let grant = scene.app.state.store.creator(&scene.id).await.unwrap().unwrap().grant.unwrap();
    let until_due = grant.due_at.unwrap().seconds_since(scene.app.clock.now());
    assert!(until_due > 3600, "{until_due}");
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_times_out_while_another_process_refreshes() {
    let scene = Scene::new().await;
    let (mut arrival, go) = block_at("refresh::requested", &scene.id);
    let other = scene.another("other-journal", |parts| {
        parts.config = RefreshConfig { wait_timeout: Duration::from_millis(600), ..parts.config };
    });
    scene.app.later(DUE);
    let ahead = tokio::spawn({
        let refresher = Arc::clone(&scene.app.state.refresher);
        async move { refresher.step().await }
    });
    arrival.recv().await.unwrap();
    let answer = other.refresh_now(&scene.id).await;
    assert!(matches!(answer, Err(RefreshError::Later { .. })), "{answer:?}");
    go.send(()).unwrap();
    assert_eq!(ahead.await.unwrap().renewed, 1);
}

#[tokio::test]
async fn failed_refresh_returns_its_cause() {
    let scene = Scene::new().await;
    let refresher = &scene.app.state.refresher;
    let unknown_creator = CreatorId::from_u128(1);
    assert!(matches!(refresher.token(&unknown_creator, 60).await, Err(RefreshError::NotConnected)));
    assert!(matches!(refresher.refresh_now(&unknown_creator).await, Err(RefreshError::NotConnected)));

    scene.app.tiktok.order("refresh", json!({ "code": "server_error" })).await;
    let later = refresher.refresh_now(&scene.id).await;
    let Err(RefreshError::Later { refresh_failure: RefreshFailure::Unavailable, retry_at }) = later else {
        panic!("{later:?}")
    };
    assert!(retry_at > scene.app.clock.now());

    assert!(refresher.refresh_now(&scene.id).await.is_ok(), "a further request is allowed");
    scene.app.tiktok.order("refresh", json!({ "code": "invalid_grant" })).await;
    let dead = refresher.refresh_now(&scene.id).await;
    assert!(matches!(dead, Err(RefreshError::NeedsReconnect(RefreshFailure::Refused))), "{dead:?}");
    let still = refresher.token(&scene.id, 0).await;
    assert!(matches!(still, Err(RefreshError::NeedsReconnect(RefreshFailure::Refused))), "{still:?}");
}

#[tokio::test]
async fn refused_app_stops_requests_on_demand() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "code": "invalid_client" })).await;
    let refresher = &scene.app.state.refresher;
    let now = scene.app.clock.now();
    for _ in 0..2 {
        let later = refresher.refresh_now(&scene.id).await;
        let Err(RefreshError::Later { refresh_failure: RefreshFailure::AppRefused, retry_at }) = later else {
            panic!("{later:?}")
        };
        assert!((200..=301).contains(&retry_at.seconds_since(now)));
    }
    assert_eq!(scene.refresh_requests().await, 1);
    assert!(scene.token(60).await.is_ok(), "what is stored is good");
    scene.app.later(300);
    assert!(refresher.refresh_now(&scene.id).await.is_ok());
}

#[tokio::test]
async fn unavailable_store_is_returned_as_the_error() {
    let scene = Scene::new().await;
    scene.app.state.store.close().await;
    let answer = scene.token(60).await;
    assert!(matches!(answer, Err(RefreshError::Store(_))), "{answer:?}");
}
