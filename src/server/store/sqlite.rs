//! The store in one SQLite file: for demos and small set-ups.
//!
//! WAL, foreign keys, `synchronous=FULL`. Writers take the lock at their start
//! (`BEGIN IMMEDIATE`), so that none fails half-way for another's sake.

mod creators;
mod grants;
mod logins;
mod sessions;

use std::{io, path::Path, time::Duration};

use async_trait::async_trait;
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    LoginKey, NewGrant, PendingLogin, ProfileUpdate, Store, StoreError, StoredAvatar, StoredCreator,
    StoredGrant, StoredSession,
};
use crate::domain::{CreatorId, Timestamp};

/// One SQLite file, used by one process at a time.
pub struct SqliteStore {
    pool: SqlitePool,
}

impl SqliteStore {
    /// Opens the file, makes it (mode 0600) and its folder where they are missing, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be made, opened or migrated.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        prepare_file(path)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        let migrations = sqlx::migrate!("src/server/store/sqlite/migrations").run(&pool).await;
        migrations.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { pool })
    }

    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
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
        grants::active(&self.pool, creator).await
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
        transaction.commit().await?;
        Ok(sessions + logins)
    }

    async fn count_grants(&self) -> Result<u64, StoreError> {
        grants::count(&self.pool).await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
