//! Revocations: TikTok is told once, by one, until it knows.

use std::{collections::HashSet, sync::Arc};

use creator_connect::{
    domain::{CreatorId, GrantStatus, Timestamp},
    server::{
        store::{
            GrantRef, NewGrant, NewTokens, RefreshResult, Revocation, RevocationOutcome, WhichRevocations,
        },
        vault::Sealed,
    },
};

use super::{NOW, Place, ending, renewed, sealed};

const LEASE: u32 = 100_000;

/// A revocation that waits, by its number.
async fn waiting(place: &Place) -> i64 {
    let creator = place.creator().await;
    place.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap().revocation.unwrap()
}

async fn claim(place: &Place, which: WhichRevocations, lease_seconds: u32) -> Vec<Revocation> {
    place.store.claim_revocations(which, lease_seconds).await.unwrap().due
}

/// A place of one's own in which no revocation is due.
async fn quiet(place: Place) -> Place {
    let place = place.alone().await;
    while !claim(&place, WhichRevocations::Due(1000), LEASE).await.is_empty() {}
    place
}

/// Claims until nothing is left.
async fn everything_due(place: &Place) -> Vec<i64> {
    let mut all = Vec::new();
    loop {
        let page = claim(place, WhichRevocations::Due(4), LEASE).await;
        if page.is_empty() {
            return all;
        }
        all.extend(page.iter().map(|due| due.id));
    }
}

/// New tokens for a claimed revocation.
fn renewal_of(claimed: &Revocation, access_token: &str, refresh_token: Option<Sealed>) -> RefreshResult {
    let access_expires_at = NOW.plus_seconds(999);
    RefreshResult {
        grant: GrantRef { id: claimed.grant_id, fence: claimed.fence, generation: claimed.generation },
        grant_status: GrantStatus::granted(access_expires_at, claimed.refresh_expires_at),
        tokens: Some(NewTokens {
            access_token: sealed(access_token),
            refresh_token,
            scopes: None,
            token_type: "Bearer".to_owned(),
            refreshed_at: NOW,
        }),
        due_at: Some(NOW),
        failures: 0,
        unsure: false,
        log_id: None,
    }
}

/// A retry at that moment.
fn retry(at: Timestamp) -> RevocationOutcome {
    RevocationOutcome::Retry(at)
}

