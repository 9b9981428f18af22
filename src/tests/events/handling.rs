//! What an event does to a creator.

use creator_connect::{
    domain::{ConnectionState, EndCause, Happening, RemovalReason},
    server::store::{EventOutcome, EventStatus, NewEvent},
};
use serde_json::json;

use crate::support::{
    App, CLIENT_KEY, Gateway,
    delivery::body,
    station::Station,
    supabase::{self, Hold},
    until,
};

/// A removal of the app by `open_id`.
fn removal(open_id: &str, time: i64, reason: i64) -> String {
    let mut event: serde_json::Value =
        serde_json::from_str(&body("authorization.removed", time, &json!({ "reason": reason }))).unwrap();
    event["user_openid"] = json!(open_id);
    event.to_string()
}

/// A person removes the app on TikTok's page; their profile here says so at its next load.
async fn a_person_removes_the_app(app: &App) {
    let browser = app.signed_in("public").await;
    let before = browser.get("/profile").await;
    let id = before.text.split("/avatar/").nth(1).unwrap()[..36].parse().unwrap();
    assert!(app.state.store.active_grant(&id).await.unwrap().is_some());
    assert!(app.tiktok.remove_app("public").await.ends_with("status=200"));
    let ended = || async { app.state.store.active_grant(&id).await.unwrap().is_none() };
    until("the connection ends", ended).await;
    let stored = app.state.store.creator(&id).await.unwrap().unwrap();
    assert_eq!(stored.ended.map(|(_, cause)| cause), Some(EndCause::Removed(RemovalReason::ByCreator)));
    let profile = app.state.profiles.load(&id).await.unwrap().unwrap();
    assert_eq!(profile.state, ConnectionState::Disconnected);
    assert!(
        profile.activity.iter().any(|activity| activity.what == Happening::Removed(RemovalReason::ByCreator))
    );
    let after = browser.get("/profile").await;
    assert_eq!(after.status, 200, "who was signed in still is");
    assert_ne!(after.text, before.text);
}

#[tokio::test]
async fn a_removal_ends_the_connection() {
    a_person_removes_the_app(&App::start().await).await;
}

#[tokio::test]
async fn a_removal_ends_the_connection_in_supabase() {
    let _hold = Hold::alone().await;
    supabase::reset();
    let gateway = Gateway::start();
    a_person_removes_the_app(&App::start_over(&gateway).await).await;
}

#[tokio::test]
async fn every_reason_is_kept() {
    let station = Station::start(&[]).await;
    for (reason, kept) in (0..7).zip([
        RemovalReason::Unknown,
        RemovalReason::ByCreator,
        RemovalReason::AccountDeleted,
        RemovalReason::AgeChanged,
        RemovalReason::AccountBanned,
        RemovalReason::ByDeveloper,
        RemovalReason::Unknown,
    ]) {
        let creator = station.connect("someone", 1).await;
        station.clock.advance(60);
        station.receive(&removal("someone", station.now().0, reason)).await;
        station.handle().await;
        let stored = station.state.store.creator(&creator).await.unwrap().unwrap();
        assert_eq!(stored.ended, Some((station.now(), EndCause::Removed(kept))), "{reason}");
        assert!(station.state.store.active_grant(&creator).await.unwrap().is_none());
        station.clock.advance(60);
    }
}

#[tokio::test]
async fn a_late_removal_spares_the_consent_that_came_after_it() {
    let station = Station::start(&[]).await;
    let creator = station.connect("someone", 1).await;
    let removed_at = station.now().plus_seconds(10).0;
    station.clock.advance(20);
    station.connect("someone", 2).await;
    station.clock.advance(70 * 3600);
    station.receive(&removal("someone", removed_at, 1)).await;
    station.handle().await;
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
}

#[tokio::test]
async fn a_removal_from_an_absurd_future_spares_later_consents() {
    let station = Station::start(&[]).await;
    station.receive(&removal("someone", station.now().plus_seconds(1_000_000).0, 1)).await;
    station.clock.advance(301);
    let creator = station.connect("someone", 1).await;
    station.clock.advance(-301);
    station.handle().await;
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
}

#[tokio::test]
async fn a_removal_of_somebody_unknown_is_kept_and_does_nothing() {
    let station = Station::start(&[]).await;
    let creator = station.connect("someone", 1).await;
    station.clock.advance(60);
    station.receive(&removal("another", station.now().0, 1)).await;
    station.receive(&body("authorization.removed", station.now().0, &json!({ "reason": 1 }))).await;
    station.handle().await;
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
}

#[tokio::test]
async fn an_event_that_cannot_be_handled_is_set_aside_and_harms_no_other() {
    let station = Station::start(&[]).await;
    let creator = station.connect("someone", 1).await;
    let poison = NewEvent {
        id: "00000000-0000-4000-8000-0000000000aa".to_owned(),
        digest: "poison".to_owned(),
        client_key: CLIENT_KEY.to_owned(),
        name: "authorization.removed".to_owned(),
        open_id: Some("someone".parse().unwrap()),
        created_at: station.now(),
        received_at: station.now(),
        body: "no JSON".to_owned(),
    };
    assert!(station.state.store.save_event(&poison).await.unwrap());
    station.receive(&body("post.publish.complete", station.now().0, &json!({}))).await;
    for _ in 0..20 {
        station.handle().await;
        station.clock.advance(3600);
    }
    let events = station.events().await;
    let aside: Vec<_> = events.iter().filter(|event| event.status == EventStatus::SetAside).collect();
    assert_eq!((aside.len(), aside[0].id.as_str(), aside[0].attempts), (1, poison.id.as_str(), 8));
    assert!(aside[0].error.as_ref().unwrap().contains("event is malformed"));
    assert_eq!(events.iter().filter(|event| event.status == EventStatus::Done).count(), 2);
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
}

#[tokio::test]
async fn an_event_whose_handlers_die_is_set_aside_in_the_end() {
    let station = Station::start(&[]).await;
    station.receive(&removal("someone", station.now().0, 1)).await;
    for _ in 0..8 {
        // Claimed, and never heard of again.
        assert_eq!(station.state.store.claim_events(10, 60).await.unwrap().len(), 1);
        station.clock.advance(61);
    }
    station.handle().await;
    let [event] = &station.events().await[..] else { panic!("there is one event") };
    assert_eq!((event.status, event.attempts), (EventStatus::SetAside, 9));
    assert!(station.state.store.replay_event(event.row).await.unwrap());
    station.handle().await;
    assert_eq!(station.events().await[0].status, EventStatus::Done);
}

#[tokio::test]
async fn what_another_settled_meanwhile_is_left_alone() {
    let station = Station::start(&[]).await;
    station.receive(&body("x", 7, &json!({}))).await;
    let claimed = station.state.store.claim_events(10, 0).await.unwrap().remove(0);
    station.handle().await;
    let aside = EventOutcome::SetAside { error: "too late".to_owned() };
    assert!(!station.state.store.complete_event(claimed.row, claimed.fence, &aside).await.unwrap());
    assert_eq!(station.events().await[0].status, EventStatus::Done);
}
