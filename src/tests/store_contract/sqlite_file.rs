//! What only a file can get wrong.

use std::sync::Arc;

use creator_connect::{
    domain::CreatorId,
    server::{
        clock::SystemClock,
        store::{GrantStore as _, Store as _, sqlite::SqliteStore},
    },
};

use super::{NOW, Place, grant};

#[tokio::test]
async fn closed_store_is_unavailable() {
    let place = Place::sqlite().await;
    place.store.close().await;
    let error = place.store.connections(NOW).await.unwrap_err();
    assert!(matches!(error, creator_connect::server::store::StoreError::Unavailable(_)));
}

#[tokio::test]
async fn reopened_store_keeps_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/down/store.db");
    let first = SqliteStore::open(&path, Arc::new(SystemClock)).await.unwrap();
    let creator = first.save_grant(&grant("a", "t"), &CreatorId::from_u128(1)).await.unwrap();
    first.close().await;
    let second = SqliteStore::open(&path, Arc::new(SystemClock)).await.unwrap();
    assert!(second.active_grant(&creator).await.unwrap().is_some());
}

#[tokio::test]
async fn database_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path, Arc::new(SystemClock)).await.unwrap();
    store.connections(NOW).await.unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
