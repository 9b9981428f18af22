//! Claims of grants: whose turn it is to ask TikTok.

use std::{collections::HashSet, sync::Arc};

use creator_connect::{
    domain::{CreatorId, GrantEvent, RefreshFailure},
    server::store::{Claim, GrantClaim, NewGrant, RefreshResult},
};

use super::{NOW, Place, ending, failed, sealed};

/// Long enough for any test.
const LEASE: u32 = 100_000;

/// A place of one's own in which nothing is due.
async fn quiet(place: Place) -> Place {
    let place = place.alone().await;
    while !place.store.claim_due(1000, LEASE).await.unwrap().grants.is_empty() {}
    place
}

/// A creator whose grant has been due for `seconds`.
async fn due_creator(place: &Place, number: u32, seconds: i64) -> CreatorId {
    let refresh_due_at = place.now().await.plus_seconds(-seconds);
    let grant = NewGrant { refresh_due_at, ..place.grant(&number.to_string(), "t") };
    place.store.save_grant(&grant, &place.id(number)).await.unwrap()
}

async fn due(place: &Place, limit: u32, lease_seconds: u32) -> Vec<Claim> {
    place.store.claim_due(limit, lease_seconds).await.unwrap().grants
}

/// Claims until nothing is left.
async fn everything_due(place: &Place) -> Vec<CreatorId> {
    let mut all = Vec::new();
    loop {
        let page = due(place, 5, LEASE).await;
        if page.is_empty() {
            return all;
        }
        all.extend(creators(&page));
    }
}

fn creators(claims: &[Claim]) -> Vec<CreatorId> {
    claims.iter().map(|claim| claim.creator.clone()).collect()
}

