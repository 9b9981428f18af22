//! Connections that die, before the work or after it: each verb happens wholly or not at all, and what
//! may be done twice is asked again.

mod refreshes;

use std::sync::Arc;

use creator_connect::server::{
    clock::ManualClock,
    store::{
        GrantStore as _, LoginKey, LoginStore as _, ProfileStore as _, Store as _, StoreError, StoredSession,
        WebSessionStore as _, supabase::SupabaseStore,
    },
};
use serde_json::json;

use super::{NOW, Place, avatar, profile, sealed};
use crate::support::{
    Gateway,
    supabase::{Hold, key, store},
};

/// A store whose connections die, and the same records over a connection that does not.
struct LostConnections {
    gateway: Gateway,
    store: SupabaseStore,
    place: Place,
}

impl LostConnections {
    async fn new() -> Self {
        let gateway = Gateway::start();
        let number = super::new_number();
        let place = Place {
            store: Arc::new(gateway_less().await),
            number,
            hold: Some(Hold::shared().await),
            file: None,
        };
        Self { store: gateway.store().await, gateway, place }
    }

    /// Each call of `function` ends before it begins.
    async fn before(&self, function: &str) {
        self.gateway.order(json!({ "fault": "drop", "path": function })).await;
    }

    /// The next call of `function` is done and its answer lost.
    async fn after(&self, function: &str) {
        self.gateway.order(json!({ "fault": "drop", "after": true, "path": function, "times": 1 })).await;
    }

    /// Each call of `function` is done and its answer lost.
    async fn after_each(&self, function: &str) {
        self.gateway.order(json!({ "fault": "drop", "after": true, "path": function })).await;
    }
}

/// The stand-in without a fault.
async fn gateway_less() -> SupabaseStore {
    let url = format!("http://127.0.0.1:{}", crate::support::supabase::setting("GATEWAY_PORT"));
    store(&url, &key(), Arc::new(ManualClock::new(NOW))).await
}

fn away<T>(answer: Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unavailable(_)))
}

#[tokio::test]
async fn lost_save_grant_request_leaves_nothing() {
    let test = LostConnections::new().await;
    test.before("cc_save_grant").await;
    assert!(away(test.store.save_grant(&test.place.grant("a", "t"), &test.place.id(1)).await));
    assert!(test.place.store.creator(&test.place.id(1)).await.unwrap().is_none());
}

#[tokio::test]
async fn lost_save_grant_request_keeps_the_former_grant() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    test.before("cc_save_grant").await;
    assert!(away(test.store.save_grant(&test.place.grant("a", "new"), &test.place.id(2)).await));
    let found = test.place.store.active_grant(&creator).await.unwrap().unwrap();
    assert_eq!((found.access_token, found.refresh_token), (sealed("t"), Some(sealed("refresh"))));
}

#[tokio::test]
async fn lost_save_grant_response_is_retried() {
    let test = LostConnections::new().await;
    test.after("cc_save_grant").await;
    let saved = test.store.save_grant(&test.place.grant("a", "t"), &test.place.id(1)).await.unwrap();
    assert_eq!(saved, test.place.id(1));
    let found = test.place.store.active_grant(&saved).await.unwrap().unwrap();
    assert_eq!((found.access_token, found.refresh_token), (sealed("t"), Some(sealed("refresh"))));
}

#[tokio::test]
async fn grant_is_complete_when_all_responses_are_lost() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    test.after_each("cc_save_grant").await;
    assert!(away(test.store.save_grant(&test.place.grant("a", "new"), &test.place.id(2)).await));
    let found = test.place.store.active_grant(&creator).await.unwrap().unwrap();
    assert_eq!((found.access_token, found.refresh_token), (sealed("new"), Some(sealed("refresh"))));
}

#[tokio::test]
async fn interrupted_profile_save_is_atomic() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    test.before("cc_save_profile").await;
    assert!(away(test.store.save_profile(&creator, &profile(Some("Nick"))).await));
    assert!(test.place.store.creator(&creator).await.unwrap().unwrap().profile_known_at.is_none());
    test.after("cc_save_profile").await;
    test.store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
    let found = test.place.store.creator(&creator).await.unwrap().unwrap();
    assert_eq!((found.nickname.as_deref(), found.posting), (Some("Nick"), profile(None).posting));
}

#[tokio::test]
async fn interrupted_avatar_save_is_atomic() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    test.before("cc_save_avatar").await;
    assert!(away(test.store.save_avatar(&creator, &avatar(&[1])).await));
    assert!(test.place.store.avatar(&creator).await.unwrap().is_none());
    test.after("cc_save_avatar").await;
    test.store.save_avatar(&creator, &avatar(&[1])).await.unwrap();
    assert_eq!(test.place.store.avatar(&creator).await.unwrap(), Some(avatar(&[1])));
}

