//! Refreshing over the Supabase stand-in: its clock counts, and its outage loses nothing.

use std::sync::Arc;

use creator_connect::{
    domain::ConnectionState::Connected,
    server::{
        clock::{Clock as _, ManualClock, SystemClock},
        refresh::RefreshError,
    },
};
use serde_json::json;

use super::{Scene, connected};
use crate::support::{
    App, Gateway,
    supabase::{self, Hold},
};

/// An app with one creator, the only one in the database.
struct Place {
    scene: Scene,
    gateway: Gateway,
    _hold: Hold,
}

impl Place {
    async fn new() -> Self {
        let hold = Hold::alone().await;
        supabase::reset();
        let gateway = Gateway::start();
        let scene = Scene::of(App::start_over(&gateway).await).await;
        Self { scene, gateway, _hold: hold }
    }
}

/// Sets every grant due.
fn all_due() {
    supabase::query("UPDATE public.tiktok_tokens SET refresh_due_at = now() WHERE is_active");
}

#[tokio::test]
async fn two_processes_refresh_each_grant_once() {
    let Place { scene, gateway: _gateway, .. } = &Place::new().await;
    for creator in ["private", "hostile", "banned", "long-video"] {
        connected(&scene.app, creator).await;
    }
    let other = scene.another("other-journal", |_| {});
    all_due();
    let (first, second) = tokio::join!(scene.step(), other.step());
    assert_eq!((first.renewed + second.renewed, scene.refresh_requests().await), (5, 5));
    assert_eq!(scene.waiting("journal") + scene.waiting("other-journal"), 0);
}

#[tokio::test]
async fn response_waits_in_the_journal_while_supabase_is_down() {
    let place = Place::new().await;
    let scene = &place.scene;
    all_due();
    place.gateway.order(json!({ "fault": "status", "status": 503, "path": "cc_complete_refresh" })).await;
    let report = scene.step().await;
    assert_eq!((report.renewed, scene.waiting("journal")), (1, 1));
    place.gateway.clear_faults().await;
    scene.app.wait_for_store().await;
    assert_eq!(scene.grant().await.grant.generation, 0);
    assert_eq!(scene.step().await.replayed, 1);
    assert_eq!((scene.grant().await.grant.generation, scene.waiting("journal")), (1, 0));
    all_due();
    assert_eq!(scene.step().await.renewed, 1, "what is stored is alive");
}

/// The write succeeds, and its response is lost.
#[tokio::test]
async fn result_whose_write_is_not_confirmed_is_stored_once() {
    let place = Place::new().await;
    let scene = &place.scene;
    all_due();
    let unheard = json!({ "fault": "drop", "after": true, "path": "cc_complete_refresh" });
    place.gateway.order(unheard).await;
    scene.step().await;
    place.gateway.clear_faults().await;
    scene.app.wait_for_store().await;
    scene.step().await;
    assert_eq!((scene.grant().await.grant.generation, scene.waiting("journal")), (1, 0));
    assert_eq!(scene.grant_state().await, (Connected, None));
    all_due();
    assert_eq!(scene.step().await.renewed, 1);
}

#[tokio::test]
async fn claim_with_lost_response_is_claimed_again_after_its_lease() {
    let place = Place::new().await;
    let scene = &place.scene;
    all_due();
    let lost = json!({ "fault": "drop", "after": true, "path": "cc_claim_grants", "times": 1 });
    place.gateway.order(lost).await;
    assert_eq!(scene.step().await.claimed, 0);
    assert_eq!(scene.refresh_requests().await, 0);
    supabase::query("UPDATE public.tiktok_tokens SET lease_until = now() WHERE is_active");
    assert_eq!(scene.step().await.renewed, 1);
    assert_eq!(scene.grant_state().await, (Connected, None));
}

#[tokio::test]
async fn stored_timestamps_ignore_a_clock_that_is_a_day_off() {
    let place = Place::new().await;
    let scene = &place.scene;
    for jump in [86_400, -86_400] {
        let wrong = Arc::new(ManualClock::new(SystemClock.now().plus_seconds(jump)));
        let engine = scene.another("other-journal", |parts| parts.clock = wrong);
        all_due();
        assert_eq!(engine.step().await.renewed, 1);
        let (grant, now) = (scene.grant().await, SystemClock.now());
        let ends = grant.grant_status.access_expires_at.seconds_since(now.plus_seconds(7200));
        assert!(ends.abs() <= 60, "{jump}: {ends}");
        let creator = scene.app.state.store.creator(&scene.id).await.unwrap().unwrap();
        let due = creator.grant.unwrap().due_at.unwrap().seconds_since(now);
        assert!((4400..=5200).contains(&due), "{jump}: due in {due} s");
        let token = engine.token(&scene.id, 7000).await.unwrap();
        assert_eq!(
            token.expires_at, grant.grant_status.access_expires_at,
            "{jump}: it is not refreshed for nothing"
        );
    }
}

#[tokio::test]
async fn token_is_returned_while_supabase_takes_no_write() {
    let place = Place::new().await;
    let scene = &place.scene;
    place.gateway.order(json!({ "fault": "status", "status": 503, "path": "cc_complete_refresh" })).await;
    assert!(scene.app.state.refresher.refresh_now(&scene.id).await.is_ok());
    assert_eq!(scene.waiting("journal"), 1);
    place.gateway.order(json!({ "fault": "status", "status": 503 })).await;
    let away = scene.app.state.refresher.refresh_now(&scene.id).await;
    assert!(matches!(away, Err(RefreshError::Store(_))), "{away:?}");
    place.gateway.clear_faults().await;
    scene.app.wait_for_store().await;
    assert_eq!(scene.step().await.replayed, 1);
}
