//! Sessions, and the purge of what is over.

use creator_connect::server::store::{LoginKey, StoredSession};

use super::{NOW, empty, login, session};

#[tokio::test]
async fn a_session_id_is_given_once() {
    let (store, _folder) = empty().await;
    assert!(store.create_session(&session("s", "{}")).await.unwrap());
    assert!(!store.create_session(&session("s", "{\"a\":1}")).await.unwrap());
    assert_eq!(store.session("s", NOW).await.unwrap(), Some(session("s", "{}")));
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_brought_back_by_a_save() {
    let (store, _folder) = empty().await;
    store.create_session(&session("s", "{}")).await.unwrap();
    store.save_session(&session("s", "{\"a\":1}")).await.unwrap();
    assert_eq!(store.session("s", NOW).await.unwrap(), Some(session("s", "{\"a\":1}")));
    store.delete_session("s").await.unwrap();
    store.save_session(&session("s", "{}")).await.unwrap();
    assert_eq!(store.session("s", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn an_expired_session_is_not_found() {
    let (store, _folder) = empty().await;
    store.create_session(&session("s", "{}")).await.unwrap();
    assert!(store.session("s", NOW.plus_seconds(59)).await.unwrap().is_some());
    assert!(store.session("s", NOW.plus_seconds(60)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_purge_forgets_what_is_over_and_nothing_else() {
    let (store, _folder) = empty().await;
    store.create_session(&session("over", "{}")).await.unwrap();
    let live = StoredSession { expires_at: NOW.plus_seconds(999), ..session("live", "{}") };
    store.create_session(&live).await.unwrap();
    store.begin_login(&login("b", "over", 0), 5).await.unwrap();
    store.begin_login(&login("b", "live", 100), 5).await.unwrap();
    assert_eq!(store.purge(NOW.plus_seconds(60), NOW.plus_seconds(50)).await.unwrap(), 2);
    assert!(store.session("live", NOW).await.unwrap().is_some());
    assert!(store.take_login("b", LoginKey::State("live")).await.unwrap().is_some());
}
