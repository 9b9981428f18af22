//! A read-only check of the database file for the doctor.

use std::{collections::BTreeMap, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};

use crate::server::store::StoreError;

/// What a database file of ours holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// How often each key has sealed a token that is still needed, by the key's id.
    pub sealed_by: Vec<(String, i64)>,
}

/// Opens the file for writing, takes the lock, lets it go, and reads which keys its tokens need.
///
/// # Errors
/// [`StoreError::Unavailable`] in SQLite's words when it cannot be opened, locked or read.
pub async fn inspect(path: &Path) -> Result<Contents, StoreError> {
    let path = path.to_owned();
    let inspected = tokio::task::spawn_blocking(move || contents(&path)).await;
    inspected.unwrap_or_else(|_| Err(StoreError::Unavailable("the check panicked".to_owned())))
}

fn contents(path: &Path) -> Result<Contents, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
    let mut sealed_by = BTreeMap::new();
    // A file of before knows no revocations.
    for table in ["tiktok_tokens", "revocations"] {
        for (key, count) in keys_of(&connection, table)? {
            *sealed_by.entry(key).or_default() += count;
        }
    }
    Ok(Contents { sealed_by: sealed_by.into_iter().collect() })
}

/// The keys of a table's tokens, if the file has the table. A sealed token is `v1.<key id>.<data>`.
fn keys_of(connection: &Connection, table: &str) -> Result<Vec<(String, i64)>, StoreError> {
    if !connection.table_exists(None, table)? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "WITH tokens (token) AS (SELECT access_token FROM {table} UNION ALL SELECT refresh_token FROM {table})
         SELECT substr(token, 4, instr(substr(token, 4), '.') - 1) AS key, count(*)
         FROM tokens WHERE token IS NOT NULL GROUP BY key"
    );
    let mut statement = connection.prepare(&sql)?;
    let keys = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}
