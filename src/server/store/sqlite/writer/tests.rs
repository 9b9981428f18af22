//! The writer over a real file.

use std::sync::mpsc as std_mpsc;

use super::*;
use crate::server::{
    clock::SystemClock,
    store::sqlite::{migrations, statements::execute},
};

/// A file with one table, and its writer.
fn scene() -> (tempfile::TempDir, Arc<Writer>, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Connection::open(&path).unwrap());
    let mut connection = connection::open(&path).unwrap();
    migrations::apply(&mut connection, &path).unwrap();
    connection.execute_batch("CREATE TABLE numbers (number UNIQUE)").unwrap();
    let other = Connection::open(&path).unwrap();
    let writer = Writer::start(connection, path, Arc::new(SystemClock)).unwrap();
    (folder, Arc::new(writer), other)
}

fn add(connection: &Connection, number: i64) -> Result<i64, StoreError> {
    execute(connection, "INSERT INTO numbers VALUES (?)", [number]).map(|_| number)
}

fn count(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)).unwrap()
}

/// Holds the writer within a write, so that what arrives meanwhile waits; ends when the sender is used.
async fn held(writer: &Arc<Writer>) -> std_mpsc::Sender<()> {
    let (release, released) = std_mpsc::channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let writer = Arc::clone(writer);
    tokio::spawn(async move {
        let hold = move |_: &Connection, _| {
            begun.send(()).ok();
            released.recv().ok();
            Ok(())
        };
        writer.write(hold).await
    });
    has_begun.await.unwrap();
    release
}

/// Hands in a write and waits until it stands in the queue.
async fn queued<T: Send + 'static>(
    writer: &Arc<Writer>,
    write: impl FnOnce(&Connection, Timestamp) -> Result<T, StoreError> + Send + 'static,
) -> tokio::task::JoinHandle<Result<T, StoreError>> {
    let before = writer.queue.capacity();
    let owned = Arc::clone(writer);
    let task = tokio::spawn(async move { owned.write(write).await });
    while writer.queue.capacity() == before {
        tokio::task::yield_now().await;
    }
    task
}

#[tokio::test]
async fn failing_or_panicking_write_fails_alone() {
    let (_folder, writer, other) = scene();
    let release = held(&writer).await;
    let first = queued(&writer, |connection, _| add(connection, 1)).await;
    let failing = queued(&writer, |connection, _| add(connection, 2).and_then(|_| add(connection, 1))).await;
    let panicking = queued(&writer, |connection, _| -> Result<(), _> {
        add(connection, 3)?;
        panic!("a bug")
    })
    .await;
    let last = queued(&writer, |connection, _| add(connection, 4)).await;
    release.send(()).unwrap();
    assert_eq!(first.await.unwrap().unwrap(), 1);
    assert!(failing.await.unwrap().unwrap_err().to_string().contains("UNIQUE"));
    assert!(panicking.await.unwrap().unwrap_err().to_string().contains("panicked"));
    assert_eq!(last.await.unwrap().unwrap(), 4);
    assert_eq!(count(&other), 2);
}

#[tokio::test]
async fn writes_that_wait_are_committed_together() {
    let (_folder, writer, other) = scene();
    let version = || -> i64 { other.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap() };
    let release = held(&writer).await;
    let mut tasks = Vec::new();
    for number in 0..50 {
        tasks.push(queued(&writer, move |connection, _| add(connection, number)).await);
    }
    let before = version();
    release.send(()).unwrap();
    for task in tasks {
        task.await.unwrap().unwrap();
        // A caller that is answered finds all of them: there was one commit.
        assert_eq!(count(&other), 50);
    }
    assert_eq!(version(), before + 1);
}

#[tokio::test]
async fn transaction_that_cannot_begin_leaves_nothing_behind() {
    let (_folder, writer, other) = scene();
    let set_impatient = |connection: &Connection, _| Ok(connection.busy_timeout(std::time::Duration::ZERO)?);
    writer.write(set_impatient).await.unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = writer.write(|connection, _| add(connection, 1)).await.unwrap_err();
    assert!(locked.to_string().contains("locked"), "{locked}");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(writer.write(|connection, _| add(connection, 1)).await.unwrap(), 1);
}

#[tokio::test]
async fn transaction_that_was_rolled_back_fails_all_its_writes() {
    let (_folder, writer, other) = scene();
    let release = held(&writer).await;
    let first = queued(&writer, |connection, _| add(connection, 1)).await;
    let rolled_back = queued(&writer, |connection, _| Ok(connection.execute_batch("ROLLBACK")?)).await;
    let last = queued(&writer, |connection, _| add(connection, 2)).await;
    release.send(()).unwrap();
    for failed in [first.await.unwrap().map(drop), rolled_back.await.unwrap(), last.await.unwrap().map(drop)]
    {
        assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    }
    assert_eq!(count(&other), 0);
    assert_eq!(writer.write(|connection, _| add(connection, 3)).await.unwrap(), 3);
}

#[tokio::test]
async fn write_goes_on_when_its_caller_stops_waiting() {
    let (_folder, writer, other) = scene();
    let release = held(&writer).await;
    queued(&writer, |connection, _| add(connection, 1)).await.abort();
    release.send(()).unwrap();
    writer.close().await;
    assert_eq!(count(&other), 1);
}

#[tokio::test]
async fn full_queue_is_unavailable_at_once() {
    let (_folder, writer, _other) = scene();
    let release = held(&writer).await;
    let mut waiting = Vec::new();
    for _ in 0..MAX_WAITING {
        waiting.push(queued(&writer, |_, _| Ok(())).await);
    }
    let refused = writer.write(|_, _| Ok(())).await.unwrap_err();
    assert!(refused.to_string().contains("too many"), "{refused}");
    release.send(()).unwrap();
    for write in waiting {
        write.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn closed_writer_refuses() {
    let (_folder, writer, _other) = scene();
    writer.close().await;
    writer.close().await;
    assert!(writer.write(|_, _| Ok(())).await.is_err());
}

/// What was written ahead is released by the first transaction that is committed, not by one that is begun.
#[tokio::test]
async fn clock_setback_is_healed_once_it_is_committed() {
    let (_folder, writer, other) = scene();
    let held = "INSERT INTO creators (id, client_key, open_id, connected_at) VALUES ('c', 'app', 'o', 0);
        INSERT INTO tiktok_tokens (creator_id, access_token, token_type, scopes, granted_at, refreshed_at,
            access_expires_at, is_active, lease_until, claim_open)
        VALUES ('c', 'a', 't', '', 0, 0, 0, 1, 99999999999, 1)";
    other.execute_batch(held).unwrap();
    let lease =
        || -> i64 { other.query_row("SELECT lease_until FROM tiktok_tokens", [], |row| row.get(0)).unwrap() };
    assert!(writer.write(|connection, _| Ok(connection.execute_batch("ROLLBACK")?)).await.is_err());
    assert_eq!(lease(), 99_999_999_999);
    writer.write(|connection, _| add(connection, 1)).await.unwrap();
    assert!(lease() < 99_999_999_999);
}
