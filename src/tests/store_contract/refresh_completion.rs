//! How claims end: new tokens are never lost, and nobody judges what they do not hold.

use std::sync::Arc;

use creator_connect::{
    domain::{GrantEvent, RefreshFailure},
    server::store::{Claim, NewGrant, NewTokens, RefreshResult, Revocation, WhichRevocations},
};

use super::{NOW, Place, ending, failed, renewed, sealed};

const LEASE: u32 = 100_000;

/// The verdict that only the creator can help.
fn dead(claim: &Claim) -> RefreshResult {
    let grant_status = claim.grant_status.after(GrantEvent::Dead(RefreshFailure::Refused), NOW);
    RefreshResult { grant_status, due_at: None, ..failed(claim, RefreshFailure::Refused) }
}

/// The revocation of this number, claimed.
async fn revocation(place: &Place, id: Option<i64>) -> Revocation {
    let which = WhichRevocations::One(id.unwrap());
    place.store.claim_revocations(which, LEASE).await.unwrap().due.remove(0)
}

on_both_stores! {
    async fn new_tokens_are_stored_with_their_status(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        let mut refresh_result = renewed(&claim, "1");
        refresh_result.tokens.as_mut().unwrap().scopes = Some("user.info.basic".parse().unwrap());
        assert!(place.store.complete_refresh(&refresh_result).await.unwrap());
        let stored = place.active(&creator).await;
        assert_eq!(
            (stored.access_token, stored.refresh_token),
            (sealed("access of 1"), Some(sealed("refresh of 1")))
        );
        assert_eq!((stored.scopes.to_string().as_str(), stored.token_type.as_str()), ("user.info.basic", "bearer"));
        assert_eq!((stored.refreshed_at, stored.grant_status), (NOW.plus_seconds(50), refresh_result.grant_status));
        assert_eq!((stored.grant.fence, stored.grant.generation), (1, 1));
        let times = place.store.creator(&creator).await.unwrap().unwrap().grant.unwrap();
        assert_eq!((times.due_at, times.log_id), (refresh_result.due_at, None));
        assert_eq!((times.grant_status, times.refreshed_at), (refresh_result.grant_status, NOW.plus_seconds(50)));
    }

    async fn field_missing_from_new_tokens_keeps_its_value(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        let tokens = renewed(&claim, "1").tokens.map(|tokens| NewTokens { refresh_token: None, ..tokens });
        assert!(place.store.complete_refresh(&RefreshResult { tokens, ..renewed(&claim, "1") }).await.unwrap());
        let stored = place.active(&creator).await;
        assert_eq!((stored.access_token, stored.refresh_token), (sealed("access of 1"), Some(sealed("refresh"))));
        assert_eq!(stored.scopes.to_string(), "user.info.basic,video.publish");
        assert_eq!(stored.grant_status.refresh_expires_at, Some(NOW.plus_seconds(86_400)));
    }

    async fn failure_is_stored_and_keeps_the_tokens(place) {
        let creator = place.creator().await;
        for refresh_failure in RefreshFailure::ALL {
            let claim = place.claim(&creator, LEASE).await;
            let refresh_result = failed(&claim, *refresh_failure);
            assert!(place.store.complete_refresh(&refresh_result).await.unwrap());
            let stored = place.active(&creator).await;
            assert_eq!((stored.access_token, stored.refresh_token), (sealed("t"), Some(sealed("refresh"))));
            assert_eq!((stored.grant_status, stored.grant.generation), (refresh_result.grant_status, 0));
            let times = place.store.creator(&creator).await.unwrap().unwrap().grant.unwrap();
            assert_eq!((times.grant_status, times.due_at), (refresh_result.grant_status, refresh_result.due_at));
            assert_eq!(times.log_id.unwrap().as_str(), "2099EXAMPLE");
        }
        let failures = u32::try_from(RefreshFailure::ALL.len()).unwrap();
        assert_eq!(place.claim(&creator, LEASE).await.failures, failures);
    }

    async fn older_claim_writes_no_verdict(place) {
        let creator = place.creator().await;
        let older = place.claim(&creator, 0).await;
        let newer = place.claim(&creator, LEASE).await;
        assert!(!place.store.complete_refresh(&dead(&older)).await.unwrap());
        assert_eq!(place.active(&creator).await.grant_status, newer.grant_status);
        assert!(place.store.complete_refresh(&dead(&newer)).await.unwrap());
    }

    async fn verdict_after_new_tokens_is_rejected(place) {
        let creator = place.creator().await;
        let (older, newer) = (place.claim(&creator, 0).await, place.claim(&creator, LEASE).await);
        assert!(place.store.complete_refresh(&renewed(&newer, "1")).await.unwrap());
        for late in [dead(&older), dead(&newer), failed(&newer, RefreshFailure::Unavailable)] {
            assert!(!place.store.complete_refresh(&late).await.unwrap());
        }
        let stored = place.active(&creator).await;
        assert_eq!((stored.access_token, stored.grant_status), (sealed("access of 1"), renewed(&newer, "1").grant_status));
    }

    /// Nobody else has them, and TikTok knows no others any more.
    async fn late_tokens_are_written_unless_newer_exist(place) {
        let creator = place.creator().await;
        let (older, newer) = (place.claim(&creator, 0).await, place.claim(&creator, LEASE).await);
        assert!(place.store.complete_refresh(&renewed(&older, "1")).await.unwrap());
        assert!(!place.store.complete_refresh(&dead(&newer)).await.unwrap(), "it asked with a token that is gone");
        assert!(!place.store.complete_refresh(&renewed(&newer, "2")).await.unwrap());
        let stored = place.active(&creator).await;
        assert_eq!((stored.access_token, stored.grant.generation), (sealed("access of 1"), 1));
        assert!(!place.claim(&creator, LEASE).await.unsure);
    }

    async fn late_tokens_revive_a_dead_grant(place) {
        let creator = place.creator().await;
        let (older, newer) = (place.claim(&creator, 0).await, place.claim(&creator, LEASE).await);
        assert!(place.store.complete_refresh(&dead(&newer)).await.unwrap());
        assert!(place.store.complete_refresh(&renewed(&older, "1")).await.unwrap());
        assert_eq!(place.active(&creator).await.grant_status, renewed(&older, "1").grant_status);
    }

    async fn same_tokens_are_written_once_and_confirmed_twice(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        for _ in 0..2 {
            assert!(place.store.complete_refresh(&renewed(&claim, "1")).await.unwrap());
        }
        assert_eq!(place.active(&creator).await.grant.generation, 1);
    }

    async fn concurrent_completions_write_one_token_pair(place) {
        let place = Arc::new(place);
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        let settlers = (0..12).map(|number: u32| {
            let (place, refresh_result) = (Arc::clone(&place), renewed(&claim, &number.to_string()));
            tokio::spawn(async move { place.store.complete_refresh(&refresh_result).await.unwrap() })
        });
        let mut written = 0;
        for settler in settlers.collect::<Vec<_>>() {
            written += usize::from(settler.await.unwrap());
        }
        assert_eq!((written, place.active(&creator).await.grant.generation), (1, 1));
    }

    async fn new_tokens_of_an_ended_grant_go_to_its_revocation(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        let ended = place.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap();
        for name in ["1", "2"] {
            assert!(!place.store.complete_refresh(&renewed(&claim, name)).await.unwrap());
        }
        assert!(!place.store.complete_refresh(&dead(&claim)).await.unwrap());
        let revocation = revocation(&place, ended.revocation).await;
        assert_eq!(revocation.access_token, sealed("access of 1"));
        assert_eq!(revocation.refresh_token, Some(sealed("refresh of 1")));
        assert_eq!(revocation.access_expires_at, NOW.plus_seconds(90_000));
        assert_eq!(place.active_or_none(&creator).await, None);
    }

    async fn ended_grant_without_revocation_takes_no_tokens(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, LEASE).await;
        let removed = creator_connect::server::store::Ending { revoke: false, ..ending(0) };
        place.store.end_grant(&creator, &removed).await.unwrap();
        assert!(!place.store.complete_refresh(&renewed(&claim, "1")).await.unwrap());
        assert_eq!(place.active_or_none(&creator).await, None);
    }

    /// Ids of rows that are gone must not come back.
    async fn late_tokens_of_a_deleted_creator_are_dropped(place) {
        let first = place.creator().await;
        let claim = place.claim(&first, LEASE).await;
        let ended = place.store.delete_creator(&first, NOW).await.unwrap().unwrap();
        let second = place.store.save_grant(&place.grant("b", "other"), &place.id(2)).await.unwrap();
        assert!(!place.store.complete_refresh(&renewed(&claim, "1")).await.unwrap());
        assert_eq!(place.active(&second).await.access_token, sealed("other"));
        assert_eq!(revocation(&place, ended.revocation).await.access_token, sealed("access of 1"));
    }

    async fn reconnect_invalidates_open_claims(place) {
        let creator = place.creator().await;
        let (older, claim) = (place.claim(&creator, 0).await, place.claim(&creator, LEASE).await);
        assert!(place.store.complete_refresh(&RefreshResult { unsure: true, ..dead(&claim) }).await.unwrap());
        let again = NewGrant { refresh_token: Some(sealed("fresh")), ..place.grant("a", "new") };
        place.store.save_grant(&again, &place.id(2)).await.unwrap();
        for late in [renewed(&older, "1"), renewed(&claim, "2"), dead(&claim)] {
            assert!(!place.store.complete_refresh(&late).await.unwrap());
        }
        let fresh = place.claim(&creator, LEASE).await;
        assert_eq!((fresh.access_token, fresh.refresh_token), (sealed("new"), sealed("fresh")));
        assert_eq!((fresh.grant.fence, fresh.grant.generation), (1, 1));
        assert_eq!((fresh.failures, fresh.unsure, fresh.grant_status.refresh_failure), (0, false, None));
        let times = place.store.creator(&creator).await.unwrap().unwrap().grant.unwrap();
        assert_eq!((times.due_at, times.log_id), (Some(again.refresh_due_at), None));
    }

    /// TikTok may have been asked with it.
    async fn refresh_token_kept_by_reconnect_stays_unsure(place) {
        let creator = place.creator().await;
        place.claim(&creator, LEASE).await;
        let bare = NewGrant { refresh_token: None, ..place.grant("a", "new") };
        place.store.save_grant(&bare, &place.id(2)).await.unwrap();
        assert!(place.claim(&creator, LEASE).await.unsure);
    }
}

impl Place {
    /// The access token of the creator's grant, if they have one.
    async fn active_or_none(&self, creator: &creator_connect::domain::CreatorId) -> Option<String> {
        let active = self.store.active_grant(creator).await.unwrap();
        active.map(|grant| grant.access_token.as_str().to_owned())
    }
}
