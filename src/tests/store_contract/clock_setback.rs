//! A machine's clock that was ahead and is set back, over the store that has no other.

use std::sync::Arc;

use creator_connect::{
    domain::{CreatorId, GrantEvent, RefreshFailure, Timestamp},
    server::store::{
        Claim, NewGrant, NewTokens, RefreshResult, RefreshStore as _, WhichRevocations, sqlite::SqliteStore,
    },
};

use super::{NOW, Place, ending, failed, renewed};

const DAY: i64 = 86_400;
const AHEAD: Timestamp = Timestamp(NOW.0 + 30 * DAY);
const LEASE: u32 = 120;

impl Place {
    fn set_clock(&self, now: Timestamp) {
        self.file.as_ref().unwrap().clock.set(now);
    }

    async fn due(&self) -> Vec<Claim> {
        self.store.claim_due(10, LEASE).await.unwrap().grants
    }
}

/// A place whose one creator is due while the clock is 30 days ahead, and their claim.
async fn claimed_ahead() -> (Place, CreatorId, Claim) {
    let place = Place::sqlite().await;
    let grant = NewGrant { refresh_expires_at: Some(NOW.plus_seconds(180 * DAY)), ..place.grant("a", "t") };
    let creator = place.store.save_grant(&grant, &place.id(1)).await.unwrap();
    place.set_clock(AHEAD);
    let claim = place.due().await.remove(0);
    (place, creator, claim)
}

/// New tokens, asked for while the clock was ahead.
fn renewed_ahead(claim: &Claim) -> RefreshResult {
    let renewal = renewed(claim, "1");
    let tokens = renewal.tokens.map(|tokens| NewTokens { refreshed_at: AHEAD, ..tokens });
    let access_expires_at = AHEAD.plus_seconds(7200);
    let event =
        GrantEvent::Renewed { access_expires_at, refresh_expires_at: Some(AHEAD.plus_seconds(180 * DAY)) };
    let grant_status = claim.grant_status.after(event, AHEAD);
    RefreshResult { grant_status, tokens, due_at: Some(AHEAD.plus_seconds(4800)), ..renewal }
}

#[tokio::test]
async fn grant_renewed_ahead_is_due_after_the_setback() {
    let (place, creator, claim) = claimed_ahead().await;
    assert!(place.store.complete_refresh(&renewed_ahead(&claim)).await.unwrap());
    assert!(place.due().await.is_empty());
    place.set_clock(NOW);
    let again = place.due().await.remove(0);
    assert_eq!((&again.creator, again.unsure), (&creator, false));
    assert!(place.due().await.is_empty(), "it is done anew once");
}

#[tokio::test]
async fn lease_written_ahead_is_released_as_unsure() {
    let (place, _, claim) = claimed_ahead().await;
    place.set_clock(NOW.plus_seconds(4800));
    let again = place.due().await.remove(0);
    assert_eq!((again.grant.fence, again.unsure), (claim.grant.fence + 1, true));
}

#[tokio::test]
async fn retry_written_ahead_is_due_now() {
    let (place, _, claim) = claimed_ahead().await;
    let failure =
        RefreshResult { due_at: Some(AHEAD.plus_seconds(60)), ..failed(&claim, RefreshFailure::Unavailable) };
    assert!(place.store.complete_refresh(&failure).await.unwrap());
    place.set_clock(NOW);
    assert_eq!(place.due().await.remove(0).failures, 1);
}

#[tokio::test]
async fn consent_ended_by_a_wrong_clock_continues() {
    let (place, creator, claim) = claimed_ahead().await;
    let grant_status = claim.grant_status.after(GrantEvent::Dead(RefreshFailure::ConsentEnded), AHEAD);
    let verdict =
        RefreshResult { grant_status, due_at: None, ..failed(&claim, RefreshFailure::ConsentEnded) };
    assert!(place.store.complete_refresh(&verdict).await.unwrap());
    place.set_clock(NOW);
    assert_eq!(place.due().await.remove(0).creator, creator);
    let grant_status = place.active(&creator).await.grant_status;
    assert_eq!((grant_status.needs_reconnect_since, grant_status.refresh_failure), (None, None));
}

#[tokio::test]
async fn verdict_of_tiktok_survives_a_setback() {
    let (place, creator, claim) = claimed_ahead().await;
    let grant_status = claim.grant_status.after(GrantEvent::Dead(RefreshFailure::Refused), AHEAD);
    let verdict = RefreshResult { grant_status, due_at: None, ..failed(&claim, RefreshFailure::Refused) };
    assert!(place.store.complete_refresh(&verdict).await.unwrap());
    place.set_clock(NOW);
    assert!(place.due().await.is_empty());
    assert_eq!(place.active(&creator).await.grant_status.refresh_failure, Some(RefreshFailure::Refused));
}

#[tokio::test]
async fn small_clock_correction_changes_nothing() {
    let place = Place::sqlite().await;
    let creator = place.creator().await;
    place.set_clock(NOW.plus_seconds(4800));
    let claim = place.due().await.remove(0);
    let renewal = RefreshResult { due_at: Some(NOW.plus_seconds(60_000)), ..renewed(&claim, "1") };
    assert!(place.store.complete_refresh(&renewal).await.unwrap());
    let before = place.store.creator(&creator).await.unwrap().unwrap().grant.unwrap().due_at;
    place.set_clock(NOW.plus_seconds(4790));
    assert!(place.due().await.is_empty());
    assert_eq!(place.store.creator(&creator).await.unwrap().unwrap().grant.unwrap().due_at, before);
}

#[tokio::test]
async fn start_after_a_setback_releases_too() {
    let (place, creator, claim) = claimed_ahead().await;
    assert!(place.store.complete_refresh(&renewed_ahead(&claim)).await.unwrap());
    place.store.close().await;
    let file = place.file.as_ref().unwrap();
    file.clock.set(NOW);
    let path = file.folder.path().join("store.db");
    let again = SqliteStore::open(&path, Arc::clone(&file.clock) as _).await.unwrap();
    assert_eq!(again.claim_due(10, LEASE).await.unwrap().grants.remove(0).creator, creator);
}

#[tokio::test]
async fn revocation_written_ahead_is_due_now() {
    let (place, creator, _) = claimed_ahead().await;
    place.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap();
    let due = async || place.store.claim_revocations(WhichRevocations::Due(9), LEASE).await.unwrap().due;
    assert_eq!(due().await.len(), 1);
    place.set_clock(NOW);
    assert!(place.due().await.is_empty(), "the grant has ended");
    assert_eq!(due().await.len(), 1, "neither its lease nor its date holds");
}
