//! What only a file can get wrong.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use creator_connect::{
    domain::{CreatorId, GrantStatus},
    server::{
        clock::{ManualClock, SystemClock},
        store::{GrantRef, Store as _, sqlite::SqliteStore},
    },
};
use sqlx::{Connection as _, SqliteConnection, migrate::Migrator, sqlite::SqliteConnectOptions};

use super::{NOW, Place, grant, sealed};

#[tokio::test]
async fn a_closed_store_says_that_it_is_away() {
    let place = Place::sqlite().await;
    place.store.close().await;
    let error = place.store.connections(NOW).await.unwrap_err();
    assert!(matches!(error, creator_connect::server::store::StoreError::Unavailable(_)));
}

#[tokio::test]
async fn a_store_that_is_opened_again_has_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/down/store.db");
    let first = SqliteStore::open(&path, Arc::new(SystemClock)).await.unwrap();
    let creator = first.save_grant(&grant("a", "t"), &CreatorId::from_u128(1)).await.unwrap();
    first.close().await;
    let second = SqliteStore::open(&path, Arc::new(SystemClock)).await.unwrap();
    assert!(second.active_grant(&creator).await.unwrap().is_some());
}

#[tokio::test]
async fn the_file_is_readable_by_its_owner_alone() {
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

/// The first version's tables, with a row for everything that the second must carry over.
const OF_BEFORE: &str = r#"
    INSERT INTO creators (id, client_key, open_id, creator_nickname, connected_at) VALUES
        ('00000000-0000-4000-8000-00000000000a', 'app', 'a', 'Nick', 1893450000),
        ('00000000-0000-4000-8000-00000000000b', 'app', 'b', NULL, 1893450000);
    INSERT INTO avatars VALUES ('00000000-0000-4000-8000-00000000000a', 'image/png', x'0102', 1893456000);
    INSERT INTO tiktok_tokens VALUES
        (7, '00000000-0000-4000-8000-00000000000a', NULL, NULL, 'Bearer', 'user.info.basic',
            1893450000, 1893450000, 1893457200, NULL, 0),
        (8, '00000000-0000-4000-8000-00000000000a', 'access', 'refresh', 'Bearer', 'user.info.basic',
            1893456000, 1893456000, 1893463200, 1893542400, 1),
        (9, '00000000-0000-4000-8000-00000000000b', 'access', NULL, 'Bearer', 'user.info.basic',
            1893456000, 1893456000, 1893463200, NULL, 1);
    INSERT INTO web_sessions VALUES
        ('signed in', '{"creator":"00000000-0000-4000-8000-00000000000a","browser":"x"}', 1893456060),
        ('signed out', '{"browser":"x"}', 1893456060);
"#;

/// A file as the first version left it.
async fn file_of_before(folder: &Path) -> PathBuf {
    let (path, migrations) = (folder.join("store.db"), folder.join("migrations"));
    std::fs::create_dir(&migrations).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/store/sqlite/migrations");
    std::fs::copy(source.join("0001_initial.sql"), migrations.join("0001_initial.sql")).unwrap();
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    Migrator::new(migrations).await.unwrap().run(&mut connection).await.unwrap();
    sqlx::raw_sql(OF_BEFORE).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    path
}

#[tokio::test]
async fn a_file_of_the_first_version_keeps_every_row_and_its_grants_become_due() {
    let folder = tempfile::tempdir().unwrap();
    let path = file_of_before(folder.path()).await;
    let store = SqliteStore::open(&path, Arc::new(ManualClock::new(NOW))).await.unwrap();
    let creator: CreatorId = "00000000-0000-4000-8000-00000000000a".parse().unwrap();
    let found = store.creator(&creator).await.unwrap().unwrap();
    assert_eq!((found.nickname.as_deref(), found.ended), (Some("Nick"), None));
    let times = found.grant.unwrap();
    assert_eq!(times.due_at, Some(NOW.plus_seconds(4800)));
    assert_eq!(
        times.grant_status,
        GrantStatus::granted(NOW.plus_seconds(7200), Some(NOW.plus_seconds(86_400)))
    );
    let grant = store.active_grant(&creator).await.unwrap().unwrap();
    assert_eq!((grant.access_token, grant.refresh_token), (sealed("access"), Some(sealed("refresh"))));
    assert_eq!(grant.grant, GrantRef { id: 8, fence: 0, generation: 0 });
    assert_eq!(store.avatar(&creator).await.unwrap().unwrap().bytes, [1, 2]);
    let bare: CreatorId = "00000000-0000-4000-8000-00000000000b".parse().unwrap();
    assert_eq!(store.creator(&bare).await.unwrap().unwrap().grant.unwrap().due_at, None);
    for (session, signed_in) in [("signed in", Some(creator)), ("signed out", None)] {
        assert_eq!(store.session(session, NOW).await.unwrap().unwrap().creator, signed_in);
    }
    assert_eq!(store.connections(NOW).await.unwrap().grants(), 2);
    store.delete_creator(&bare, NOW).await.unwrap();
    let newest = store.save_grant(&super::grant("c", "t"), &CreatorId::from_u128(3)).await.unwrap();
    assert_eq!(store.active_grant(&newest).await.unwrap().unwrap().grant.id, 10, "no id comes back");
}
