//! API keys.

use creator_connect::{
    domain::{CreatorLimit, Permission},
    server::store::{KeyEnd, StoredApiKey},
};

use super::{NOW, Place};

impl Place {
    /// A key of this test, whose last characters of 12 are `end`.
    fn key(&self, end: char) -> StoredApiKey {
        StoredApiKey {
            id: format!("{:011x}{end}", self.number & 0xFFF_FFFF_FFFF),
            digest: "ab".repeat(32),
            name: "n8n".to_owned(),
            permissions: vec![Permission::CreatorsRead, Permission::TokensRead],
            creators: CreatorLimit::Labels(vec!["client:acme".parse().unwrap()]),
            addresses: vec!["10.0.0.0/8".to_owned()],
            requests_per_minute: 600,
            tokens_per_minute: 60,
            created_at: NOW,
            expires_at: Some(NOW.plus_seconds(86_400)),
            last_used_at: None,
            revoked_at: None,
        }
    }
}

on_both_stores! {
    async fn key_is_read_as_it_was_created(place) {
        let key = place.key('A');
        assert!(place.store.create_api_key(&key).await.unwrap());
        assert_eq!(place.store.api_key(&key.id).await.unwrap(), Some(key.clone()));
        let other = StoredApiKey { name: "other".to_owned(), ..key.clone() };
        assert!(!place.store.create_api_key(&other).await.unwrap(), "an id is used once");
        assert!(place.store.api_keys().await.unwrap().contains(&key));
        assert_eq!(place.store.api_key("zzzzzzzzzzzz").await.unwrap(), None);
    }

    async fn creator_limits_and_permissions_survive_storing(place) {
        let limits = [CreatorLimit::All, CreatorLimit::Ids(vec![place.id(1), place.id(2)])];
        for (creators, end) in limits.into_iter().zip(['A', 'B']) {
            let permissions = Permission::ALL.to_vec();
            let key = StoredApiKey { creators, permissions, expires_at: None, addresses: vec![], ..place.key(end) };
            place.store.create_api_key(&key).await.unwrap();
            assert_eq!(place.store.api_key(&key.id).await.unwrap(), Some(key));
        }
    }

    async fn key_is_revoked_once(place) {
        let key = place.key('A');
        place.store.create_api_key(&key).await.unwrap();
        let at = NOW.plus_seconds(60);
        assert!(place.store.end_api_key(&key.id, KeyEnd::Revoked(at)).await.unwrap());
        assert!(!place.store.end_api_key(&key.id, KeyEnd::Revoked(NOW)).await.unwrap());
        let stored = place.store.api_key(&key.id).await.unwrap().unwrap();
        assert_eq!(stored, StoredApiKey { revoked_at: Some(at), ..key });
        assert!(!place.store.end_api_key("zzzzzzzzzzzz", KeyEnd::Revoked(at)).await.unwrap());
    }

    async fn key_expires_sooner_never_later(place) {
        let key = place.key('A');
        let endless = StoredApiKey { expires_at: None, ..place.key('B') };
        for key in [&key, &endless] {
            place.store.create_api_key(key).await.unwrap();
        }
        for (id, at, expected) in [(&key.id, 60, 60), (&key.id, 120, 60), (&endless.id, 120, 120)] {
            let end = KeyEnd::Expires(NOW.plus_seconds(at));
            assert!(place.store.end_api_key(id, end).await.unwrap());
            let stored = place.store.api_key(id).await.unwrap().unwrap();
            assert_eq!((stored.expires_at, stored.revoked_at), (Some(NOW.plus_seconds(expected)), None));
        }
    }

    async fn last_use_of_a_key_only_advances(place) {
        let key = place.key('A');
        place.store.create_api_key(&key).await.unwrap();
        for (at, expected) in [(60, 60), (30, 60), (90, 90)] {
            place.store.note_api_key_use(&key.id, NOW.plus_seconds(at)).await.unwrap();
            let used = place.store.api_key(&key.id).await.unwrap().unwrap().last_used_at;
            assert_eq!(used, Some(NOW.plus_seconds(expected)));
        }
    }
}
