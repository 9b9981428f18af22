//! Pending logins: taken once, by their own browser.

use std::sync::Arc;

use creator_connect::server::store::LoginKey;

use super::{empty, login};

#[tokio::test]
async fn a_pending_login_is_taken_once() {
    let (store, _folder) = empty().await;
    store.begin_login(&login("b", "s", 0), 5).await.unwrap();
    assert_eq!(store.take_login("b", LoginKey::State("s")).await.unwrap(), Some(login("b", "s", 0)));
    assert_eq!(store.take_login("b", LoginKey::State("s")).await.unwrap(), None);
}

#[tokio::test]
async fn of_twelve_that_take_one_login_one_gets_it() {
    let (store, _folder) = empty().await;
    store.begin_login(&login("b", "s", 0), 5).await.unwrap();
    let takers = (0..12).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.take_login("b", LoginKey::State("s")).await.unwrap() })
    });
    let mut taken = 0;
    for taker in takers.collect::<Vec<_>>() {
        taken += usize::from(taker.await.unwrap().is_some());
    }
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn another_browser_takes_nothing() {
    let (store, _folder) = empty().await;
    store.begin_login(&login("b", "s", 0), 5).await.unwrap();
    assert_eq!(store.take_login("c", LoginKey::State("s")).await.unwrap(), None);
    assert_eq!(store.take_login("c", LoginKey::Newest).await.unwrap(), None);
    assert!(store.take_login("b", LoginKey::State("s")).await.unwrap().is_some());
}

#[tokio::test]
async fn the_newest_login_is_the_last_begun_even_within_a_second() {
    let (store, _folder) = empty().await;
    for state in ["z", "a", "m"] {
        store.begin_login(&login("b", state, 0), 5).await.unwrap();
    }
    let newest = store.take_login("b", LoginKey::Newest).await.unwrap().unwrap();
    assert_eq!(newest.state_digest, "m");
}

#[tokio::test]
async fn a_browser_keeps_its_newest_logins() {
    let (store, _folder) = empty().await;
    for (at, state) in ["1", "2", "3"].into_iter().enumerate() {
        store.begin_login(&login("b", state, i64::try_from(at).unwrap()), 2).await.unwrap();
    }
    store.begin_login(&login("c", "4", 0), 2).await.unwrap();
    assert_eq!(store.take_login("b", LoginKey::State("1")).await.unwrap(), None);
    for state in ["2", "3"] {
        assert!(store.take_login("b", LoginKey::State(state)).await.unwrap().is_some());
    }
    assert!(store.take_login("c", LoginKey::State("4")).await.unwrap().is_some());
}
