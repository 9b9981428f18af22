//! Columns of grants and revocations as the store's types.

use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    domain::{GrantStatus, RefreshFailure, Timestamp},
    server::{
        store::{GrantRef, StoreError},
        vault::Sealed,
    },
};

/// The sealed text of a column that is never NULL where it is read.
pub(super) fn sealed(row: &SqliteRow, column: &str) -> Result<Sealed, StoreError> {
    Ok(Sealed::from_stored(row.try_get(column)?))
}

/// The sealed text of a column.
pub(super) fn sealed_or_none(row: &SqliteRow, column: &str) -> Result<Option<Sealed>, StoreError> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(Sealed::from_stored))
}

/// The row and its numbers.
pub(super) fn reference(row: &SqliteRow) -> Result<GrantRef, StoreError> {
    Ok(GrantRef {
        id: row.try_get("id")?,
        fence: row.try_get("fence")?,
        generation: row.try_get("generation")?,
    })
}

/// How a grant stands.
pub(super) fn grant_status(row: &SqliteRow) -> Result<GrantStatus, StoreError> {
    let time = |name: &str| row.try_get::<Option<i64>, _>(name).map(|time| time.map(Timestamp));
    let refresh_failure =
        row.try_get::<Option<&str>, _>("refresh_failure")?.map(str::parse::<RefreshFailure>).transpose()?;
    Ok(GrantStatus {
        access_expires_at: Timestamp(row.try_get("access_expires_at")?),
        refresh_expires_at: time("refresh_expires_at")?,
        failing_since: time("failing_since")?,
        needs_reconnect_since: time("needs_reconnect_since")?,
        refresh_failure,
    })
}
