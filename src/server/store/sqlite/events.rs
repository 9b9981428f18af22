//! Events in SQLite. Our own are written by triggers of the migration.

mod purge;

use async_trait::async_trait;
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

pub(super) use self::purge::purge;
use super::database::SqliteStore;
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{
        Activity, EventOutcome, EventStatus, EventStore, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
        PendingForward, StoreError, events::CompletedEvent,
    },
};

#[async_trait]
impl EventStore for SqliteStore {
    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        self.events.save.put(event.clone()).await
    }

    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError> {
        let _permit = self.write_queue.take().await;
        claim(&self.pool, limit, lease_seconds, self.clock.now()).await
    }

    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError> {
        self.events.complete.put(CompletedEvent::handling(row, fence, outcome)).await
    }

    async fn claim_forwards(
        &self,
        limit: u32,
        lease_seconds: u32,
    ) -> Result<Vec<PendingForward>, StoreError> {
        let _permit = self.write_queue.take().await;
        claim_forwards(&self.pool, limit, lease_seconds, self.clock.now()).await
    }

    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError> {
        self.events.complete.put(CompletedEvent::forwarding(row, fence, outcome)).await
    }

    async fn events(
        &self,
        status: Option<EventStatus>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ListedEvent>, StoreError> {
        list(&self.pool, status, before, limit).await
    }

    async fn replay_event(&self, row: i64) -> Result<bool, StoreError> {
        replay(&self.pool, row).await
    }

    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
        activity(&self.pool, creator, limit).await
    }
}

/// Claims events to be handled, oldest first.
async fn claim(
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
async fn claim_forwards(
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
async fn list(
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
async fn replay(pool: &SqlitePool, row: i64) -> Result<bool, StoreError> {
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
async fn activity(pool: &SqlitePool, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
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
