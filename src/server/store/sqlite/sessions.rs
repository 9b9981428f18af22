//! Browser sessions in SQLite.

use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction};

use super::SqliteStore;
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{StoreError, StoredSession, WebSessionStore},
};

#[async_trait]
impl WebSessionStore for SqliteStore {
    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO web_sessions (id, data, creator_id, expires_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&session.id)
        .bind(&session.data)
        .bind(session.creator.as_ref().map(CreatorId::as_str))
        .bind(session.expires_at.0)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        sqlx::query("UPDATE web_sessions SET data = ?2, creator_id = ?3, expires_at = ?4 WHERE id = ?1")
            .bind(&session.id)
            .bind(&session.data)
            .bind(session.creator.as_ref().map(CreatorId::as_str))
            .bind(session.expires_at.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError> {
        let row = sqlx::query("SELECT * FROM web_sessions WHERE id = ? AND expires_at > ?")
            .bind(id)
            .bind(now.0)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let creator: Option<String> = row.try_get("creator_id")?;
        Ok(Some(StoredSession {
            id: row.try_get("id")?,
            data: row.try_get("data")?,
            creator: creator.map(|creator| creator.parse()).transpose()?,
            expires_at: Timestamp(row.try_get("expires_at")?),
        }))
    }

    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM web_sessions WHERE id = ?").bind(id).execute(&self.pool).await?;
        Ok(())
    }
}

/// Forgets sessions that have expired.
pub(super) async fn purge(
    transaction: &mut Transaction<'_, Sqlite>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM web_sessions WHERE expires_at <= ?")
        .bind(now.0)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected())
}
