//! Events in SQLite. Our own are written by triggers of the migration.

mod purge;

use async_trait::async_trait;
use rusqlite::{Connection, Row, named_params, params};

pub(super) use self::purge::purge;
use super::{
    SqliteStore,
    statements::{all, execute},
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{
        Activity, EventOutcome, EventQuery, EventStore, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
        PendingForward, StoreError, events::CompletedEvent,
    },
};

#[async_trait]
impl EventStore for SqliteStore {
    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        let event = event.clone();
        self.writer.write(move |connection, _| save(connection, &event)).await
    }

    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError> {
        self.writer.write(move |connection, now| claim_events(connection, limit, lease_seconds, now)).await
    }

    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError> {
        let completed = CompletedEvent::handling(row, fence, outcome);
        self.writer.write(move |connection, now| complete(connection, &completed, now)).await
    }

    async fn claim_forwards(
        &self,
        limit: u32,
        lease_seconds: u32,
    ) -> Result<Vec<PendingForward>, StoreError> {
        self.writer.write(move |connection, now| claim_forwards(connection, limit, lease_seconds, now)).await
    }

    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError> {
        let completed = CompletedEvent::forwarding(row, fence, outcome);
        self.writer.write(move |connection, now| complete(connection, &completed, now)).await
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<ListedEvent>, StoreError> {
        let query = query.clone();
        self.readers.scan(move |connection| list(connection, &query)).await
    }

    async fn replay_event(&self, row: i64) -> Result<bool, StoreError> {
        self.writer.write(move |connection, _| replay(connection, row)).await
    }

    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
        self.readers.look_up(|connection| recent(connection, creator, limit))
    }
}

fn list(connection: &Connection, query: &EventQuery) -> Result<Vec<ListedEvent>, StoreError> {
    let order = if query.after.is_some() { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT * FROM webhook_events
         WHERE id > COALESCE(:after, 0) AND id < COALESCE(:before, 9223372036854775807)
             AND (:uid IS NULL OR uid = :uid) AND (:status IS NULL OR status = :status)
             AND (:name IS NULL OR name = :name) AND (:creator IS NULL OR creator_id = :creator)
         ORDER BY id {order} LIMIT :limit"
    );
    let params = named_params! {
        ":after": query.after,
        ":before": query.before,
        ":uid": query.id,
        ":status": query.status,
        ":name": query.name,
        ":creator": query.creator,
        ":limit": query.limit,
    };
    all(connection, &sql, params, listed)
}

/// A creator's newest events.
pub(super) fn recent(
    connection: &Connection,
    creator: &CreatorId,
    limit: u32,
) -> Result<Vec<Activity>, StoreError> {
    let sql =
        "SELECT name, created_at, body FROM webhook_events WHERE creator_id = ? ORDER BY id DESC LIMIT ?";
    all(connection, sql, params![creator, limit], |row| {
        Ok(Activity { name: row.get("name")?, created_at: row.get("created_at")?, body: row.get("body")? })
    })
}

/// Stores an event that is not in the ledger.
fn save(connection: &Connection, event: &NewEvent) -> Result<bool, StoreError> {
    let sql = "INSERT INTO webhook_events (uid, digest, creator_id, client_key, open_id, name, created_at,
             received_at, body)
         VALUES (:uid, :digest,
             (SELECT id FROM creators WHERE client_key = :client_key AND open_id = :open_id),
             :client_key, :open_id, :name, :created_at, :received_at, :body)
         ON CONFLICT (digest) WHERE digest IS NOT NULL DO NOTHING";
    let params = named_params! {
        ":uid": event.id,
        ":digest": event.digest,
        ":client_key": event.client_key,
        ":open_id": event.open_id,
        ":name": event.name,
        ":created_at": event.created_at,
        ":received_at": event.received_at,
        ":body": event.body,
    };
    Ok(execute(connection, sql, params)? == 1)
}

