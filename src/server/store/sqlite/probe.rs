//! A read-only check of the database file for the doctor.

use std::{collections::BTreeMap, path::Path, time::Duration};

use sqlx::{
    Connection as _, QueryBuilder, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteError},
};

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
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(2));
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(unavailable)?;
    let contents = contents(&mut connection).await.map_err(unavailable);
    connection.close().await.map_err(unavailable)?;
    contents
}

async fn contents(connection: &mut SqliteConnection) -> Result<Contents, sqlx::Error> {
    sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK").execute(&mut *connection).await?;
    let mut sealed_by = BTreeMap::new();
    // A file of before knows no revocations.
    for table in ["tiktok_tokens", "revocations"] {
        for (key, count) in keys_of(connection, table).await? {
            *sealed_by.entry(key).or_default() += count;
        }
    }
    Ok(Contents { sealed_by: sealed_by.into_iter().collect() })
}

/// The keys of a table's tokens, if the file has the table. A sealed token is `v1.<key id>.<data>`.
async fn keys_of(
    connection: &mut SqliteConnection,
    table: &'static str,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?";
    let count: i64 = sqlx::query_scalar(tables).bind(table).fetch_one(&mut *connection).await?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut keys = QueryBuilder::new("WITH tokens (token) AS (SELECT access_token FROM ");
    keys.push(table).push(" UNION ALL SELECT refresh_token FROM ").push(table);
    keys.push(
        ") SELECT substr(token, 4, instr(substr(token, 4), '.') - 1) AS key, count(*)
         FROM tokens WHERE token IS NOT NULL GROUP BY key",
    );
    keys.build_query_as().fetch_all(connection).await
}

/// SQLite's own sentence, without sqlx's words about it.
fn unavailable(error: sqlx::Error) -> StoreError {
    let database_error = error.as_database_error().and_then(|error| error.try_downcast_ref::<SqliteError>());
    StoreError::Unavailable(database_error.map_or_else(|| error.to_string(), ToString::to_string))
}
