//! Events in SQLite. Our own are written by triggers of the migration.

mod purge;

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use serde_json::json;
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

use super::{SqliteStore, write_queue::WriteQueue};
use crate::{
    domain::{CreatorId, Timestamp},
    server::{
        clock::Clock,
        store::{
            Activity, EventOutcome, EventStatus, EventStore, ForwardOutcome, ListedEvent, NewEvent,
            PendingEvent, PendingForward, StoreError, batch::Batch, events::CompletedEvent,
        },
    },
};

pub(super) use self::purge::purge;

#[async_trait]
impl EventStore for SqliteStore {
    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        self.event_writes.save.put(event.clone()).await
    }

    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError> {
        let _permit = self.write_queue.take().await;
        let rows = sqlx::query(
            "UPDATE webhook_events SET fence = fence + 1, attempts = attempts + 1, due_at = ?1 + ?2
             WHERE id IN (
                 SELECT id FROM webhook_events
                 WHERE status = 'waiting' AND due_at <= ?1 ORDER BY due_at, id LIMIT ?3)
             RETURNING *",
        )
        .bind(self.clock.now().0)
        .bind(lease_seconds)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let mut claimed = rows.iter().map(pending).collect::<Result<Vec<_>, StoreError>>()?;
        claimed.sort_by_key(|event| event.row);
        Ok(claimed)
    }

    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError> {
        self.event_writes.complete.put(CompletedEvent::handling(row, fence, outcome)).await
    }

    async fn claim_forwards(
        &self,
        limit: u32,
        lease_seconds: u32,
    ) -> Result<Vec<PendingForward>, StoreError> {
        let _permit = self.write_queue.take().await;
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
        .bind(self.clock.now().0)
        .bind(lease_seconds)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let mut claimed = rows.iter().map(pending_forward).collect::<Result<Vec<_>, StoreError>>()?;
        claimed.sort_by_key(|event| event.row);
        Ok(claimed)
    }

    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError> {
        self.event_writes.complete.put(CompletedEvent::forwarding(row, fence, outcome)).await
    }

    async fn events(
        &self,
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
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(listed).collect()
    }

    async fn replay_event(&self, row: i64) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE webhook_events SET
                 attempts = CASE status WHEN 'set_aside' THEN 0 ELSE attempts END,
                 forward_attempts = CASE status WHEN 'set_aside' THEN forward_attempts ELSE 0 END,
                 status = CASE status WHEN 'set_aside' THEN 'waiting' ELSE 'forwarding' END,
                 fence = fence + 1, due_at = 0, error = NULL
             WHERE id = ? AND status IN ('set_aside', 'undelivered', 'done')",
        )
        .bind(row)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
        let rows = sqlx::query(
            "SELECT name, created_at, body FROM webhook_events WHERE creator_id = ? ORDER BY id DESC LIMIT ?",
        )
        .bind(creator.as_str())
        .bind(limit)
        .fetch_all(&self.pool)
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
}

/// The writes of events that are done in batches.
pub(super) struct EventWrites {
    /// Returns whether the event was new.
    pub(super) save: Batch<NewEvent, bool>,
    /// Returns whether the claim was the latest.
    pub(super) complete: Batch<CompletedEvent, bool>,
}

impl EventWrites {
    pub(super) fn new(pool: &SqlitePool, write_queue: &WriteQueue, clock: Arc<dyn Clock>) -> Self {
        let (for_saving, for_completing) =
            ((pool.clone(), write_queue.clone()), (pool.clone(), write_queue.clone()));
        Self {
            save: Batch::new(move |events| {
                let (pool, write_queue) = for_saving.clone();
                async move {
                    let _permit = write_queue.take().await;
                    save(&pool, &events).await
                }
            }),
            complete: Batch::new(move |completed| {
                let ((pool, write_queue), now) = (for_completing.clone(), clock.now());
                async move {
                    let _permit = write_queue.take().await;
                    complete_events(&pool, &completed, now).await
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
    .bind(json!(events).to_string())
    .fetch_all(pool)
    .await?;
    let mut new = rows.iter().map(|row| row.try_get("uid")).collect::<Result<HashSet<&str>, _>>()?;
    // The same delivery twice in one batch is new once.
    Ok(events.iter().map(|event| new.remove(event.id.as_str())).collect())
}

/// Writes how claims ended, each while it is the last one and its row stands where it stood.
async fn complete_events(
    pool: &SqlitePool,
    completed: &[CompletedEvent],
    now: Timestamp,
) -> Result<Vec<bool>, StoreError> {
    let rows = sqlx::query(
        "UPDATE webhook_events SET status = given.status, due_at = given.due_at, error = given.error
         FROM (SELECT value ->> 'row' AS row, value ->> 'fence' AS fence, value ->> 'stage' AS stage,
                   value ->> 'status' AS status, ?2 + (value ->> 'after') AS due_at, value ->> 'error' AS error
               FROM json_each(?1)) AS given
         WHERE webhook_events.id = given.row AND webhook_events.fence = given.fence
             AND webhook_events.status = given.stage
         RETURNING id",
    )
    .bind(json!(completed).to_string())
    .bind(now.0)
    .fetch_all(pool)
    .await?;
    let mut written = rows.iter().map(|row| row.try_get("id")).collect::<Result<HashSet<i64>, _>>()?;
    Ok(completed.iter().map(|one| written.remove(&one.row)).collect())
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
