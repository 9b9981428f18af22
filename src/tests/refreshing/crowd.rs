//! Fifty creators and an outage of TikTok that lasts hours.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{Form, Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use creator_connect::{
    domain::{
        ConnectionState::{Connected, Degraded, NeedsReconnect},
        CreatorId,
    },
    server::{
        clock::Clock as _,
        refresh::{Refresher, Report},
        store::NewGrant,
        vault::{Place, TokenField},
    },
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{DUE, Scene, grant_state};
use crate::support::CLIENT_KEY;

const CREATORS: usize = 50;

/// How TikTok handles a refresh request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mood {
    #[default]
    Well,
    /// It responds with an error and does nothing.
    Down,
    /// It rotates the tokens, and its gateway drops the response.
    Swallows,
}

/// A TikTok with any number of creators and strict rotation.
#[derive(Default)]
struct Crowded {
    mood: Mood,
    asked: usize,
    /// The valid refresh token of each creator.
    living: HashMap<String, u32>,
}

type Shared = Arc<Mutex<Crowded>>;

/// A refresh token is `rft.<creator>.<generation>`.
async fn token(State(tiktok): State<Shared>, Form(form): Form<HashMap<String, String>>) -> impl IntoResponse {
    let mut tiktok = tiktok.lock().unwrap();
    let away = (StatusCode::SERVICE_UNAVAILABLE, Json(Value::Null));
    if !form.contains_key("refresh_token") {
        let own = json!({ "access_token": "clt.x", "expires_in": 7200, "token_type": "Bearer" });
        return if tiktok.mood == Mood::Well { (StatusCode::OK, Json(own)) } else { away };
    }
    tiktok.asked += 1;
    if tiktok.mood == Mood::Down {
        return away;
    }
    let parts: Vec<_> = form["refresh_token"].split('.').map(str::to_owned).collect();
    let (creator, sent) = (parts[1].clone(), parts[2].parse::<u32>().unwrap());
    let living = tiktok.living.entry(creator.clone()).or_default();
    if *living != sent {
        return (StatusCode::OK, Json(json!({ "error": "invalid_grant", "log_id": "1" })));
    }
    *living += 1;
    let new = *living;
    if tiktok.mood == Mood::Swallows {
        return away;
    }
    let answer = json!({ "open_id": creator, "access_token": format!("act.{creator}.{new}"),
        "refresh_token": format!("rft.{creator}.{new}"), "expires_in": 7200,
        "refresh_expires_in": 15_552_000, "scope": "user.info.basic", "token_type": "Bearer" });
    (StatusCode::OK, Json(answer))
}

/// All creators are connected, and due.
struct Crowd {
    scene: Scene,
    tiktok: Shared,
    engine: Arc<Refresher>,
    ids: Vec<CreatorId>,
}

impl Crowd {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let (tiktok, listener) = (Shared::default(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v2/oauth/token/", post(token)).with_state(Arc::clone(&tiktok));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let client = scene.tiktok(|config| config.api_url = address.parse().unwrap());
        let engine = scene.another("crowd-journal", |parts| parts.tiktok = client);
        let mut ids = Vec::new();
        for number in 0..CREATORS {
            ids.push(connect(&scene, number).await);
        }
        // The scene's own creator is at another TikTok.
        scene.app.state.store.delete_creator(&scene.id, scene.app.clock.now()).await.unwrap();
        scene.app.later(DUE);
        Self { scene, tiktok, engine, ids }
    }

    fn tiktok(&self) -> MutexGuard<'_, Crowded> {
        self.tiktok.lock().unwrap()
    }

    /// Advances the clock by a minute, and runs a step.
    async fn minute(&self) -> Report {
        self.scene.app.later(60);
        self.engine.step().await
    }

    async fn hours(&self, hours: u32) {
        for _ in 0..60 * hours {
            self.minute().await;
        }
    }

    async fn count(&self, wanted: creator_connect::domain::ConnectionState) -> usize {
        let mut count = 0;
        for id in &self.ids {
            count += usize::from(grant_state(&self.scene.app, id).await.0 == wanted);
        }
        count
    }
}

/// A creator with tokens of generation 0.
async fn connect(scene: &Scene, number: usize) -> CreatorId {
    let (state, now) = (&scene.app.state, scene.app.clock.now());
    let name = format!("creator{number}");
    let open_id = name.parse().unwrap();
    let seal = |text: String, field| {
        state.vault.seal(&text.into(), &Place::token(CLIENT_KEY, &open_id, field)).unwrap()
    };
    let grant = NewGrant {
        client_key: CLIENT_KEY.to_owned(),
        access_token: seal(format!("act.{name}.0"), TokenField::Access),
        refresh_token: Some(seal(format!("rft.{name}.0"), TokenField::Refresh)),
        scopes: "user.info.basic".parse().unwrap(),
        token_type: "Bearer".to_owned(),
        granted_at: now,
        access_expires_at: now.plus_seconds(7200),
        refresh_expires_at: Some(now.plus_seconds(15_552_000)),
        refresh_due_at: now.plus_seconds(4800),
        open_id,
    };
    let id = CreatorId::from_u128(1000 + u128::try_from(number).unwrap());
    state.store.save_grant(&grant, &id).await.unwrap()
}

#[tokio::test]
async fn outage_of_hours_costs_no_grant_and_backlog_is_paced() {
    let crowd = Crowd::new().await;
    crowd.tiktok().mood = Mood::Down;
    crowd.hours(4).await;
    let asked = crowd.tiktok().asked;
    assert!(asked <= 40, "{asked} grants were asked with in four hours");
    assert_eq!(crowd.count(NeedsReconnect).await, 0);
    assert!(crowd.count(Degraded).await >= 5, "whoever was tried is seen to fail");
    crowd.tiktok().mood = Mood::Well;
    let mut rounds = Vec::new();
    while rounds.iter().sum::<usize>() < CREATORS {
        crowd.scene.app.later(5 * 60);
        rounds.push(crowd.engine.step().await.renewed);
        assert!(rounds.len() < 20, "{rounds:?}");
    }
    assert_eq!(rounds[..5], [1, 1, 2, 4, 8], "one, and then twice as many by the round: {rounds:?}");
    assert_eq!(crowd.count(Connected).await, CREATORS);
}

/// The worst outage: each request costs a grant, and its response is lost.
#[tokio::test]
async fn outage_that_loses_responses_costs_only_the_first_grants() {
    let crowd = Crowd::new().await;
    crowd.tiktok().mood = Mood::Swallows;
    crowd.engine.step().await;
    let first = crowd.tiktok().asked;
    crowd.hours(4).await;
    crowd.tiktok().mood = Mood::Well;
    crowd.hours(2).await;
    let lost = crowd.count(NeedsReconnect).await;
    assert_eq!(lost, first, "no look at whether TikTok is back has cost one more");
    assert!(first <= 32, "they were not asked for all at once");
    assert_eq!(crowd.count(Connected).await, CREATORS - lost);
}
