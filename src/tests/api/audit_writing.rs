//! Where records go while the store or the disk does not take them.

use std::{path::Path, sync::Arc};

use creator_connect::server::{
    audit::{Action, Actor, Audit, AuditRecord, AuditUnavailable, Verifier},
    clock::SystemClock,
    entropy::SystemEntropy,
    store::{AuditQuery, Store, StoredAuditRow, sqlite::SqliteStore},
};
use tempfile::TempDir;

use crate::support::until;

async fn open(folder: &TempDir) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&folder.path().join("store.db"), Arc::new(SystemClock)).await.unwrap())
}

/// A store that takes nothing any more.
async fn closed(folder: &TempDir) -> Arc<dyn Store> {
    let store = open(folder).await;
    store.close().await;
    store
}

fn start(store: Arc<dyn Store>, records: &Path) -> Audit {
    Audit::start(store, records.to_owned(), Arc::new(SystemClock), Arc::new(SystemEntropy))
}

fn record(number: usize) -> AuditRecord {
    let actor = Actor::Key { id: format!("key {number}"), name: "n8n".to_owned() };
    AuditRecord::done(actor, Action::TokenRead)
}

async fn rows(store: &dyn Store) -> Vec<StoredAuditRow> {
    store.audit(&AuditQuery { after: Some(0), limit: 99, ..AuditQuery::default() }).await.unwrap()
}

#[tokio::test]
async fn refused_records_wait_on_the_disk_and_are_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("audit");
    let audit = start(closed(&folder).await, &records);
    for number in 0..3 {
        assert_eq!(audit.record(record(number)).await, Ok(()));
    }
    drop(audit);
    let store = open(&folder).await;
    let audit = start(Arc::clone(&store), &records);
    until("the records are replayed", || async { rows(&*store).await.len() == 3 }).await;
    assert_eq!(audit.record(record(3)).await, Ok(()));
    let mut verifier = Verifier::default();
    for row in rows(&*store).await {
        verifier.add(row.row).unwrap();
    }
    assert_eq!(verifier.finish(false), Ok((4, 2)));
    until("the files are gone", || async { std::fs::read_dir(&records).unwrap().next().is_none() }).await;
}

#[tokio::test]
async fn record_that_nothing_takes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("audit");
    std::fs::write(&records, "a file in the folder's place").unwrap();
    let audit = start(closed(&folder).await, &records);
    assert_eq!(audit.record(record(0)).await, Err(AuditUnavailable));
    std::fs::remove_file(&records).unwrap();
    assert_eq!(audit.record(record(1)).await, Ok(()), "the disk is back");
}

#[tokio::test]
async fn line_that_a_crash_cut_off_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("audit");
    let audit = start(closed(&folder).await, &records);
    assert_eq!(audit.record(record(0)).await, Ok(()));
    let file = std::fs::read_dir(&records).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}{}", &text[..40])).unwrap();
    let store = open(&folder).await;
    let _audit = start(Arc::clone(&store), &records);
    until("the whole record is replayed", || async { rows(&*store).await.len() == 1 }).await;
}

#[tokio::test]
async fn records_that_arrive_together_are_all_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let audit = start(Arc::clone(&store), &folder.path().join("audit"));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..90 {
        let audit = audit.clone();
        tasks.spawn(async move { audit.record(record(number)).await });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    let rows = rows(&*store).await;
    assert_eq!(rows.len(), 90);
    let mut verifier = Verifier::default();
    for row in rows {
        verifier.add(row.row).unwrap();
    }
    assert_eq!(verifier.finish(false), Ok((90, 1)));
}
