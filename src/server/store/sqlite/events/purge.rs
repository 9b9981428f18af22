//! The purge of old events in SQLite.

use sqlx::{Sqlite, Transaction};

use crate::{
    domain::Timestamp,
    server::store::{
        StoreError,
        events::{KEPT_FOR_EACH, KEPT_SECONDS, LEDGER_SECONDS},
    },
};

/// So many rows are deleted at once, so that no task waits long for the lock.
const AT_ONCE: i64 = 10_000;

/// Takes old deliveries out of the ledger, and forgets events that are too old or too many.
pub(in crate::server::store::sqlite) async fn purge(
    transaction: &mut Transaction<'_, Sqlite>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    close_ledger(transaction, now.plus_seconds(-LEDGER_SECONDS)).await?;
    let old = forget_old(transaction, now.plus_seconds(-KEPT_SECONDS)).await?;
    Ok(old + forget_surplus(transaction).await?)
}

async fn close_ledger(
    transaction: &mut Transaction<'_, Sqlite>,
    before: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE webhook_events SET digest = NULL WHERE id IN (
             SELECT id FROM webhook_events WHERE digest IS NOT NULL AND received_at < ? LIMIT ?)",
    )
    .bind(before.0)
    .bind(AT_ONCE)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn forget_old(transaction: &mut Transaction<'_, Sqlite>, before: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "DELETE FROM webhook_events WHERE id IN (
             SELECT id FROM webhook_events WHERE digest IS NULL AND received_at < ? LIMIT ?)",
    )
    .bind(before.0)
    .bind(AT_ONCE)
    .execute(&mut **transaction)
    .await?;
    Ok(done.rows_affected())
}

/// Looks at those creators alone of whom there is something new. What the ledger still needs stays.
async fn forget_surplus(transaction: &mut Transaction<'_, Sqlite>) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "DELETE FROM webhook_events WHERE id IN (
             WITH recent AS (
                 SELECT DISTINCT creator_id
                 FROM (SELECT creator_id FROM webhook_events ORDER BY id DESC LIMIT ?1)
                 WHERE creator_id IS NOT NULL),
             limits AS (
                 SELECT creator_id, (
                     SELECT id FROM webhook_events AS kept WHERE kept.creator_id = recent.creator_id
                     ORDER BY id DESC LIMIT 1 OFFSET ?2) AS last_row
                 FROM recent)
             SELECT surplus.id FROM limits
             JOIN webhook_events AS surplus
                 ON surplus.creator_id = limits.creator_id AND surplus.id <= limits.last_row
             WHERE surplus.status = 'done' AND surplus.digest IS NULL
             LIMIT ?1)",
    )
    .bind(AT_ONCE)
    .bind(KEPT_FOR_EACH)
    .execute(&mut **transaction)
    .await?;
    Ok(done.rows_affected())
}
