//! A process that stops: no refresh begins, and those that have begun are waited for.

use std::{
    pin::pin,
    sync::{Arc, mpsc::Sender},
};

use creator_connect::{
    domain::{CreatorId, Renewal},
    server::{
        clock::Clock as _,
        refresh::{RefreshError, Refresher, Report},
        store::{GrantStore as _, sqlite::SqliteStore},
    },
};
use serde_json::Value;

use crate::support::{App, fail_points::block_at};

/// An app in which one creator is connected, whose grant is due.
struct Scene {
    app: App,
    id: CreatorId,
}

impl Scene {
    async fn new() -> Self {
        let app = App::start().await;
        let browser = app.signed_in("public").await;
        let id = app.creator(&browser).await;
        app.later(85 * 60);
        Self { app, id }
    }

    fn refresher(&self) -> Arc<Refresher> {
        Arc::clone(&self.app.state.refresher)
    }

    /// Starts a refresh on demand that waits for the response of TikTok until the sender lets it go on.
    async fn refresh_that_waits(&self) -> (tokio::task::JoinHandle<Result<(), RefreshError>>, Sender<()>) {
        let (mut arrival, go_on) = block_at("refresh::responded", &self.id);
        let (refresher, id) = (self.refresher(), self.id.clone());
        let asked = tokio::spawn(async move { refresher.refresh_now(&id).await.map(drop) });
        arrival.recv().await.unwrap();
        (asked, go_on)
    }
}

#[tokio::test]
async fn no_refresh_begins_whatever_triggers_it() {
    let scene = Scene::new().await;
    let (app, refresher, id) = (&scene.app, scene.refresher(), &scene.id);
    assert!(refresher.token(id, 60).await.is_ok());
    refresher.in_flight().stop();
    assert!(refresher.token(id, 60).await.is_ok(), "a valid token needs no refresh");
    assert!(matches!(refresher.token(id, 7000).await, Err(RefreshError::Stopping)));
    assert!(matches!(refresher.refresh_now(id).await, Err(RefreshError::Stopping)));
    assert!(matches!(app.state.manual_refresh.refresh(id).await, Ok(Renewal::Later(_))));
    assert_eq!(refresher.step().await, Report::default());
    assert_eq!((app.tiktok.count("refresh").await, refresher.in_flight().summary()), (0, String::new()));
    let grant = app.state.store.active_grant(id).await.unwrap();
    assert!(grant.is_none_or(|grant| grant.grant.generation == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_on_demand_is_kept_before_the_end() {
    let mut scene = Scene::new().await;
    let (asked, go_on) = scene.refresh_that_waits().await;
    let (refresher, id, file) = (scene.refresher(), scene.id.clone(), scene.app.file("app.db"));
    let clock = Arc::clone(&scene.app.clock);
    let mut stopping = pin!(scene.app.stop());
    tokio::select! {
        stopped = &mut stopping => panic!("it did not wait: {stopped:?}"),
        () = refresher.in_flight().stopping() => {}
    }
    assert!(matches!(refresher.refresh_now(&id).await, Err(RefreshError::Stopping)));
    assert_eq!(refresher.in_flight().summary(), "refreshes: 1");
    go_on.send(()).unwrap();
    stopping.await.unwrap();
    assert!(asked.await.unwrap().is_ok());
    let store = SqliteStore::open(&file, clock).await.unwrap();
    assert_eq!(store.active_grant(&id).await.unwrap().unwrap().grant.generation, 1);
}

#[tokio::test]
async fn readiness_ends_at_once_and_liveness_stays() {
    let scene = Scene::new().await;
    let browser = scene.app.browser();
    scene.refresher().in_flight().stop();
    let ready = browser.get("/readyz").await;
    let readiness: Value = serde_json::from_str(&ready.text).unwrap();
    assert_eq!((ready.status.as_u16(), &readiness["failing"][0]), (503, &Value::from("stopping")));
    assert_eq!(browser.get("/health").await.status, 503);
    assert_eq!(browser.get("/livez").await.status, 200);
    assert!(scene.app.clock.now().0 > 0);
}
