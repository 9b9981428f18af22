//! The purge of old events in SQLite.

use rusqlite::{Connection, params};

use crate::{
    domain::Timestamp,
    server::store::{
        StoreError,
        events::{KEPT_FOR_EACH, KEPT_SECONDS, LEDGER_SECONDS},
        sqlite::statements::execute,
    },
};

/// So many rows are deleted at once, so that no task waits long for the lock.
const AT_ONCE: i64 = 10_000;

/// Takes old deliveries out of the ledger, and forgets events that are too old or too many.
pub(in crate::server::store::sqlite) fn purge(
    connection: &Connection,
    now: Timestamp,
) -> Result<usize, StoreError> {
    close_ledger(connection, now.plus_seconds(-LEDGER_SECONDS))?;
    let old = forget_old(connection, now.plus_seconds(-KEPT_SECONDS))?;
    Ok(old + forget_surplus(connection)?)
}

fn close_ledger(connection: &Connection, before: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE webhook_events SET digest = NULL WHERE id IN (
             SELECT id FROM webhook_events WHERE digest IS NOT NULL AND received_at < ? LIMIT ?)";
    execute(connection, sql, params![before, AT_ONCE])?;
    Ok(())
}

fn forget_old(connection: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    let sql = "DELETE FROM webhook_events WHERE id IN (
             SELECT id FROM webhook_events WHERE digest IS NULL AND received_at < ? LIMIT ?)";
    execute(connection, sql, params![before, AT_ONCE])
}

/// Looks at those creators alone of whom there is something new. What the ledger still needs stays.
fn forget_surplus(connection: &Connection) -> Result<usize, StoreError> {
    let sql = "DELETE FROM webhook_events WHERE id IN (
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
             LIMIT ?1)";
    execute(connection, sql, params![AT_ONCE, KEPT_FOR_EACH])
}
