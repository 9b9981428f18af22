//! Events in SQLite. Our own are written by triggers of the migration.

mod purge;

use std::{collections::HashSet, sync::Arc};

use serde_json::{Value, json};
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

use super::write_queue::WriteQueue;
use crate::{
    domain::{CreatorId, OpenId, Timestamp},
    server::{
        clock::Clock,
        store::{
            Activity, EventStatus, ListedEvent, NewEvent, PendingEvent, PendingForward, StoreError,
            batch::Batch, events::CompletedEvent,
        },
    },
};

pub(super) use self::purge::purge;

/// The writes of events that are done in batches.
pub(super) struct Writes {
    /// Answers whether the event was new.
    pub(super) save: Batch<NewEvent, bool>,
    /// Answers whether the claim was the last.
    pub(super) settle: Batch<CompletedEvent, bool>,
}

impl Writes {
    pub(super) fn new(pool: &SqlitePool, write_queue: &WriteQueue, clock: Arc<dyn Clock>) -> Self {
        let (saving, settling) = ((pool.clone(), write_queue.clone()), (pool.clone(), write_queue.clone()));
        Self {
            save: Batch::new(move |events| {
                let (pool, write_queue) = saving.clone();
                async move {
                    let _permit = write_queue.take().await;
                    save(&pool, &events).await
                }
            }),
            settle: Batch::new(move |settled| {
                let ((pool, write_queue), now) = (settling.clone(), clock.now());
                async move {
                    let _permit = write_queue.take().await;
                    complete_events(&pool, &settled, now).await
                }
            }),
        }
    }
}

/// One statement, so one flush of the disk, for all of them; what the ledger knows is passed over.
async fn save(pool: &SqlitePool, events: &[NewEvent]) -> Result<Vec<bool>, StoreError> {
    let rows = sqlx::query(
        "INSERT INTO webhook_events (uid, digest, creator_id, client_key, open_id, name, created_at,
             received_at, body)
         SELECT value ->> 'uid', value ->> 'digest',
             (SELECT id FROM creators
              WHERE client_key = value ->> 'client_key' AND open_id = value ->> 'open_id'),
             value ->> 'client_key', value ->> 'open_id', value ->> 'name', value ->> 'created_at',
             value ->> 'received_at', value ->> 'body'
         FROM json_each(?) WHERE true ORDER BY key
         ON CONFLICT (digest) WHERE digest IS NOT NULL DO NOTHING
         RETURNING uid",
    )
    .bind(Value::from_iter(events.iter().map(as_json)).to_string())
    .fetch_all(pool)
    .await?;
    let mut new = rows.iter().map(|row| row.try_get("uid")).collect::<Result<HashSet<&str>, _>>()?;
    // The same delivery twice in one batch is new once.
    Ok(events.iter().map(|event| new.remove(event.id.as_str())).collect())
}

fn as_json(event: &NewEvent) -> Value {
    json!({
        "uid": event.id,
        "digest": event.digest,
        "client_key": event.client_key,
        "open_id": event.open_id.as_ref().map(OpenId::as_str),
        "name": event.name,
        "created_at": event.created_at.0,
        "received_at": event.received_at.0,
        "body": event.body,
    })
}

/// Writes how claims ended, each while it is the last one and its row stands where it stood.
async fn complete_events(
    pool: &SqlitePool,
    settled: &[CompletedEvent],
    now: Timestamp,
) -> Result<Vec<bool>, StoreError> {
    let given = settled.iter().map(|one| {
        json!({ "row": one.row, "fence": one.fence, "stage": one.stage.as_str(), "status": one.status.as_str(),
            "due_at": now.plus_seconds(one.after.into()).0, "error": one.error })
    });
    let rows = sqlx::query(
        "UPDATE webhook_events SET status = given.status, due_at = given.due_at, error = given.error
         FROM (SELECT value ->> 'row' AS row, value ->> 'fence' AS fence, value ->> 'stage' AS stage,
                   value ->> 'status' AS status, value ->> 'due_at' AS due_at, value ->> 'error' AS error
               FROM json_each(?)) AS given
         WHERE webhook_events.id = given.row AND webhook_events.fence = given.fence
             AND webhook_events.status = given.stage
         RETURNING id",
    )
    .bind(Value::from_iter(given).to_string())
    .fetch_all(pool)
    .await?;
    let mut written = rows.iter().map(|row| row.try_get("id")).collect::<Result<HashSet<i64>, _>>()?;
    Ok(settled.iter().map(|one| written.remove(&one.row)).collect())
}