fn claim_events(
    connection: &Connection,
    limit: u32,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<PendingEvent>, StoreError> {
    let sql = "UPDATE webhook_events SET fence = fence + 1, attempts = attempts + 1, due_at = ?1 + ?2
         WHERE id IN (
             SELECT id FROM webhook_events
             WHERE status = 'waiting' AND due_at <= ?1 ORDER BY due_at, id LIMIT ?3)
         RETURNING *";
    let mut claimed = all(connection, sql, params![now, lease_seconds, limit], pending)?;
    claimed.sort_by_key(|event| event.row);
    Ok(claimed)
}

fn claim_forwards(
    connection: &Connection,
    limit: u32,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<PendingForward>, StoreError> {
    let sql = "UPDATE webhook_events SET fence = fence + 1, forward_attempts = forward_attempts + 1, due_at = ?1 + ?2
         WHERE id IN (
             SELECT id FROM webhook_events AS this
             WHERE status = 'forwarding' AND due_at <= ?1 AND NOT EXISTS (
                 SELECT 1 FROM webhook_events AS earlier
                 WHERE earlier.creator_id = this.creator_id AND earlier.id < this.id
                     AND earlier.status IN ('waiting', 'forwarding'))
             ORDER BY due_at, id LIMIT ?3)
         RETURNING *";
    let mut claimed = all(connection, sql, params![now, lease_seconds, limit], pending_forward)?;
    claimed.sort_by_key(|event| event.row);
    Ok(claimed)
}

/// Writes how a claim ended, while it is the last one and its row stands where it stood.
fn complete(connection: &Connection, completed: &CompletedEvent, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE webhook_events SET status = :status, due_at = :now + :after, error = :error
         WHERE id = :row AND fence = :fence AND status = :stage";
    let CompletedEvent { row, fence, stage, status, after, error } = completed;
    let params = named_params! {
        ":row": row,
        ":fence": fence,
        ":stage": stage,
        ":status": status,
        ":after": after,
        ":error": error,
        ":now": now,
    };
    Ok(execute(connection, sql, params)? == 1)
}

fn replay(connection: &Connection, row: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE webhook_events SET
             attempts = CASE status WHEN 'set_aside' THEN 0 ELSE attempts END,
             forward_attempts = CASE status WHEN 'set_aside' THEN forward_attempts ELSE 0 END,
             status = CASE status WHEN 'set_aside' THEN 'waiting' ELSE 'forwarding' END,
             fence = fence + 1, due_at = 0, error = NULL
         WHERE id = ? AND status IN ('set_aside', 'undelivered', 'done')";
    Ok(execute(connection, sql, [row])? == 1)
}

fn pending(row: &Row<'_>) -> rusqlite::Result<PendingEvent> {
    Ok(PendingEvent {
        row: row.get("id")?,
        fence: row.get("fence")?,
        creator: row.get("creator_id")?,
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        body: row.get("body")?,
        attempts: row.get("attempts")?,
    })
}

fn pending_forward(row: &Row<'_>) -> rusqlite::Result<PendingForward> {
    Ok(PendingForward {
        row: row.get("id")?,
        fence: row.get("fence")?,
        id: row.get("uid")?,
        creator: row.get("creator_id")?,
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        received_at: row.get("received_at")?,
        body: row.get("body")?,
        attempts: row.get("forward_attempts")?,
    })
}

fn listed(row: &Row<'_>) -> rusqlite::Result<ListedEvent> {
    Ok(ListedEvent {
        row: row.get("id")?,
        id: row.get("uid")?,
        status: row.get("status")?,
        name: row.get("name")?,
        creator: row.get("creator_id")?,
        created_at: row.get("created_at")?,
        received_at: row.get("received_at")?,
        attempts: row.get("attempts")?,
        forward_attempts: row.get("forward_attempts")?,
        error: row.get("error")?,
        body: row.get("body")?,
    })
}
