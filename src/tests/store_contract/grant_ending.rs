//! Ends of grants: what is erased, what is remembered, and what is spared.

use std::sync::Arc;

use creator_connect::{
    domain::{EndCause, FetchOutcome, RemovalReason},
    server::store::{Ended, Ending, WhichRevocations},
};

use super::{NOW, avatar, ending, profile, sealed};

const LEASE: u32 = 100_000;

/// TikTok says that it has ended.
fn removal(reason: RemovalReason) -> Ending {
    Ending { cause: EndCause::Removed(reason), revoke: false, ..ending(0) }
}

on_both_stores! {
    async fn end_erases_tokens_and_is_recorded(place) {
        let creator = place.creator().await;
        let ended = place.store.end_grant(&creator, &removal(RemovalReason::ByCreator)).await.unwrap();
        assert_eq!(ended, Some(Ended { revocation: None, was_active: true }));
        assert!(place.store.active_grant(&creator).await.unwrap().is_none());
        let found = place.store.creator(&creator).await.unwrap().unwrap();
        assert!(found.grant.is_none());
        assert_eq!(found.ended, Some((NOW, EndCause::Removed(RemovalReason::ByCreator))));
    }

    async fn end_by_creator_leaves_a_revocation(place) {
        let creator = place.creator().await;
        let ended = place.store.end_grant(&creator, &ending(5)).await.unwrap().unwrap();
        assert!(ended.was_active);
        let which = WhichRevocations::One(ended.revocation.unwrap());
        let claimed = place.store.claim_revocations(which, LEASE).await.unwrap();
        let revocation = &claimed.due[0];
        assert_eq!((&revocation.client_key, revocation.open_id.as_str()), (&place.name("app"), "a"));
        assert_eq!(
            (&revocation.access_token, &revocation.refresh_token),
            (&sealed("t"), &Some(sealed("refresh")))
        );
        assert_eq!(revocation.access_expires_at, NOW.plus_seconds(7200));
        assert_eq!(revocation.refresh_expires_at, Some(NOW.plus_seconds(86_400)));
        assert_eq!((revocation.ended_at, revocation.attempts), (NOW.plus_seconds(5), 1));
    }

    async fn end_skips_a_younger_grant(place) {
        let creator = place.creator().await;
        place.store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
        let before = Ending { given_until: Some(NOW.plus_seconds(-1)), erase_profile: true, ..ending(9) };
        assert_eq!(place.store.end_grant(&creator, &before).await.unwrap(), None);
        assert_eq!(place.active(&creator).await.access_token, sealed("t"));
        let found = place.store.creator(&creator).await.unwrap().unwrap();
        assert_eq!((found.nickname.as_deref(), found.ended), (Some("Nick"), None));
        let then = Ending { given_until: Some(NOW), ..ending(9) };
        assert!(place.store.end_grant(&creator, &then).await.unwrap().unwrap().was_active);
    }

    async fn end_of_unknown_creator_is_none(place) {
        assert_eq!(place.store.end_grant(&place.id(9), &ending(0)).await.unwrap(), None);
    }

    async fn second_end_only_erases_the_profile(place) {
        let creator = place.creator().await;
        place.store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
        place.store.end_grant(&creator, &removal(RemovalReason::Unknown)).await.unwrap();
        let second = Ending { given_until: Some(NOW.plus_seconds(-9)), erase_profile: true, ..ending(7) };
        let ended = place.store.end_grant(&creator, &second).await.unwrap();
        assert_eq!(ended, Some(Ended { revocation: None, was_active: false }));
        let found = place.store.creator(&creator).await.unwrap().unwrap();
        assert_eq!(found.ended, Some((NOW, EndCause::Removed(RemovalReason::Unknown))));
        assert_eq!(found.nickname, None);
    }

    async fn every_end_cause_is_read_back(place) {
        let removed = RemovalReason::ALL.iter().map(|reason| EndCause::Removed(*reason));
        for cause in removed.chain([EndCause::Here]) {
            let creator = place.creator().await;
            place.store.end_grant(&creator, &Ending { cause, ..ending(1) }).await.unwrap();
            let found = place.store.creator(&creator).await.unwrap().unwrap();
            assert_eq!(found.ended, Some((NOW.plus_seconds(1), cause)));
        }
    }

    async fn reconnect_clears_the_end(place) {
        let creator = place.creator().await;
        place.store.end_grant(&creator, &ending(0)).await.unwrap();
        assert_eq!(place.creator().await, creator);
        assert_eq!(place.store.creator(&creator).await.unwrap().unwrap().ended, None);
    }

    async fn end_keeps_the_profile_unless_erased(place) {
        let creator = place.creator().await;
        place.store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
        place.store.save_avatar(&creator, &avatar(&[1])).await.unwrap();
        place.store.end_grant(&creator, &ending(0)).await.unwrap();
        let found = place.store.creator(&creator).await.unwrap().unwrap();
        assert_eq!((found.nickname.as_deref(), found.profile_asked_at), (Some("Nick"), Some(NOW)));
        assert!(place.store.avatar(&creator).await.unwrap().is_some());
    }

    async fn erased_profile_is_empty(place) {
        let creator = place.creator().await;
        let update = creator_connect::server::store::ProfileUpdate {
            log_id: Some("2099EXAMPLE".parse().unwrap()),
            ..profile(Some("Nick"))
        };
        place.store.save_profile(&creator, &update).await.unwrap();
        place.store.save_avatar(&creator, &avatar(&[1])).await.unwrap();
        let erasing = Ending { erase_profile: true, ..ending(0) };
        place.store.end_grant(&creator, &erasing).await.unwrap();
        let found = place.store.creator(&creator).await.unwrap().unwrap();
        assert_eq!((found.union_id, found.username, found.nickname), (None, None, None));
        assert_eq!((found.avatar_url, found.avatar_url_known_at, found.posting), (None, None, None));
        assert_eq!((found.user_info, found.creator_info), (FetchOutcome::NotAsked, FetchOutcome::NotAsked));
        assert_eq!((found.log_id, found.profile_known_at, found.profile_asked_at), (None, None, None));
        assert_eq!((found.open_id.as_str(), found.connected_at), ("a", NOW), "to know them again");
        assert!(place.store.avatar(&creator).await.unwrap().is_none());
    }

    /// TikTok may be asked at the moment when all is erased.
    async fn profile_after_the_end_is_not_saved(place) {
        let creator = place.creator().await;
        place.store.end_grant(&creator, &Ending { erase_profile: true, ..ending(0) }).await.unwrap();
        place.store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
        place.store.save_avatar(&creator, &avatar(&[1])).await.unwrap();
        let found = place.store.creator(&creator).await.unwrap().unwrap();
        assert_eq!((found.nickname, found.profile_asked_at), (None, None));
        assert!(place.store.avatar(&creator).await.unwrap().is_none());
    }

    async fn concurrent_ends_end_the_grant_once(place) {
        let place = Arc::new(place);
        let creator = place.creator().await;
        let ends = (0..12).map(|_| {
            let (place, creator) = (Arc::clone(&place), creator.clone());
            tokio::spawn(async move { place.store.end_grant(&creator, &ending(0)).await.unwrap().unwrap() })
        });
        let (mut active, mut revocations) = (0, 0);
        for end in ends.collect::<Vec<_>>() {
            let ended = end.await.unwrap();
            active += usize::from(ended.was_active);
            revocations += usize::from(ended.revocation.is_some());
        }
        assert_eq!((active, revocations), (1, 1));
    }

    /// Whatever comes first, no token is lost and none is left behind.
    async fn concurrent_ends_reconnects_refreshes_all_succeed(place) {
        let place = Arc::new(place);
        let creator = place.creator().await;
        let tasks = (0..24_u32).map(|number| {
            let (place, creator) = (Arc::clone(&place), creator.clone());
            tokio::spawn(async move {
                match number % 4 {
                    0 => drop(place.store.end_grant(&creator, &ending(0)).await.unwrap()),
                    1 => drop(place.creator().await),
                    2 => drop(place.store.delete_creator(&place.id(77), NOW).await.unwrap()),
                    _ => {
                        let claim = place.store.claim_grant(&creator, 0).await.unwrap();
                        if let creator_connect::server::store::GrantClaim::Claimed { claim, .. } = claim {
                            place.store.complete_refresh(&super::renewed(&claim, &number.to_string())).await.unwrap();
                        }
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(place.creator().await, creator);
        assert_eq!(place.active(&creator).await.access_token, sealed("t"));
    }
}
