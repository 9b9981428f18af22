//! The writes of events in SQLite that are done in batches.

use std::{collections::HashSet, sync::Arc};

use serde_json::{Value, json};
use sqlx::{Row, SqlitePool};

use super::write_queue::WriteQueue;
use crate::{
    domain::{OpenId, Timestamp},
    server::{
        clock::Clock,
        store::{NewEvent, StoreError, batch::Batch, events::CompletedEvent},
    },
};

/// The writes of events that are done in batches.
pub(super) struct Writes {
    /// Answers whether the event was new.
    pub(super) save: Batch<NewEvent, bool>,
    /// Answers whether the claim was the last.
    pub(super) complete: Batch<CompletedEvent, bool>,
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
            complete: Batch::new(move |settled| {
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
