//! Sessions, and the purge of what is over.

use std::sync::Arc;

use creator_connect::server::store::{LoginKey, StoredSession};

use super::NOW;

on_both_stores! {
    async fn sessions_of_a_creator_end_but_for_one(place) {
        let creator = place.creator().await;
        let of = |name: &str, creator| StoredSession { creator, ..place.session(name, "{}") };
        let own = of("own", Some(creator.clone()));
        let others = [of("phone", Some(creator.clone())), of("laptop", Some(creator.clone()))];
        let strangers = [of("stranger", Some(place.id(2))), of("nobody", None)];
        for session in [&own].into_iter().chain(&others).chain(&strangers) {
            assert!(place.store.create_session(session).await.unwrap());
        }
        place.store.delete_sessions(&creator, Some(&own.id)).await.unwrap();
        for session in &others {
            assert_eq!(place.store.session(&session.id, NOW).await.unwrap(), None);
        }
        for session in [&own].into_iter().chain(&strangers) {
            assert!(place.store.session(&session.id, NOW).await.unwrap().is_some());
        }
        place.store.delete_sessions(&creator, None).await.unwrap();
        assert_eq!(place.store.session(&own.id, NOW).await.unwrap(), None);
    }

    async fn session_id_is_created_once(place) {
        let store = &place.store;
        assert!(store.create_session(&place.session("s", "{}")).await.unwrap());
        assert!(!store.create_session(&place.session("s", "{\"a\":1}")).await.unwrap());
        assert_eq!(store.session(&place.name("s"), NOW).await.unwrap(), Some(place.session("s", "{}")));
    }

    async fn save_does_not_restore_a_deleted_session(place) {
        let store = &place.store;
        store.create_session(&place.session("s", "{}")).await.unwrap();
        store.save_session(&place.session("s", "{\"a\":1}")).await.unwrap();
        assert_eq!(store.session(&place.name("s"), NOW).await.unwrap(), Some(place.session("s", "{\"a\":1}")));
        store.delete_session(&place.name("s")).await.unwrap();
        store.save_session(&place.session("s", "{}")).await.unwrap();
        assert_eq!(store.session(&place.name("s"), NOW).await.unwrap(), None);
    }

    async fn expired_session_is_not_found(place) {
        let store = &place.store;
        store.create_session(&place.session("s", "{}")).await.unwrap();
        assert!(store.session(&place.name("s"), NOW.plus_seconds(59)).await.unwrap().is_some());
        assert!(store.session(&place.name("s"), NOW.plus_seconds(60)).await.unwrap().is_none());
    }

    async fn purge_deletes_expired_rows_only(place) {
        let place = place.alone().await;
        let store = &place.store;
        let (at, begun_before) = (NOW.plus_seconds(60), NOW.plus_seconds(50));
        store.purge(at, begun_before).await.unwrap();
        store.create_session(&place.session("over", "{}")).await.unwrap();
        let live = StoredSession { expires_at: NOW.plus_seconds(999), ..place.session("live", "{}") };
        store.create_session(&live).await.unwrap();
        store.begin_login(&place.login("b", "over", 0), 5).await.unwrap();
        store.begin_login(&place.login("b", "live", 100), 5).await.unwrap();
        assert_eq!(store.purge(at, begun_before).await.unwrap(), 2);
        assert!(store.session(&place.name("live"), NOW).await.unwrap().is_some());
        let live = store.take_login(&place.name("b"), LoginKey::State(&place.name("live"))).await.unwrap();
        assert!(live.is_some());
    }

    async fn concurrent_purges_delete_each_row_once(place) {
        let place = Arc::new(place.alone().await);
        place.store.purge(NOW.plus_seconds(60), NOW).await.unwrap();
        for number in 0..30 {
            assert!(place.store.create_session(&place.session(&number.to_string(), "{}")).await.unwrap());
        }
        let purges = (0..12).map(|_| {
            let place = Arc::clone(&place);
            tokio::spawn(async move { place.store.purge(NOW.plus_seconds(60), NOW).await.unwrap() })
        });
        let mut forgotten = 0;
        for purge in purges.collect::<Vec<_>>() {
            forgotten += purge.await.unwrap();
        }
        assert_eq!(forgotten, 30);
    }

    async fn concurrent_creates_of_one_session_succeed_once(place) {
        let place = Arc::new(place);
        let creations = (0..12).map(|number: u32| {
            let place = Arc::clone(&place);
            let session = place.session("s", &number.to_string());
            tokio::spawn(async move { place.store.create_session(&session).await.unwrap() })
        });
        let mut created = 0;
        for creation in creations.collect::<Vec<_>>() {
            created += usize::from(creation.await.unwrap());
        }
        assert_eq!(created, 1);
    }
}
