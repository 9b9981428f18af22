//! Sealed tokens in SQLite, for `rekey`.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::{
    SqliteStore,
    statements::{all, execute},
};
use crate::server::store::{KeyUse, SealedCursor, SealedRow, SealedTable, SealedTokenStore, StoreError};

#[async_trait]
impl SealedTokenStore for SqliteStore {
    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        self.readers.scan(key_use).await
    }

    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        self.readers.scan(move |connection| sealed_rows(connection, after, limit)).await
    }

    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError> {
        let (old, new) = (old.clone(), new.clone());
        self.writer.write(move |connection, _| reseal(connection, &old, &new)).await
    }
}

fn key_use(connection: &Connection) -> Result<Vec<KeyUse>, StoreError> {
    let sql = "WITH rows (kind, id, access_token, refresh_token) AS (
             SELECT 0, id, access_token, refresh_token FROM tiktok_tokens WHERE is_active = 1
             UNION ALL SELECT 1, id, access_token, refresh_token FROM revocations),
         texts (kind, id, rest) AS (
             SELECT kind, id, substr(access_token, instr(access_token, '.') + 1) FROM rows
             UNION ALL SELECT kind, id, substr(refresh_token, instr(refresh_token, '.') + 1) FROM rows
             WHERE refresh_token IS NOT NULL),
         keys (kind, id, key_id) AS (
             SELECT DISTINCT kind, id, substr(rest, 1, max(instr(rest, '.') - 1, 0)) FROM texts)
         SELECT key_id, count(*) AS needed_by FROM keys GROUP BY key_id ORDER BY key_id";
    all(connection, sql, [], |row| {
        let needed_by: i64 = row.get("needed_by")?;
        Ok(KeyUse { key_id: row.get("key_id")?, rows: needed_by.unsigned_abs() })
    })
}

fn sealed_rows(
    connection: &Connection,
    after: SealedCursor,
    limit: u32,
) -> Result<Vec<SealedRow>, StoreError> {
    let sql = "SELECT 0 AS kind, tiktok_tokens.id AS id, client_key, open_id, access_token, refresh_token
         FROM tiktok_tokens JOIN creators ON creators.id = creator_id
         WHERE is_active = 1 AND ?1 = 0 AND tiktok_tokens.id > ?2
         UNION ALL
         SELECT 1, id, client_key, open_id, access_token, refresh_token
         FROM revocations WHERE ?1 < 1 OR id > ?2
         ORDER BY kind, id LIMIT ?3";
    all(connection, sql, params![after.table == SealedTable::Revocations, after.row, limit], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<SealedRow> {
    let is_revocation: bool = row.get("kind")?;
    let table = if is_revocation { SealedTable::Revocations } else { SealedTable::Grants };
    Ok(SealedRow {
        at: SealedCursor { table, row: row.get("id")? },
        client_key: row.get("client_key")?,
        open_id: row.get("open_id")?,
        access_token: row.get("access_token")?,
        refresh_token: row.get("refresh_token")?,
    })
}

fn reseal(connection: &Connection, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError> {
    let sql = match old.at.table {
        SealedTable::Grants => {
            "UPDATE tiktok_tokens SET access_token = ?4, refresh_token = ?5
             WHERE id = ?1 AND access_token IN (?2, ?4) AND (refresh_token IS ?3 OR refresh_token IS ?5)"
        }
        SealedTable::Revocations => {
            "UPDATE revocations SET access_token = ?4, refresh_token = ?5
             WHERE id = ?1 AND access_token IN (?2, ?4) AND (refresh_token IS ?3 OR refresh_token IS ?5)"
        }
    };
    let params =
        params![old.at.row, old.access_token, old.refresh_token, new.access_token, new.refresh_token];
    Ok(execute(connection, sql, params)? == 1)
}
