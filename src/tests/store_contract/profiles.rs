//! Profiles and pictures.

use creator_connect::{
    domain::FetchOutcome,
    server::store::{ProfileUpdate, StoredAvatar},
};

use super::{NOW, empty, grant, id, profile};

#[tokio::test]
async fn nobody_is_no_error() {
    let (store, _folder) = empty().await;
    assert!(store.creator(&id(9)).await.unwrap().is_none());
    assert!(store.active_grant(&id(9)).await.unwrap().is_none());
    assert!(store.avatar(&id(9)).await.unwrap().is_none());
    store.save_profile(&id(9), &profile(None)).await.unwrap();
    assert!(store.creator(&id(9)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_profile_is_read_back_as_it_was_saved() {
    let (store, _folder) = empty().await;
    let creator = store.save_grant(&grant("a", "t"), &id(1)).await.unwrap();
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

#[tokio::test]
async fn what_tiktok_does_not_tell_keeps_its_value() {
    let (store, _folder) = empty().await;
    let creator = store.save_grant(&grant("a", "t"), &id(1)).await.unwrap();
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

#[tokio::test]
async fn any_text_goes_through_unchanged() {
    let texts = [
        "O'Hara \"q\"",
        "a,b(c)\\d",
        "line\nline\r\n\ttab",
        "🎬👩‍🍳 é e\u{301}",
        "\u{202E}rtl\u{200F}",
        "%_*;--",
        "NULL",
        "{}",
    ];
    let (store, _folder) = empty().await;
    let creator = store.save_grant(&grant("a", "t"), &id(1)).await.unwrap();
    for text in texts {
        store.save_profile(&creator, &profile(Some(text))).await.unwrap();
        let found = store.creator(&creator).await.unwrap().unwrap();
        assert_eq!(found.nickname.as_deref(), Some(text));
    }
}

#[tokio::test]
async fn an_avatar_is_replaced_not_added() {
    let (store, _folder) = empty().await;
    let creator = store.save_grant(&grant("a", "t"), &id(1)).await.unwrap();
    for byte in [1, 2] {
        let avatar =
            StoredAvatar { media_type: "image/png".to_owned(), bytes: vec![byte, 0, 255], fetched_at: NOW };
        store.save_avatar(&creator, &avatar).await.unwrap();
        assert_eq!(store.avatar(&creator).await.unwrap(), Some(avatar));
    }
}

#[tokio::test]
async fn an_avatar_of_nobody_is_not_kept() {
    let (store, _folder) = empty().await;
    let avatar = StoredAvatar { media_type: "image/png".to_owned(), bytes: vec![1], fetched_at: NOW };
    store.save_avatar(&id(9), &avatar).await.unwrap();
    assert_eq!(store.avatar(&id(9)).await.unwrap(), None);
}
