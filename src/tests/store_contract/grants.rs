//! Grants: one active for each creator, and nothing lost by a newer one.

use std::sync::Arc;

use creator_connect::server::store::NewGrant;

use super::{NOW, ending, renewed, sealed};

on_both_stores! {
    async fn new_creator_gets_the_new_id(place) {
        let store = &place.store;
        assert_eq!(store.save_grant(&place.grant("a", "t"), &place.id(1)).await.unwrap(), place.id(1));
    }

    async fn known_creator_keeps_their_id(place) {
        let store = &place.store;
        store.save_grant(&place.grant("a", "t"), &place.id(1)).await.unwrap();
        assert_eq!(store.save_grant(&place.grant("a", "u"), &place.id(2)).await.unwrap(), place.id(1));
    }

    async fn one_person_at_two_apps_is_two_creators(place) {
        let store = &place.store;
        store.save_grant(&place.grant("a", "t"), &place.id(1)).await.unwrap();
        let mut elsewhere = place.grant("a", "t");
        elsewhere.client_key = place.name("sandbox");
        assert_eq!(store.save_grant(&elsewhere, &place.id(2)).await.unwrap(), place.id(2));
    }

    async fn grant_is_read_back_as_saved(place) {
        let store = &place.store;
        let creator = store.save_grant(&place.grant("open!id*1", "t"), &place.id(1)).await.unwrap();
        let found = store.active_grant(&creator).await.unwrap().unwrap();
        assert_eq!(found.client_key, place.name("app"));
        assert_eq!(found.open_id.as_str(), "open!id*1");
        assert_eq!((found.access_token, found.refresh_token), (sealed("t"), Some(sealed("refresh"))));
        assert_eq!(found.grant_status.access_expires_at, NOW.plus_seconds(7200));
    }

    async fn newer_grant_is_the_only_active_one(place) {
        let place = place.alone().await;
        let store = &place.store;
        let before = place.grants().await;
        let creator = store.save_grant(&place.grant("a", "old"), &place.id(1)).await.unwrap();
        store.save_grant(&place.grant("a", "new"), &place.id(2)).await.unwrap();
        assert_eq!(place.grants().await, before + 1);
        assert_eq!(store.active_grant(&creator).await.unwrap().unwrap().access_token, sealed("new"));
    }

    async fn late_consent_of_a_new_creator_is_saved(place) {
        let saved = place.store.save_late_grant(&place.grant("a", "t"), &place.id(1)).await.unwrap();
        assert_eq!(saved, Some(place.id(1)));
        assert_eq!(place.active(&place.id(1)).await.access_token, sealed("t"));
    }

    async fn late_consent_replaces_an_older_grant_alone(place) {
        let creator = place.creator().await;
        let at = |seconds, token| NewGrant { granted_at: NOW.plus_seconds(seconds), ..place.grant("a", token) };
        for (seconds, active) in [(1, "later"), (1, "later"), (0, "later"), (-5, "later")] {
            let token = if seconds == 1 { "later" } else { "earlier" };
            let saved = place.store.save_late_grant(&at(seconds, token), &place.id(2)).await.unwrap();
            assert_eq!(saved, Some(creator.clone()), "they are connected, by one or the other");
            assert_eq!(place.active(&creator).await.access_token, sealed(active), "{seconds}");
        }
    }

    async fn late_consent_keeps_tokens_refreshed_since(place) {
        let creator = place.creator().await;
        let claim = place.claim(&creator, 60).await;
        assert!(place.store.complete_refresh(&renewed(&claim, "1")).await.unwrap());
        let again = place.store.save_late_grant(&place.grant("a", "t"), &place.id(1)).await.unwrap();
        assert_eq!(again, Some(creator.clone()));
        assert_eq!(place.active(&creator).await.access_token, sealed("access of 1"));
    }

    async fn late_consent_connects_nobody_who_left_since(place) {
        let creator = place.creator().await;
        place.store.end_grant(&creator, &ending(10)).await.unwrap();
        let earlier = place.grant("a", "late");
        assert_eq!(place.store.save_late_grant(&earlier, &place.id(2)).await.unwrap(), None);
        assert!(place.store.active_grant(&creator).await.unwrap().is_none());
        let later = NewGrant { granted_at: NOW.plus_seconds(11), ..earlier };
        assert_eq!(place.store.save_late_grant(&later, &place.id(2)).await.unwrap(), Some(creator));
    }

    async fn grant_saved_twice_is_one_grant(place) {
        let place = place.alone().await;
        let store = &place.store;
        let before = place.grants().await;
        for _ in 0..2 {
            let saved = store.save_grant(&place.grant("a", "t"), &place.id(1)).await.unwrap();
            assert_eq!(saved, place.id(1));
        }
        assert_eq!(place.grants().await, before + 1);
        let found = store.active_grant(&place.id(1)).await.unwrap().unwrap();
        assert_eq!((found.access_token, found.refresh_token), (sealed("t"), Some(sealed("refresh"))));
    }

    async fn refresh_token_without_expiry_has_none(place) {
        let store = &place.store;
        let endless = NewGrant { refresh_expires_at: None, ..place.grant("a", "t") };
        let creator = store.save_grant(&endless, &place.id(1)).await.unwrap();
        let times = store.creator(&creator).await.unwrap().unwrap().grant.unwrap();
        assert_eq!((times.refreshed_at, times.grant_status.refresh_expires_at), (NOW, None));
    }

    async fn missing_refresh_token_keeps_the_stored_one(place) {
        let store = &place.store;
        let creator = store.save_grant(&place.grant("a", "old"), &place.id(1)).await.unwrap();
        let bare = NewGrant { refresh_token: None, refresh_expires_at: None, ..place.grant("a", "new") };
        store.save_grant(&bare, &place.id(2)).await.unwrap();
        assert_eq!(store.active_grant(&creator).await.unwrap().unwrap().refresh_token, Some(sealed("refresh")));
        let times = store.creator(&creator).await.unwrap().unwrap().grant.unwrap();
        assert_eq!(times.grant_status.refresh_expires_at, Some(NOW.plus_seconds(86_400)));
    }

    async fn concurrent_logins_leave_one_active_grant(place) {
        let place = Arc::new(place.alone().await);
        let before = place.grants().await;
        let logins = (0..12_u32).map(|number| {
            let place = Arc::clone(&place);
            let grant = place.grant("a", &number.to_string());
            tokio::spawn(async move { place.store.save_grant(&grant, &place.id(number)).await })
        });
        let mut creators = Vec::new();
        for login in logins.collect::<Vec<_>>() {
            creators.push(login.await.unwrap().unwrap());
        }
        creators.dedup();
        assert_eq!(creators.len(), 1);
        assert_eq!(place.grants().await, before + 1);
    }
}