on_both_stores! {
    async fn revocation_is_claimed_once_until_its_lease_ends(place) {
        let which = WhichRevocations::One(waiting(&place).await);
        let first = claim(&place, which, 0).await.remove(0);
        let second = claim(&place, which, LEASE).await.remove(0);
        assert_eq!((first.fence + 1, first.attempts + 1), (second.fence, second.attempts));
        assert!(claim(&place, which, LEASE).await.is_empty());
        for outcome in [RevocationOutcome::Done, retry(NOW)] {
            assert!(!place.store.complete_revocation(first.id, first.fence, &outcome).await.unwrap());
        }
        assert!(place.store.complete_revocation(second.id, second.fence, &RevocationOutcome::Done).await.unwrap());
    }

    async fn completed_revocation_is_deleted(place) {
        let which = WhichRevocations::One(waiting(&place).await);
        let claimed = claim(&place, which, 0).await.remove(0);
        assert!(place.store.complete_revocation(claimed.id, claimed.fence, &RevocationOutcome::Done).await.unwrap());
        assert!(claim(&place, which, LEASE).await.is_empty());
        assert!(!place.store.complete_revocation(claimed.id, claimed.fence, &RevocationOutcome::Done).await.unwrap());
    }

    async fn revocation_is_due_at_once_and_then_at_its_retry(place) {
        let place = quiet(place).await;
        let id = waiting(&place).await;
        let due = claim(&place, WhichRevocations::Due(9), LEASE).await;
        assert_eq!(due.iter().map(|due| due.id).collect::<Vec<_>>(), [id]);
        let later = place.now().await.plus_seconds(500);
        assert!(place.store.complete_revocation(id, due[0].fence, &retry(later)).await.unwrap());
        assert!(claim(&place, WhichRevocations::Due(9), LEASE).await.is_empty());
        let asked_for = claim(&place, WhichRevocations::One(id), LEASE).await.remove(0);
        let now = place.now().await;
        assert!(place.store.complete_revocation(id, asked_for.fence, &retry(now)).await.unwrap());
        assert_eq!(claim(&place, WhichRevocations::Due(9), LEASE).await[0].attempts, 3);
    }

    async fn renewed_revocation_is_due_with_its_new_tokens(place) {
        let which = WhichRevocations::One(waiting(&place).await);
        for (number, given, kept) in [(0, None, "refresh"), (1, Some(sealed("other")), "other"), (2, None, "other")] {
            let claimed = claim(&place, which, LEASE).await.remove(0);
            assert_eq!(claimed.generation, number);
            let renewal = renewal_of(&claimed, &format!("newer {number}"), given);
            for _ in 0..2 {
                assert!(place.store.renew_revocation(&renewal).await.unwrap(), "the second call changes nothing");
            }
            let done = place.store.complete_revocation(claimed.id, claimed.fence, &RevocationOutcome::Done).await;
            assert!(!done.unwrap(), "a task with the dead tokens cannot say that it is done");
            let stored = place.revocation_tokens(claimed.id).await;
            assert_eq!(stored, (format!("newer {number}"), Some(kept.to_owned())));
        }
        assert_eq!(claim(&place, which, LEASE).await[0].access_expires_at, NOW.plus_seconds(999));
    }

    async fn renewal_of_another_pair_reaches_no_revocation(place) {
        let claimed = claim(&place, WhichRevocations::One(waiting(&place).await), LEASE).await.remove(0);
        let renewal = renewal_of(&claimed, "newer", None);
        let other = GrantRef { generation: 7, ..renewal.grant };
        assert!(!place.store.renew_revocation(&RefreshResult { grant: other, ..renewal.clone() }).await.unwrap());
        let without_tokens = RefreshResult { tokens: None, ..renewal };
        assert!(!place.store.renew_revocation(&without_tokens).await.unwrap());
    }

    /// A revocation with its dead tokens would count as done.
    async fn late_grant_tokens_fence_off_a_claimed_revocation(place) {
        let creator = place.creator().await;
        let refresh = place.claim(&creator, LEASE).await;
        let ended = place.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap();
        let which = WhichRevocations::One(ended.revocation.unwrap());
        let first = claim(&place, which, LEASE).await.remove(0);
        assert!(!place.store.complete_refresh(&renewed(&refresh, "1")).await.unwrap());
        assert!(!place.store.complete_revocation(first.id, first.fence, &RevocationOutcome::Done).await.unwrap());
        assert_eq!(claim(&place, which, LEASE).await[0].access_token, sealed("access of 1"));
    }

    async fn late_grant_tokens_keep_newer_revocation_tokens(place) {
        let creator = place.creator().await;
        let refresh = place.claim(&creator, LEASE).await;
        let ended = place.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap();
        let which = WhichRevocations::One(ended.revocation.unwrap());
        let first = claim(&place, which, LEASE).await.remove(0);
        let own = renewal_of(&first, "own", Some(sealed("own")));
        assert!(place.store.renew_revocation(&own).await.unwrap());
        assert!(!place.store.complete_refresh(&renewed(&refresh, "1")).await.unwrap());
        assert_eq!(place.revocation_tokens(first.id).await, ("own".to_owned(), Some("own".to_owned())));
    }

    async fn reconnect_cancels_a_pending_revocation(place) {
        let which = WhichRevocations::One(waiting(&place).await);
        let creator = place.creator().await;
        assert!(claim(&place, which, LEASE).await.is_empty());
        let due_at = place.store.creator(&creator).await.unwrap().unwrap().grant.unwrap().due_at;
        assert_eq!(due_at, Some(place.grant("a", "t").refresh_due_at));
    }

    async fn reconnect_after_deletion_cancels_the_revocation(place) {
        let creator = place.creator().await;
        let ended = place.store.delete_creator(&creator, NOW).await.unwrap().unwrap();
        place.store.save_grant(&place.grant("a", "t"), &place.id(2)).await.unwrap();
        assert!(claim(&place, WhichRevocations::One(ended.revocation.unwrap()), LEASE).await.is_empty());
    }

    /// The revocation may reach TikTok after the reconnect and end it.
    async fn reconnect_during_revocation_is_refreshed_after_it(place) {
        let id = waiting(&place).await;
        let before = place.now().await;
        let on_its_way = claim(&place, WhichRevocations::One(id), 120).await.remove(0);
        let now = place.now().await;
        let grant = NewGrant { refresh_due_at: now.plus_seconds(4800), ..place.grant("a", "new") };
        let creator = place.store.save_grant(&grant, &place.id(2)).await.unwrap();
        let due_at = place.store.creator(&creator).await.unwrap().unwrap().grant.unwrap().due_at.unwrap();
        let lease_ends = before.plus_seconds(120)..=now.plus_seconds(121);
        assert!(lease_ends.contains(&due_at), "{due_at:?} is {now:?} and the lease");
        assert!(!place.store.complete_revocation(id, on_its_way.fence, &RevocationOutcome::Done).await.unwrap());
        assert_eq!(place.active(&creator).await.access_token, sealed("new"));
    }

    async fn concurrent_claims_share_no_revocation(place) {
        let place = Arc::new(quiet(place).await);
        for number in 0..30 {
            let creator: CreatorId =
                place.store.save_grant(&place.grant(&number.to_string(), "t"), &place.id(number)).await.unwrap();
            place.store.end_grant(&creator, &ending(0)).await.unwrap();
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
        let distinct: HashSet<_> = all.iter().collect();
        assert_eq!((all.len(), distinct.len()), (30, 30));
    }
}
