//! Sealed tokens in SQLite, for `rekey`.

use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    SqliteStore,
    grants::{sealed, sealed_or_none},
};
use crate::server::{
    store::{KeyUse, SealedCursor, SealedRow, SealedTable, SealedTokenStore, StoreError},
    vault::Sealed,
};

#[async_trait]
impl SealedTokenStore for SqliteStore {
    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        let rows = sqlx::query(
            "WITH rows (kind, id, access_token, refresh_token) AS (
                 SELECT 0, id, access_token, refresh_token FROM tiktok_tokens WHERE is_active = 1
                 UNION ALL SELECT 1, id, access_token, refresh_token FROM revocations),
             texts (kind, id, rest) AS (
                 SELECT kind, id, substr(access_token, instr(access_token, '.') + 1) FROM rows
                 UNION ALL SELECT kind, id, substr(refresh_token, instr(refresh_token, '.') + 1) FROM rows
                 WHERE refresh_token IS NOT NULL),
             keys (kind, id, key_id) AS (
                 SELECT DISTINCT kind, id, substr(rest, 1, max(instr(rest, '.') - 1, 0)) FROM texts)
             SELECT key_id, count(*) AS needed_by FROM keys GROUP BY key_id ORDER BY key_id",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &SqliteRow| {
            let needed_by: i64 = row.try_get("needed_by")?;
            Ok(KeyUse { key_id: row.try_get("key_id")?, rows: needed_by.unsigned_abs() })
        };
        rows.iter().map(read).collect()
    }

    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT 0 AS kind, tiktok_tokens.id AS id, client_key, open_id, access_token, refresh_token
             FROM tiktok_tokens JOIN creators ON creators.id = creator_id
             WHERE is_active = 1 AND ?1 = 0 AND tiktok_tokens.id > ?2
             UNION ALL
             SELECT 1, id, client_key, open_id, access_token, refresh_token
             FROM revocations WHERE ?1 < 1 OR id > ?2
             ORDER BY kind, id LIMIT ?3",
        )
        .bind(after.table == SealedTable::Revocations)
        .bind(after.row)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError> {
        let query = match old.at.table {
            SealedTable::Grants => sqlx::query(
                "UPDATE tiktok_tokens SET access_token = ?4, refresh_token = ?5
                 WHERE id = ?1 AND access_token IN (?2, ?4) AND (refresh_token IS ?3 OR refresh_token IS ?5)",
            ),
            SealedTable::Revocations => sqlx::query(
                "UPDATE revocations SET access_token = ?4, refresh_token = ?5
                 WHERE id = ?1 AND access_token IN (?2, ?4) AND (refresh_token IS ?3 OR refresh_token IS ?5)",
            ),
        };
        let done = query
            .bind(old.at.row)
            .bind(old.access_token.as_str())
            .bind(old.refresh_token.as_ref().map(Sealed::as_str))
            .bind(new.access_token.as_str())
            .bind(new.refresh_token.as_ref().map(Sealed::as_str))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }
}

fn read(row: &SqliteRow) -> Result<SealedRow, StoreError> {
    let is_revocation: bool = row.try_get("kind")?;
    let table = if is_revocation { SealedTable::Revocations } else { SealedTable::Grants };
    Ok(SealedRow {
        at: SealedCursor { table, row: row.try_get("id")? },
        client_key: row.try_get("client_key")?,
        open_id: row.try_get::<&str, _>("open_id")?.parse()?,
        access_token: sealed(row, "access_token")?,
        refresh_token: sealed_or_none(row, "refresh_token")?,
    })
}
