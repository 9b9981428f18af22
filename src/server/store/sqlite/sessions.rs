//! Browser sessions in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::{
    SqliteStore,
    statements::{execute, first},
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{StoreError, StoredSession, WebSessionStore},
};

#[async_trait]
impl WebSessionStore for SqliteStore {
    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError> {
        let session = session.clone();
        self.writer.write(move |connection, _| create(connection, &session)).await
    }

    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        let session = session.clone();
        self.writer.write(move |connection, _| save(connection, &session)).await
    }

    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError> {
        let sql = "SELECT * FROM web_sessions WHERE id = ? AND expires_at > ?";
        self.readers.look_up(|connection| first(connection, sql, params![id, now], read))
    }

    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        let delete = move |connection: &Connection, _| {
            execute(connection, "DELETE FROM web_sessions WHERE id = ?", [id]).map(drop)
        };
        self.writer.write(delete).await
    }

    async fn delete_sessions(&self, creator: &CreatorId, except: Option<&str>) -> Result<(), StoreError> {
        let (creator, except) = (creator.clone(), except.map(str::to_owned));
        let delete = move |connection: &Connection, _| {
            let sql = "DELETE FROM web_sessions WHERE creator_id = ? AND id IS NOT ?";
            execute(connection, sql, params![creator, except]).map(drop)
        };
        self.writer.write(delete).await
    }
}

fn create(connection: &Connection, session: &StoredSession) -> Result<bool, StoreError> {
    let sql = "INSERT INTO web_sessions (id, data, creator_id, expires_at) VALUES (?, ?, ?, ?)
               ON CONFLICT (id) DO NOTHING";
    let params = params![session.id, session.data, session.creator, session.expires_at];
    Ok(execute(connection, sql, params)? == 1)
}

fn save(connection: &Connection, session: &StoredSession) -> Result<(), StoreError> {
    let sql = "UPDATE web_sessions SET data = ?2, creator_id = ?3, expires_at = ?4 WHERE id = ?1";
    let params = params![session.id, session.data, session.creator, session.expires_at];
    execute(connection, sql, params).map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredSession> {
    Ok(StoredSession {
        id: row.get("id")?,
        data: row.get("data")?,
        creator: row.get("creator_id")?,
        expires_at: row.get("expires_at")?,
    })
}

/// Forgets sessions that have expired.
pub(super) fn purge(connection: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    execute(connection, "DELETE FROM web_sessions WHERE expires_at <= ?", [now])
}
