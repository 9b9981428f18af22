//! Grants: one active for each creator, and nothing lost by a newer one.

use std::sync::Arc;

use creator_connect::server::store::NewGrant;

use super::{NOW, empty, grant, id, sealed};

#[tokio::test]
async fn a_new_creator_gets_the_new_id() {
    let (store, _folder) = empty().await;
    assert_eq!(store.save_grant(&grant("a", "t"), &id(1)).await.unwrap(), id(1));
}

#[tokio::test]
async fn a_known_creator_keeps_their_id() {
    let (store, _folder) = empty().await;
    store.save_grant(&grant("a", "t"), &id(1)).await.unwrap();
    assert_eq!(store.save_grant(&grant("a", "u"), &id(2)).await.unwrap(), id(1));
}

#[tokio::test]
async fn one_person_at_two_apps_is_two_creators() {
    let (store, _folder) = empty().await;
    store.save_grant(&grant("a", "t"), &id(1)).await.unwrap();
    let mut elsewhere = grant("a", "t");
    elsewhere.client_key = "sandbox".to_owned();
    assert_eq!(store.save_grant(&elsewhere, &id(2)).await.unwrap(), id(2));
}

#[tokio::test]
async fn a_grant_is_read_back_as_it_was_saved() {
    let (store, _folder) = empty().await;
    let creator = store.save_grant(&grant("open!id*1", "t"), &id(1)).await.unwrap();
    let found = store.active_grant(&creator).await.unwrap().unwrap();
    assert_eq!(found.client_key, "app");
    assert_eq!(found.open_id.as_str(), "open!id*1");
    assert_eq!((found.access_token, found.refresh_token), (sealed("t"), Some(sealed("refresh"))));
    assert_eq!(found.access_expires_at, NOW.plus_seconds(7200));
}

#[tokio::test]
async fn a_newer_grant_is_the_only_active_one() {
    let (store, _folder) = empty().await;
    let creator = store.save_grant(&grant("a", "old"), &id(1)).await.unwrap();
    store.save_grant(&grant("a", "new"), &id(2)).await.unwrap();
    assert_eq!(store.count_grants().await.unwrap(), 1);
    assert_eq!(store.active_grant(&creator).await.unwrap().unwrap().access_token, sealed("new"));
}

#[tokio::test]
async fn a_missing_refresh_token_keeps_the_stored_one_and_its_end() {
    let (store, _folder) = empty().await;
    let creator = store.save_grant(&grant("a", "old"), &id(1)).await.unwrap();
    let bare = NewGrant { refresh_token: None, refresh_expires_at: None, ..grant("a", "new") };
    store.save_grant(&bare, &id(2)).await.unwrap();
    assert_eq!(store.active_grant(&creator).await.unwrap().unwrap().refresh_token, Some(sealed("refresh")));
    let times = store.creator(&creator).await.unwrap().unwrap().grant.unwrap();
    assert_eq!(times.refresh_expires_at, Some(NOW.plus_seconds(86_400)));
}

#[tokio::test]
async fn twelve_logins_at_once_leave_one_active_grant_and_no_error() {
    let (store, _folder) = empty().await;
    let logins = (0..12_u128).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.save_grant(&grant("a", &number.to_string()), &id(number)).await })
    });
    let mut creators = Vec::new();
    for login in logins.collect::<Vec<_>>() {
        creators.push(login.await.unwrap().unwrap());
    }
    creators.dedup();
    assert_eq!(creators.len(), 1);
    assert_eq!(store.count_grants().await.unwrap(), 1);
}
