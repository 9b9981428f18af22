//! Effects of events on a creator's connection.

use creator_connect::{
    domain::{ActivityKind, ConnectionState, EndCause, RemovalReason},
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

/// A delivery of `authorization.removed` about `open_id`.
fn removal_event(open_id: &str, time: i64, reason: i64) -> String {
    let mut event: serde_json::Value =
        serde_json::from_str(&body("authorization.removed", time, &json!({ "reason": reason }))).unwrap();
    event["user_openid"] = json!(open_id);
    event.to_string()
}

/// A creator removes the app on TikTok's page; their profile shows it at the next load.
async fn check_removal(app: &App) {
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
        profile
            .activity
            .iter()
            .any(|activity| activity.what == ActivityKind::Removed(RemovalReason::ByCreator))
    );
    let after = browser.get("/profile").await;
    assert_eq!(after.status, 200, "the creator is still signed in");
    assert_ne!(after.text, before.text);
}

#[tokio::test]
async fn removal_ends_the_connection() {
    check_removal(&App::start().await).await;
}

#[tokio::test]
async fn removal_ends_the_connection_in_supabase() {
    let _hold = Hold::alone().await;
    supabase::reset();
    let gateway = Gateway::start();
    check_removal(&App::start_over(&gateway).await).await;
}

#[tokio::test]
async fn every_removal_reason_is_stored() {
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
        station.receive(&removal_event("someone", station.now().0, reason)).await;
        station.handle().await;
        let stored = station.state.store.creator(&creator).await.unwrap().unwrap();
        assert_eq!(stored.ended, Some((station.now(), EndCause::Removed(kept))), "{reason}");
        assert!(station.state.store.active_grant(&creator).await.unwrap().is_none());
        station.clock.advance(60);
    }
}

#[tokio::test]
async fn late_removal_keeps_a_newer_grant() {
    let station = Station::start(&[]).await;
    let creator = station.connect("someone", 1).await;
    let removed_at = station.now().plus_seconds(10).0;
    station.clock.advance(20);
    station.connect("someone", 2).await;
    station.clock.advance(70 * 3600);
    station.receive(&removal_event("someone", removed_at, 1)).await;
    station.handle().await;
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
}

#[tokio::test]
async fn removal_from_the_future_keeps_later_grants() {
    let station = Station::start(&[]).await;
    station.receive(&removal_event("someone", station.now().plus_seconds(1_000_000).0, 1)).await;
    station.clock.advance(301);
    let creator = station.connect("someone", 1).await;
    station.clock.advance(-301);
    station.handle().await;
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
}

#[tokio::test]
async fn removal_of_unknown_creator_has_no_effect() {
    let station = Station::start(&[]).await;
    let creator = station.connect("someone", 1).await;
    station.clock.advance(60);
    station.receive(&removal_event("another", station.now().0, 1)).await;
    station.receive(&body("authorization.removed", station.now().0, &json!({ "reason": 1 }))).await;
    station.handle().await;
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
}

#[tokio::test]
async fn failing_event_is_set_aside_alone() {
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
async fn event_with_eight_expired_claims_is_set_aside() {
    let station = Station::start(&[]).await;
    station.receive(&removal_event("someone", station.now().0, 1)).await;
    for _ in 0..8 {
        // Claimed, and never completed.
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
async fn event_completed_by_another_claim_is_not_changed() {
    let station = Station::start(&[]).await;
    station.receive(&body("x", 7, &json!({}))).await;
    let claimed = station.state.store.claim_events(10, 0).await.unwrap().remove(0);
    station.handle().await;
    let aside = EventOutcome::SetAside { error: "too late".to_owned() };
    assert!(!station.state.store.complete_event(claimed.row, claimed.fence, &aside).await.unwrap());
    assert_eq!(station.events().await[0].status, EventStatus::Done);
}
