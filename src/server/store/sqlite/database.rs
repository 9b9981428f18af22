//! The SQLite file: how it is opened, and how its writers take turns.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    event_writes::Writes,
    setback,
    write_queue::{Write, WriteQueue},
};
use crate::{
    domain::Timestamp,
    server::{clock::Clock, store::StoreError},
};

/// One SQLite file, used by one process at a time.
pub struct SqliteStore {
    pub(super) pool: SqlitePool,
    pub(super) write_queue: WriteQueue,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) events: Writes,
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
        let events = Writes::new(&pool, &write_queue, Arc::clone(&clock));
        let latest = AtomicI64::new(i64::MAX);
        let store = Self { pool, write_queue, clock, events, latest };
        let mut transaction = store.write().await?;
        store.now_for_claims(&mut transaction).await?;
        transaction.commit().await?;
        Ok(store)
    }

    /// The present moment; at the start and when the clock was set back, after what it wrote ahead was mended.
    pub(super) async fn now_for_claims(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
    ) -> Result<Timestamp, StoreError> {
        let now = self.clock.now();
        if now.0 < self.latest.swap(now.0, Ordering::Relaxed) {
            let grants = setback::heal(transaction, now).await?;
            if grants > 0 {
                tracing::warn!(grants, "the clock was ahead and was set back: what it wrote is done anew");
            }
        }
        Ok(now)
    }

    pub(super) async fn write(&self) -> Result<Write, StoreError> {
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
