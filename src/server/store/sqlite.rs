//! The store in one SQLite file: for demos and small set-ups.
//!
//! WAL, foreign keys, `synchronous=FULL`. Writers take the lock at their start
//! (`BEGIN IMMEDIATE`), so that none fails half-way for another's sake.
//!
//! `SQLite` lets a writer that finds the lock taken sleep and retry, up to 100 ms later; a task that writes
//! without a pause meanwhile always finds it free. So those of this process take turns ([`WriteQueue`]), first come,
//! first served: else a crowd of events would keep their own storing out.

mod clock_setback;
mod events;
mod grants;
mod logins;
pub mod probe;
mod profiles;
mod refreshes;
mod revocations;
mod sealed_tokens;
mod sessions;
mod write_queue;

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use self::write_queue::{Write, WriteQueue};
use super::{Store, StoreError};
use crate::{
    domain::{Connections, Timestamp},
    server::clock::Clock,
};

/// One SQLite file, used by one process at a time.
pub struct SqliteStore {
    pool: SqlitePool,
    write_queue: WriteQueue,
    clock: Arc<dyn Clock>,
    event_writes: events::EventWrites,
    /// The clock when it was last looked at for a claim.
    latest: AtomicI64,
}

impl SqliteStore {
    /// Opens the file, makes it (mode 0600) and its folder where they are missing, and brings its
    /// tables up to date. Leases and due dates go by `clock`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be made, opened or migrated.
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        prepare_file(path)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten: tokens that were erased, a creator who was forgotten.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        let migrations = sqlx::migrate!("src/server/store/sqlite/migrations").run(&pool).await;
        migrations.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let write_queue = WriteQueue::default();
        let event_writes = events::EventWrites::new(&pool, &write_queue, Arc::clone(&clock));
        let latest = AtomicI64::new(i64::MAX);
        let store = Self { pool, write_queue, clock, event_writes, latest };
        let mut transaction = store.write().await?;
        store.now_for_claims(&mut transaction).await?;
        transaction.commit().await?;
        Ok(store)
    }

    /// The current time. At the start, and when the clock was set back, first releases what was written ahead.
    async fn now_for_claims(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
    ) -> Result<Timestamp, StoreError> {
        let now = self.clock.now();
        if now.0 < self.latest.swap(now.0, Ordering::Relaxed) {
            let grants = clock_setback::release(transaction, now).await?;
            if grants > 0 {
                tracing::warn!(grants, "the clock was set back: grants that it wrote ahead are due now");
            }
        }
        Ok(now)
    }

    async fn write(&self) -> Result<Write, StoreError> {
        let permit = self.write_queue.take().await;
        let transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Write { transaction, _permit: permit })
    }
}

/// Makes the file before SQLite does, so that it is never readable by others; SQLite gives its
/// `-wal` and `-shm` the same mode.
fn prepare_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    file.map(drop)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Unreadable(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<crate::domain::Malformed> for StoreError {
    fn from(error: crate::domain::Malformed) -> Self {
        Self::Unreadable(error.to_string())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let sessions = sessions::purge(&mut transaction, now).await?;
        let logins = logins::purge(&mut transaction, logins_before).await?;
        let events = events::purge(&mut transaction, now).await?;
        transaction.commit().await?;
        Ok(sessions + logins + events)
    }

    /// Writes the first page of the file, with the id by which `file` recognises this application's databases: a
    /// transaction that changes no page would succeed on a full disk.
    async fn check(&self) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::raw_sql("PRAGMA application_id = 0x43436f6e").execute(&mut **transaction).await?;
        transaction.commit().await
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        grants::connections(&self.pool, now).await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