/// Claims events to be handled, oldest first.
pub(super) async fn claim(
    pool: &SqlitePool,
    limit: u32,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<PendingEvent>, StoreError> {
    let rows = sqlx::query(
        "UPDATE webhook_events SET fence = fence + 1, attempts = attempts + 1, due_at = ?1 + ?2
         WHERE id IN (
             SELECT id FROM webhook_events
             WHERE status = 'waiting' AND due_at <= ?1 ORDER BY due_at, id LIMIT ?3)
         RETURNING *",
    )
    .bind(now.0)
    .bind(lease_seconds)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let mut claimed = rows.iter().map(pending).collect::<Result<Vec<_>, StoreError>>()?;
    claimed.sort_by_key(|event| event.row);
    Ok(claimed)
}

fn pending(row: &SqliteRow) -> Result<PendingEvent, StoreError> {
    Ok(PendingEvent {
        row: row.try_get("id")?,
        fence: row.try_get("fence")?,
        creator: creator(row)?,
        name: row.try_get("name")?,
        created_at: Timestamp(row.try_get("created_at")?),
        body: row.try_get("body")?,
        attempts: row.try_get("attempts")?,
    })
}

/// Claims events to be forwarded: of each creator the oldest that is not done, or none while that one is
/// not handled yet or on its way.
pub(super) async fn claim_forwards(
    pool: &SqlitePool,
    limit: u32,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<PendingForward>, StoreError> {
    let rows = sqlx::query(
        "UPDATE webhook_events SET fence = fence + 1, forward_attempts = forward_attempts + 1, due_at = ?1 + ?2
         WHERE id IN (
             SELECT id FROM webhook_events AS this
             WHERE status = 'forwarding' AND due_at <= ?1 AND NOT EXISTS (
                 SELECT 1 FROM webhook_events AS earlier
                 WHERE earlier.creator_id = this.creator_id AND earlier.id < this.id
                     AND earlier.status IN ('waiting', 'forwarding'))
             ORDER BY due_at, id LIMIT ?3)
         RETURNING *",
    )
    .bind(now.0)
    .bind(lease_seconds)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let mut claimed = rows.iter().map(pending_forward).collect::<Result<Vec<_>, StoreError>>()?;
    claimed.sort_by_key(|event| event.row);
    Ok(claimed)
}

fn pending_forward(row: &SqliteRow) -> Result<PendingForward, StoreError> {
    Ok(PendingForward {
        row: row.try_get("id")?,
        fence: row.try_get("fence")?,
        id: row.try_get("uid")?,
        creator: creator(row)?,
        name: row.try_get("name")?,
        created_at: Timestamp(row.try_get("created_at")?),
        received_at: Timestamp(row.try_get("received_at")?),
        body: row.try_get("body")?,
        attempts: row.try_get("forward_attempts")?,
    })
}

fn creator(row: &SqliteRow) -> Result<Option<CreatorId>, StoreError> {
    Ok(row.try_get::<Option<&str>, _>("creator_id")?.map(str::parse).transpose()?)
}

/// Events, newest first.
pub(super) async fn list(
    pool: &SqlitePool,
    status: Option<EventStatus>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<ListedEvent>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM webhook_events
         WHERE id < COALESCE(?1, 9223372036854775807) AND (?2 IS NULL OR status = ?2)
         ORDER BY id DESC LIMIT ?3",
    )
    .bind(before)
    .bind(status.map(EventStatus::as_str))
    .bind(limit)
    .fetch_all(pool)
    .await?;
    rows.iter().map(listed).collect()
}

fn listed(row: &SqliteRow) -> Result<ListedEvent, StoreError> {
    Ok(ListedEvent {
        row: row.try_get("id")?,
        id: row.try_get("uid")?,
        status: row.try_get::<&str, _>("status")?.parse()?,
        name: row.try_get("name")?,
        creator: creator(row)?,
        created_at: Timestamp(row.try_get("created_at")?),
        received_at: Timestamp(row.try_get("received_at")?),
        attempts: row.try_get("attempts")?,
        forward_attempts: row.try_get("forward_attempts")?,
        error: row.try_get("error")?,
        body: row.try_get("body")?,
    })
}

/// Brings an event back to where it was given up; one that is done goes out again.
pub(super) async fn replay(pool: &SqlitePool, row: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE webhook_events SET
             attempts = CASE status WHEN 'set_aside' THEN 0 ELSE attempts END,
             forward_attempts = CASE status WHEN 'set_aside' THEN forward_attempts ELSE 0 END,
             status = CASE status WHEN 'set_aside' THEN 'waiting' ELSE 'forwarding' END,
             fence = fence + 1, due_at = 0, error = NULL
         WHERE id = ? AND status IN ('set_aside', 'undelivered', 'done')",
    )
    .bind(row)
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What happened to a creator lately.
pub(super) async fn activity(
    pool: &SqlitePool,
    creator: &CreatorId,
    limit: u32,
) -> Result<Vec<Activity>, StoreError> {
    let rows = sqlx::query(
        "SELECT name, created_at, body FROM webhook_events WHERE creator_id = ? ORDER BY id DESC LIMIT ?",
    )
    .bind(creator.as_str())
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let read = |row: &SqliteRow| {
        Ok(Activity {
            name: row.try_get("name")?,
            created_at: Timestamp(row.try_get("created_at")?),
            body: row.try_get("body")?,
        })
    };
    rows.iter().map(read).collect()
}
