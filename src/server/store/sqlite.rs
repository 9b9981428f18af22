//! The store in one SQLite file: for demos and small set-ups.
//!
//! WAL, foreign keys, `synchronous=FULL`. Writers take the lock at their start
//! (`BEGIN IMMEDIATE`), so that none fails half-way for another's sake.
//!
//! `SQLite` lets a writer who finds the lock taken sleep and look again, up to 100 ms later; whoever writes
//! without a pause meanwhile always finds it free. So those of this process take turns ([`WriteQueue`]), first come,
//! first served: else a crowd of events would keep their own storing out.

mod creators;
mod ending;
mod events;
mod grants;
mod logins;
mod refreshing;
mod sealing;
mod sessions;
mod setback;
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
use super::{
    Activity, Claims, Ended, Ending, EventOutcome, EventStatus, ForwardOutcome, GrantClaim, KeyUse,
    ListedEvent, LoginKey, NewEvent, NewGrant, PendingEvent, PendingForward, PendingLogin, ProfileUpdate,
    RefreshResult, RevocationOutcome, Revocations, SealedCursor, SealedRow, Store, StoreError, StoredAvatar,
    StoredCreator, StoredGrant, StoredSession, WhichRevocations, events::CompletedEvent,
};
use crate::{
    domain::{Connections, CreatorId, Timestamp},
    server::clock::Clock,
};

/// One SQLite file, used by one process at a time.
pub struct SqliteStore {
    pool: SqlitePool,
    write_queue: WriteQueue,
    clock: Arc<dyn Clock>,
    events: events::Writes,
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
        let events = events::Writes::new(&pool, &write_queue, Arc::clone(&clock));
        let latest = AtomicI64::new(i64::MAX);
        let store = Self { pool, write_queue, clock, events, latest };
        let mut transaction = store.write().await?;
        store.now_for_claims(&mut transaction).await?;
        transaction.commit().await?;
        Ok(store)
    }

    /// The present moment; at the start and when the clock was set back, after what it wrote ahead was mended.
    async fn now_for_claims(
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
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
        let mut transaction = self.write().await?;
        let creator = grants::save(&mut transaction, grant, new_id).await?;
        transaction.commit().await?;
        Ok(creator)
    }

    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError> {
        grants::active(&self.pool, creator, self.clock.now()).await
    }

    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        let mut transaction = self.write().await?;
        let now = self.now_for_claims(&mut transaction).await?;
        let grants = refreshing::claim_due(&mut transaction, limit, lease_seconds, now).await?;
        transaction.commit().await?;
        Ok(Claims { now, grants })
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        let mut transaction = self.write().await?;
        let now = self.clock.now();
        let claim = refreshing::claim_grant(&mut transaction, creator, lease_seconds, now).await?;
        transaction.commit().await?;
        Ok(claim)
    }

    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let written =
            refreshing::complete_refresh(&mut transaction, refresh_result, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(written)
    }

    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        let mut transaction = self.write().await?;
        let ended = ending::end_grant(&mut transaction, creator, ending, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        let mut transaction = self.write().await?;
        let ended = ending::delete_creator(&mut transaction, creator, at, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError> {
        let mut transaction = self.write().await?;
        let now = self.clock.now();
        let due = ending::claim_revocations(&mut transaction, which, lease_seconds, now).await?;
        transaction.commit().await?;
        Ok(Revocations { now, due })
    }

    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError> {
        ending::complete_revocation(&self.pool, id, fence, outcome).await
    }

    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        sealing::key_use(&self.pool).await
    }

    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        sealing::rows(&self.pool, after, limit).await
    }

    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError> {
        sealing::reseal(&self.pool, old, new).await
    }

    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        self.events.save.put(event.clone()).await
    }

    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError> {
        let _permit = self.write_queue.take().await;
        events::claim(&self.pool, limit, lease_seconds, self.clock.now()).await
    }

    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError> {
        self.events.settle.put(CompletedEvent::handling(row, fence, outcome)).await
    }

    async fn claim_forwards(
        &self,
        limit: u32,
        lease_seconds: u32,
    ) -> Result<Vec<PendingForward>, StoreError> {
        let _permit = self.write_queue.take().await;
        events::claim_forwards(&self.pool, limit, lease_seconds, self.clock.now()).await
    }

    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError> {
        self.events.settle.put(CompletedEvent::forwarding(row, fence, outcome)).await
    }

    async fn events(
        &self,
        status: Option<EventStatus>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ListedEvent>, StoreError> {
        events::list(&self.pool, status, before, limit).await
    }

    async fn replay_event(&self, row: i64) -> Result<bool, StoreError> {
        events::replay(&self.pool, row).await
    }

    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
        events::activity(&self.pool, creator, limit).await
    }

    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
        creators::save_profile(&self.pool, creator, profile).await
    }

    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
        creators::find(&self.pool, creator).await
    }

    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        creators::avatar(&self.pool, creator).await
    }

    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError> {
        creators::save_avatar(&self.pool, creator, avatar).await
    }

    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        logins::begin(&mut transaction, login, keep).await?;
        Ok(transaction.commit().await?)
    }

    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError> {
        logins::take(&self.pool, browser, which).await
    }

    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError> {
        sessions::create(&self.pool, session).await
    }

    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        sessions::save(&self.pool, session).await
    }

    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError> {
        sessions::find(&self.pool, id, now).await
    }

    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        sessions::delete(&self.pool, id).await
    }

    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let sessions = sessions::purge(&mut transaction, now).await?;
        let logins = logins::purge(&mut transaction, logins_before).await?;
        let events = events::purge(&mut transaction, now).await?;
        transaction.commit().await?;
        Ok(sessions + logins + events)
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        grants::connections(&self.pool, now).await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
