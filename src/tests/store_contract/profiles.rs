//! Profiles and pictures.

use creator_connect::{
    domain::{FetchOutcome, Posting},
    server::store::ProfileUpdate,
};

use super::{NOW, avatar, profile};

/// What breaks a store that quotes by hand.
const TEXTS: [&str; 10] = [
    "O'Hara \"q\"",
    "a,b(c)\\d",
    "line\nline\r\n\ttab",
    "🎬👩‍🍳 é e\u{301}",
    "\u{202E}rtl\u{200F}",
    "%_*;--",
    "NULL",
    "{}",
    "\\u0000 \\\" $1 $$ :a ?",
    "\u{1}\u{7F}\u{FEFF}\u{10FFFF}",
];

on_both_stores! {
    async fn unknown_creator_is_no_error(place) {
        let store = &place.store;
        assert!(store.creator(&place.id(9)).await.unwrap().is_none());
        assert!(store.active_grant(&place.id(9)).await.unwrap().is_none());
        assert!(store.avatar(&place.id(9)).await.unwrap().is_none());
        store.save_profile(&place.id(9), &profile(None)).await.unwrap();
        assert!(store.creator(&place.id(9)).await.unwrap().is_none());
    }

    async fn profile_is_read_back_as_saved(place) {
        let store = &place.store;
        let creator = place.creator().await;
        store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
        let found = store.creator(&creator).await.unwrap().unwrap();
        assert_eq!(found.posting, profile(None).posting);
        assert_eq!(found.nickname.as_deref(), Some("Nick"));
        assert_eq!(found.username.as_deref(), Some("handle"));
        assert_eq!(found.union_id.as_deref(), Some("union"));
        assert_eq!(found.avatar_url_known_at, Some(NOW));
        assert_eq!(found.profile_known_at, Some(NOW));
        assert_eq!(found.connected_at, NOW);
    }

    async fn profile_page_gets_all_in_one_call(place) {
        let creator = place.creator().await;
        place.store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
        let found = place.store.profile(&creator, 5).await.unwrap().unwrap();
        let (alone, events) = (place.store.creator(&creator).await.unwrap(), place.store.activity(&creator, 5).await);
        assert_eq!(format!("{:?}", found.creator), format!("{:?}", alone.unwrap()));
        assert_eq!(found.activity, events.unwrap());
        assert_eq!(found.activity.len(), 1, "that they connected");
        assert_eq!(place.store.profile(&creator, 0).await.unwrap().unwrap().activity, []);
        assert!(place.store.profile(&place.id(9), 5).await.unwrap().is_none());
    }

    async fn missing_profile_field_keeps_its_value(place) {
        let store = &place.store;
        let creator = place.creator().await;
        store.save_profile(&creator, &profile(Some("Nick"))).await.unwrap();
        let silence = ProfileUpdate {
            union_id: None,
            avatar_url: None,
            username: None,
            nickname: None,
            posting: None,
            user_info: FetchOutcome::Unavailable,
            creator_info: FetchOutcome::BannedFromPosting,
            log_id: Some("2099EXAMPLE".parse().unwrap()),
            asked_at: NOW.plus_seconds(99),
        };
        store.save_profile(&creator, &silence).await.unwrap();
        let found = store.creator(&creator).await.unwrap().unwrap();
        assert_eq!(found.nickname.as_deref(), Some("Nick"));
        assert_eq!(found.posting, profile(None).posting);
        assert_eq!((found.avatar_url_known_at, found.profile_known_at), (Some(NOW), Some(NOW)));
        assert_eq!(
            (found.user_info, found.creator_info),
            (FetchOutcome::Unavailable, FetchOutcome::BannedFromPosting)
        );
        assert_eq!(found.log_id.unwrap().as_str(), "2099EXAMPLE");
    }

    async fn unknown_profile_is_empty(place) {
        let found = place.store.creator(&place.creator().await).await.unwrap().unwrap();
        assert_eq!((found.nickname, found.posting, found.profile_known_at), (None, None, None));
        assert_eq!((found.user_info, found.creator_info), (FetchOutcome::NotAsked, FetchOutcome::NotAsked));
    }

    async fn every_fetch_outcome_is_read_back(place) {
        let creator = place.creator().await;
        for outcome in FetchOutcome::ALL {
            let update = ProfileUpdate { user_info: outcome, creator_info: outcome, ..profile(None) };
            place.store.save_profile(&creator, &update).await.unwrap();
            let found = place.store.creator(&creator).await.unwrap().unwrap();
            assert_eq!((found.user_info, found.creator_info), (outcome, outcome));
        }
    }

    async fn creator_without_privacy_levels_has_none(place) {
        let creator = place.creator().await;
        let posting = profile(None).posting.map(|posting| Posting { privacy_level_options: Vec::new(), ..posting });
        let update = ProfileUpdate { posting: posting.clone(), ..profile(None) };
        place.store.save_profile(&creator, &update).await.unwrap();
        assert_eq!(place.store.creator(&creator).await.unwrap().unwrap().posting, posting);
    }

    async fn profile_text_round_trips_unchanged(place) {
        let store = &place.store;
        let creator = place.creator().await;
        for text in TEXTS {
            store.save_profile(&creator, &profile(Some(text))).await.unwrap();
            let found = store.creator(&creator).await.unwrap().unwrap();
            assert_eq!(found.nickname.as_deref(), Some(text));
        }
    }

    async fn session_text_round_trips_unchanged(place) {
        for (number, text) in TEXTS.into_iter().enumerate() {
            let session = place.session(&format!("{text}{number}"), text);
            assert!(place.store.create_session(&session).await.unwrap());
            assert_eq!(place.store.session(&session.id, NOW).await.unwrap(), Some(session));
        }
    }

    async fn avatar_is_replaced(place) {
        let creator = place.creator().await;
        for byte in [1, 2] {
            let avatar = avatar(&[byte, 0, 255]);
            place.store.save_avatar(&creator, &avatar).await.unwrap();
            assert_eq!(place.store.avatar(&creator).await.unwrap(), Some(avatar));
        }
    }

    async fn avatar_of_two_megabytes_round_trips(place) {
        let creator = place.creator().await;
        let bytes: Vec<u8> = (0..2_097_152_u32).map(|at| at.to_le_bytes()[usize::from(at % 3 == 0)]).collect();
        place.store.save_avatar(&creator, &avatar(&bytes)).await.unwrap();
        let kept = place.store.avatar(&creator).await.unwrap().unwrap();
        let same = kept.bytes == bytes;
        assert!(same, "{} bytes came back", kept.bytes.len());
    }

    async fn avatar_of_unknown_creator_is_not_saved(place) {
        place.store.save_avatar(&place.id(9), &avatar(&[1])).await.unwrap();
        assert_eq!(place.store.avatar(&place.id(9)).await.unwrap(), None);
    }
}
