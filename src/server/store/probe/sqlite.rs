//! A look at the database file that leaves it as it is.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteError},
};

use crate::server::store::StoreError;

/// What a database file of ours holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// How often each key has sealed a token of an active grant, by the key's id.
    pub sealed_by: Vec<(String, i64)>,
}

/// Opens the file for writing, takes the lock, lets it go, and reads which keys its tokens need.
///
/// # Errors
/// [`StoreError::Unavailable`] in SQLite's words when it cannot be opened, locked or read.
pub async fn look(path: &Path) -> Result<Contents, StoreError> {
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
    let tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'tiktok_tokens'";
    let count: i64 = sqlx::query_scalar(tables).fetch_one(&mut *connection).await?;
    if count == 0 {
        return Ok(Contents::default());
    }
    // A sealed token is v1.<key id>.<data>.
    let sealed_by = sqlx::query_as(
        "SELECT substr(token, 4, instr(substr(token, 4), '.') - 1) AS key, count(*)
         FROM (SELECT access_token AS token FROM tiktok_tokens
               UNION ALL SELECT refresh_token FROM tiktok_tokens)
         WHERE token IS NOT NULL
         GROUP BY key
         ORDER BY key",
    );
    Ok(Contents { sealed_by: sealed_by.fetch_all(connection).await? })
}

/// SQLite's own sentence, without sqlx's words about it.
fn unavailable(error: sqlx::Error) -> StoreError {
    let told = error.as_database_error().and_then(|error| error.try_downcast_ref::<SqliteError>());
    StoreError::Unavailable(told.map_or_else(|| error.to_string(), ToString::to_string))
}
