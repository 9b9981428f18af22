//! Browser sessions in SQLite.

use sqlx::{Row, Sqlite, SqlitePool, Transaction};

use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{StoreError, StoredSession},
};

/// Saves a new session unless its id is taken.
pub(super) async fn create(pool: &SqlitePool, session: &StoredSession) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO web_sessions (id, data, creator_id, expires_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(&session.id)
    .bind(&session.data)
    .bind(session.creator.as_ref().map(CreatorId::as_str))
    .bind(session.expires_at.0)
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves the values of a session that is still there.
pub(super) async fn save(pool: &SqlitePool, session: &StoredSession) -> Result<(), StoreError> {
    sqlx::query("UPDATE web_sessions SET data = ?2, creator_id = ?3, expires_at = ?4 WHERE id = ?1")
        .bind(&session.id)
        .bind(&session.data)
        .bind(session.creator.as_ref().map(CreatorId::as_str))
        .bind(session.expires_at.0)
        .execute(pool)
        .await?;
    Ok(())
}

/// A session that has not expired.
pub(super) async fn find(
    pool: &SqlitePool,
    id: &str,
    now: Timestamp,
) -> Result<Option<StoredSession>, StoreError> {
    let row = sqlx::query("SELECT * FROM web_sessions WHERE id = ? AND expires_at > ?")
        .bind(id)
        .bind(now.0)
        .fetch_optional(pool)
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

/// Forgets a session.
pub(super) async fn delete(pool: &SqlitePool, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM web_sessions WHERE id = ?").bind(id).execute(pool).await?;
    Ok(())
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
