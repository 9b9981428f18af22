//! Our own events: each written with the change that it tells of, and once.

use creator_connect::{
    domain::{CreatorId, EndCause, GrantEvent, RefreshFailure, RemovalReason},
    server::store::{Ending, EventQuery, GrantClaim, NewGrant, NewTokens, RefreshResult},
};

use super::{NOW, Place, sealed};

impl Place {
    /// The names of our own events of this place that wait, in order; handles them.
    async fn own_events(&self) -> Vec<String> {
        self.handle_all(false).await.into_iter().map(|event| event.name).collect()
    }

    /// Claims the creator's grant and says how the refresh ended.
    async fn refreshed(&self, creator: &CreatorId, event: GrantEvent, token: Option<&str>) {
        let GrantClaim::Claimed { claim, .. } = self.store.claim_grant(creator, 0).await.unwrap() else {
            panic!("the grant cannot be claimed")
        };
        let tokens = token.map(|token| NewTokens {
            access_token: sealed(token),
            refresh_token: None,
            scopes: None,
            token_type: "Bearer".to_owned(),
            refreshed_at: NOW.plus_seconds(50),
        });
        let refresh_result = RefreshResult {
            grant: claim.grant,
            grant_status: claim.grant_status.after(event, NOW.plus_seconds(40)),
            tokens,
            due_at: None,
            failures: 0,
            unsure: false,
            log_id: None,
        };
        assert!(self.store.complete_refresh(&refresh_result).await.unwrap());
    }
}

fn removed(until: i64) -> Ending {
    Ending {
        at: NOW.plus_seconds(60),
        cause: EndCause::Removed(RemovalReason::ByCreator),
        given_until: Some(NOW.plus_seconds(until)),
        revoke: false,
        erase_profile: false,
    }
}

on_both_stores! {
    async fn consents_and_ends_are_recorded_once(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        let creator = place.creator().await;
        assert_eq!(place.creator().await, creator, "the same consent, saved again");
        assert_eq!(place.own_events().await, ["creator.connected"]);
        place.store.save_grant(&place.grant("a", "newer"), &place.id(2)).await.unwrap();
        assert_eq!(place.own_events().await, ["creator.reconnected"]);
        assert!(place.store.end_grant(&creator, &removed(-1)).await.unwrap().is_none(), "it is younger");
        assert_eq!(place.own_events().await, [""; 0]);
        for _ in 0..2 {
            place.store.end_grant(&creator, &removed(0)).await.unwrap().unwrap();
        }
        let [end] = &place.handle_all(false).await[..] else { panic!("one end is one event") };
        assert_eq!((end.name.as_str(), end.created_at), ("creator.disconnected", NOW.plus_seconds(60)));
        assert!(end.body.contains("by_creator") && end.body.contains(creator.as_str()), "{}", end.body);
        place.store.save_grant(&place.grant("a", "newest"), &place.id(2)).await.unwrap();
        assert_eq!(place.own_events().await, ["creator.reconnected"]);
    }

    async fn sign_in_that_changes_nothing_is_no_event(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        let lasting = |token: &str, scopes: &str| NewGrant {
            scopes: scopes.parse().unwrap(),
            refresh_expires_at: Some(NOW.plus_seconds(365 * 86_400)),
            ..place.grant("a", token)
        };
        let save = async |grant: NewGrant| place.store.save_grant(&grant, &place.id(1)).await.unwrap();
        let creator = save(lasting("first", "user.info.basic")).await;
        assert_eq!(place.own_events().await, ["creator.connected"]);
        save(lasting("second", "user.info.basic")).await;
        assert_eq!(place.own_events().await, [""; 0], "the same scopes");
        save(lasting("third", "user.info.basic,video.publish")).await;
        assert_eq!(place.own_events().await, ["creator.reconnected"], "another permission");
        place.refreshed(&creator, GrantEvent::Failed(RefreshFailure::Unavailable), None).await;
        save(lasting("fourth", "user.info.basic,video.publish")).await;
        assert_eq!(place.own_events().await, ["creator.reconnected", "creator.recovered"], "it was failing");
    }

    async fn needs_reconnect_and_recovery_are_recorded(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        let creator = place.creator().await;
        let renewed = GrantEvent::Renewed { access_expires_at: NOW.plus_seconds(9000), refresh_expires_at: None };
        assert_eq!(place.own_events().await, ["creator.connected"]);
        place.refreshed(&creator, renewed, Some("second")).await;
        assert_eq!(place.own_events().await, [""; 0], "nothing was wrong");
        place.refreshed(&creator, GrantEvent::Failed(RefreshFailure::Unavailable), None).await;
        assert_eq!(place.own_events().await, [""; 0], "it may pass");
        place.refreshed(&creator, renewed, Some("third")).await;
        assert_eq!(place.own_events().await, ["creator.recovered"]);
        place.refreshed(&creator, GrantEvent::Dead(RefreshFailure::Refused), None).await;
        let [broken] = &place.handle_all(false).await[..] else { panic!("it is told once") };
        assert_eq!((broken.name.as_str(), broken.created_at), ("creator.needs_reconnect", NOW.plus_seconds(40)));
        assert!(broken.body.contains("refused"), "{}", broken.body);
        place.store.save_grant(&place.grant("a", "fourth"), &place.id(2)).await.unwrap();
        assert_eq!(place.own_events().await, ["creator.reconnected", "creator.recovered"]);
    }

    async fn consent_after_an_end_is_no_recovery(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        let creator = place.creator().await;
        place.refreshed(&creator, GrantEvent::Dead(RefreshFailure::Refused), None).await;
        place.store.end_grant(&creator, &removed(0)).await.unwrap().unwrap();
        place.store.save_grant(&place.grant("a", "new"), &place.id(2)).await.unwrap();
        assert_eq!(
            place.own_events().await,
            ["creator.connected", "creator.needs_reconnect", "creator.disconnected", "creator.reconnected"]
        );
    }

    async fn deleted_creator_leaves_one_anonymous_event(place) {
        let place = place.alone().await;
        place.handle_all(false).await;
        let creator = place.creator().await;
        place.store.save_event(&place.event("a", "x", 1)).await.unwrap();
        place.handle_all(false).await;
        place.store.delete_creator(&creator, NOW).await.unwrap().unwrap();
        let [last] = &place.handle_all(false).await[..] else { panic!("one event is left") };
        assert_eq!((last.name.as_str(), last.creator.as_ref()), ("creator.disconnected", None));
        assert!(last.body.contains(creator.as_str()), "{}", last.body);
        let left = place.store.events(&EventQuery::newest(100)).await.unwrap();
        assert!(left.iter().all(|event| event.creator.as_ref() != Some(&creator)));
        assert!(left.iter().all(|event| event.row == last.row || !event.body.contains(creator.as_str())));
        assert_eq!(place.store.activity(&creator, 9).await.unwrap(), []);
    }
}
