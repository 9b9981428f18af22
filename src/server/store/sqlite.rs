//! The store in one SQLite file: for demos and small set-ups.
//!
//! WAL, foreign keys, `synchronous=FULL`. One [`Writer`] takes whole verbs and commits together what has arrived
//! together; [`Readers`] stand beside it.

mod api_keys;
mod audit;
mod clock_setback;
mod connection;
mod directory;
mod events;
mod grants;
mod logins;
mod migrations;
pub mod probe;
mod profiles;
mod readers;
mod refreshes;
mod revocations;
mod sealed_tokens;
mod sessions;
mod statements;
mod values;
mod writer;

use std::{io, path::Path, sync::Arc};

use async_trait::async_trait;

use self::{readers::Readers, writer::Writer};
use super::{Store, StoreError, audit::KEPT_SECONDS as AUDIT_KEPT_SECONDS, grants::ENDED_KEPT_SECONDS};
use crate::{
    domain::{Connections, Timestamp},
    server::clock::Clock,
};

/// One SQLite file, used by one process at a time.
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
    clock: Arc<dyn Clock>,
}

impl SqliteStore {
    /// Opens the file, makes it (mode 0600) and its folder where they are missing, and brings its
    /// tables up to date. Leases and due dates go by `clock`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be made, opened or migrated.
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let opened = tokio::task::spawn_blocking(move || Self::open_now(&path, clock)).await;
        opened.unwrap_or_else(|_| Err(StoreError::Unavailable("opening the file panicked".to_owned())))
    }

    fn open_now(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let unavailable = |error: io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
        prepare_file(path).map_err(unavailable)?;
        let mut connection = connection::open(path)?;
        migrations::apply(&mut connection, path)?;
        let writer = Writer::start(connection, path.to_owned(), Arc::clone(&clock)).map_err(unavailable)?;
        Ok(Self { writer, readers: Readers::new(path.to_owned()), clock })
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

#[async_trait]
impl Store for SqliteStore {
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        let purged = self.writer.write(move |connection, _| {
            let sessions = sessions::purge(connection, now)?;
            let logins = logins::purge(connection, logins_before)?;
            let grants = grants::purge(connection, now.plus_seconds(-ENDED_KEPT_SECONDS))?;
            let audit = audit::purge(connection, now.plus_seconds(-AUDIT_KEPT_SECONDS))?;
            Ok(sessions + logins + grants + audit + events::purge(connection, now)?)
        });
        Ok(u64::try_from(purged.await?).unwrap_or(u64::MAX))
    }

    /// Writes the first page of the file, with the id by which `file` recognises this application's databases: a
    /// transaction that changes no page would succeed on a full disk.
    async fn check(&self) -> Result<(), StoreError> {
        let check = |connection: &rusqlite::Connection, _| {
            Ok(connection.pragma_update(None, "application_id", 0x4343_6f6e)?)
        };
        self.writer.write(check).await
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        self.readers.scan(move |connection| grants::connections(connection, now)).await
    }

    async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }
}