on_both_stores! {
    async fn claim_has_everything_for_a_refresh(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        assert_eq!((&claim.creator, claim.client_key, claim.open_id.as_str()), (&creator, place.name("app"), "a"));
        assert_eq!((claim.access_token, claim.refresh_token), (sealed("t"), sealed("refresh")));
        assert_eq!((claim.grant.fence, claim.grant.generation), (1, 0));
        assert_eq!((claim.failures, claim.unsure), (0, false));
        let stored = place.active(&creator).await;
        assert_eq!((stored.grant, stored.grant_status), (claim.grant, claim.grant_status));
        assert!(stored.read_at <= place.now().await);
    }

    async fn claimed_grant_is_busy(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        assert!(matches!(place.store.claim_grant(&creator, LEASE).await.unwrap(), GrantClaim::Busy));
        assert!(place.store.complete_refresh(&failed(&claim, RefreshFailure::Unavailable)).await.unwrap());
        assert_eq!(place.claim(&creator, LEASE).await.grant.fence, 2);
    }

    async fn grant_with_expired_lease_is_claimed_as_unsure(place) {
        let creator = place.creator().await;
        assert!(!place.claim(&creator, 0).await.unsure);
        let second = place.claim(&creator, 0).await;
        assert!(second.unsure, "the first was never settled");
        let third = place.claim(&creator, LEASE).await;
        assert!(third.unsure, "nor the second");
        let cleared = RefreshResult { unsure: false, ..failed(&third, RefreshFailure::Unreachable) };
        assert!(place.store.complete_refresh(&cleared).await.unwrap());
        assert!(!place.claim(&creator, LEASE).await.unsure, "the third was settled, and is sure");
    }

    async fn claim_completed_as_unsure_stays_unsure(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        let lost = RefreshResult { unsure: true, ..failed(&claim, RefreshFailure::NoAnswer) };
        assert!(place.store.complete_refresh(&lost).await.unwrap());
        assert!(place.claim(&creator, LEASE).await.unsure);
    }

    async fn claim_without_refreshable_grant_is_nothing(place) {
        let nothing = async |creator: &CreatorId| {
            matches!(place.store.claim_grant(creator, LEASE).await.unwrap(), GrantClaim::Nothing)
        };
        assert!(nothing(&place.id(9)).await, "nobody");
        let bare = NewGrant { refresh_token: None, ..place.grant("bare", "t") };
        assert!(nothing(&place.store.save_grant(&bare, &place.id(2)).await.unwrap()).await, "no refresh token");
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        let grant_status = claim.grant_status.after(GrantEvent::Dead(RefreshFailure::Refused), NOW);
        let verdict = RefreshResult { grant_status, due_at: None, ..failed(&claim, RefreshFailure::Refused) };
        assert!(place.store.complete_refresh(&verdict).await.unwrap());
        assert!(nothing(&creator).await, "it needs a reconnect");
        place.store.end_grant(&creator, &ending(0)).await.unwrap();
        assert!(nothing(&creator).await, "it has ended");
    }

    async fn due_grants_are_claimed_most_urgent_first(place) {
        let place = quiet(place).await;
        for (number, seconds) in [(1, 1000), (2, 3000), (3, 2000), (4, 0)] {
            due_creator(&place, number, seconds).await;
        }
        assert_eq!(creators(&due(&place, 2, LEASE).await), [place.id(2), place.id(3)]);
        assert_eq!(creators(&due(&place, 9, LEASE).await), [place.id(1), place.id(4)]);
        assert_eq!(due(&place, 9, LEASE).await.len(), 0, "all have a lease on them");
    }

    async fn only_due_refreshable_grants_are_claimed(place) {
        let place = quiet(place).await;
        due_creator(&place, 1, -100).await;
        let claim = { due_creator(&place, 2, 10).await; place.claim(&place.id(2), LEASE).await };
        let never = RefreshResult { due_at: None, ..failed(&claim, RefreshFailure::Unavailable) };
        assert!(place.store.complete_refresh(&never).await.unwrap());
        due_creator(&place, 3, 10).await;
        place.store.end_grant(&place.id(3), &ending(0)).await.unwrap();
        let now = place.now().await;
        let bare = NewGrant { refresh_token: None, refresh_due_at: now, ..place.grant("bare", "t") };
        place.store.save_grant(&bare, &place.id(4)).await.unwrap();
        let claim = { due_creator(&place, 5, 10).await; place.claim(&place.id(5), LEASE).await };
        let grant_status = claim.grant_status.after(GrantEvent::Dead(RefreshFailure::Refused), NOW);
        let dead = RefreshResult { grant_status, due_at: Some(now), ..failed(&claim, RefreshFailure::Refused) };
        assert!(place.store.complete_refresh(&dead).await.unwrap());
        assert_eq!(due(&place, 9, LEASE).await.len(), 0);
    }

    async fn uncompleted_claim_is_due_when_its_lease_ends(place) {
        let place = quiet(place).await;
        let creator = due_creator(&place, 1, 10).await;
        assert_eq!(due(&place, 9, 0).await.len(), 1);
        let again = due(&place, 9, LEASE).await;
        assert_eq!((creators(&again), again[0].unsure, again[0].grant.fence), (vec![creator], true, 2));
    }

    async fn failed_grant_is_not_claimed_before_its_retry(place) {
        let place = quiet(place).await;
        due_creator(&place, 1, 10).await;
        for (seconds, found) in [(100, 0), (0, 1)] {
            let claim = place.claim(&place.id(1), LEASE).await;
            let due_at = Some(place.now().await.plus_seconds(seconds));
            let failure = RefreshResult { due_at, ..failed(&claim, RefreshFailure::RateLimited) };
            assert!(place.store.complete_refresh(&failure).await.unwrap());
            assert_eq!(due(&place, 9, LEASE).await.len(), found);
        }
    }

    async fn concurrent_claims_share_no_grant(place) {
        let place = Arc::new(quiet(place).await);
        for number in 0..60 {
            due_creator(&place, number, 10 + i64::from(number)).await;
        }
        let claimers = (0..12).map(|_| {
            let place = Arc::clone(&place);
            tokio::spawn(async move { everything_due(&place).await })
        });
        let mut all = Vec::new();
        for claimer in claimers.collect::<Vec<_>>() {
            all.extend(claimer.await.unwrap());
        }
        // What another was claiming at that moment was passed over.
        all.extend(everything_due(&place).await);
        let distinct: HashSet<_> = all.iter().map(CreatorId::as_str).collect();
        assert_eq!((all.len(), distinct.len()), (60, 60));
    }

    async fn concurrent_claims_of_one_grant_succeed_once(place) {
        let place = Arc::new(place);
        let creator = place.creator().await;
        let claimers = (0..12).map(|_| {
            let (place, creator) = (Arc::clone(&place), creator.clone());
            tokio::spawn(async move { place.store.claim_grant(&creator, LEASE).await.unwrap() })
        });
        let (mut claimed, mut busy) = (0, 0);
        for claimer in claimers.collect::<Vec<_>>() {
            match claimer.await.unwrap() {
                GrantClaim::Claimed { .. } => claimed += 1,
                GrantClaim::Busy => busy += 1,
                GrantClaim::Nothing => {}
            }
        }
        assert_eq!((claimed, busy), (1, 11));
    }
}

#[tokio::test]
async fn lease_follows_the_clock_of_the_store() {
    let place = Place::sqlite().await;
    let creator = place.creator().await;
    let clock = &place.file.as_ref().unwrap().clock;
    place.claim(&creator, 120).await;
    clock.advance(119);
    assert!(matches!(place.store.claim_grant(&creator, 120).await.unwrap(), GrantClaim::Busy));
    clock.advance(1);
    assert!(place.claim(&creator, 120).await.unsure);
}