#[tokio::test]
async fn interrupted_begin_login_is_atomic() {
    let test = LostConnections::new().await;
    let (login, browser) = (test.place.login("b", "s", 0), test.place.name("b"));
    test.before("cc_begin_login").await;
    assert!(away(test.store.begin_login(&login, 5).await));
    assert!(test.place.store.take_login(&browser, LoginKey::Newest).await.unwrap().is_none());
    test.after("cc_begin_login").await;
    test.store.begin_login(&login, 5).await.unwrap();
    assert!(test.place.store.take_login(&browser, LoginKey::Newest).await.unwrap().is_some());
    assert!(test.place.store.take_login(&browser, LoginKey::Newest).await.unwrap().is_none());
}

#[tokio::test]
async fn lost_take_login_request_keeps_the_login() {
    let test = LostConnections::new().await;
    let (browser, state) = (test.place.name("b"), test.place.name("s"));
    test.place.store.begin_login(&test.place.login("b", "s", 0), 5).await.unwrap();
    test.before("cc_take_login").await;
    assert!(away(test.store.take_login(&browser, LoginKey::State(&state)).await));
    assert!(test.place.store.take_login(&browser, LoginKey::State(&state)).await.unwrap().is_some());
}

/// The second question would find nothing and blame the creator.
#[tokio::test]
async fn lost_take_login_response_is_not_retried() {
    let test = LostConnections::new().await;
    let (browser, state) = (test.place.name("b"), test.place.name("s"));
    test.place.store.begin_login(&test.place.login("b", "s", 0), 5).await.unwrap();
    test.after("cc_take_login").await;
    assert!(away(test.store.take_login(&browser, LoginKey::State(&state)).await));
    let again = test.place.store.take_login(&browser, LoginKey::State(&state)).await.unwrap().unwrap();
    assert!(again.taken_at.is_some(), "nobody else completes it");
}

/// The caller draws another id; nobody knows the first one.
#[tokio::test]
async fn lost_create_session_response_counts_as_taken() {
    let test = LostConnections::new().await;
    let session = test.place.session("s", "{}");
    test.before("cc_create_session").await;
    assert!(away(test.store.create_session(&session).await));
    assert!(test.place.store.session(&session.id, NOW).await.unwrap().is_none());
    test.after("cc_create_session").await;
    assert!(!test.store.create_session(&session).await.unwrap());
    assert_eq!(test.place.store.session(&session.id, NOW).await.unwrap(), Some(session));
}

#[tokio::test]
async fn interrupted_session_writes_are_atomic() {
    let test = LostConnections::new().await;
    let (first, id) = (test.place.session("s", "1"), test.place.name("s"));
    let second = StoredSession { data: "2".to_owned(), ..first.clone() };
    test.place.store.create_session(&first).await.unwrap();
    test.before("cc_save_session").await;
    assert!(away(test.store.save_session(&second).await));
    assert_eq!(test.place.store.session(&id, NOW).await.unwrap(), Some(first));
    test.after("cc_save_session").await;
    test.store.save_session(&second).await.unwrap();
    assert_eq!(test.place.store.session(&id, NOW).await.unwrap(), Some(second));
    test.after("cc_delete_session").await;
    test.store.delete_session(&id).await.unwrap();
    assert!(test.place.store.session(&id, NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn lost_reads_are_retried() {
    let test = LostConnections::new().await;
    let creator = test.place.creator().await;
    for function in ["cc_creator", "cc_active_grant", "cc_connections"] {
        test.gateway.order(json!({ "fault": "drop", "path": function, "times": 2 })).await;
        let read = match function {
            "cc_creator" => test.store.creator(&creator).await.map(|found| found.is_some()),
            "cc_active_grant" => test.store.active_grant(&creator).await.map(|found| found.is_some()),
            _ => test.store.connections(NOW).await.map(|states| states.grants() > 0),
        };
        assert!(read.unwrap(), "{function}");
    }
}

#[tokio::test]
async fn open_circuit_admits_one_probe_after_its_cooldown() {
    let test = LostConnections::new().await;
    let clock = Arc::new(ManualClock::new(NOW));
    let store = store(&test.gateway.url, &key(), Arc::clone(&clock) as _).await;
    test.gateway.order(json!({ "fault": "status", "status": 500, "times": 100 })).await;
    for _ in 0..10 {
        assert!(away(store.connections(NOW).await));
    }
    assert_eq!(test.gateway.left().await, 95, "five failures, and no question after them");
    clock.advance(2);
    assert!(away(store.connections(NOW).await));
    assert_eq!(test.gateway.left().await, 94, "one was let through");
    test.gateway.clear_faults().await;
    assert!(away(store.connections(NOW).await), "its rest is not over");
    clock.advance(2);
    assert!(store.connections(NOW).await.is_ok());
    assert!(store.connections(NOW).await.is_ok());
}
