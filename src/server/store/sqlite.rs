//! The store in one SQLite file: for demos and small set-ups.
//!
//! WAL, foreign keys, `synchronous=FULL`. Writers take the lock at their start
//! (`BEGIN IMMEDIATE`), so that none fails half-way for another's sake.
//!
//! `SQLite` lets a writer who finds the lock taken sleep and look again, up to 100 ms later; whoever writes
//! without a pause meanwhile always finds it free. So those of this process take turns ([`WriteQueue`]), first come,
//! first served: else a crowd of events would keep their own storing out.

mod database;
mod ending;
mod event_writes;
mod events;
mod grants;
mod logins;
mod profiles;
mod refreshing;
mod revocations;
mod rows;
mod sealing;
mod sessions;
mod setback;
mod write_queue;

use async_trait::async_trait;

pub use self::database::SqliteStore;
use super::{Store, StoreError};
use crate::domain::{Connections, Timestamp};

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

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        grants::connections(&self.pool, now).await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
