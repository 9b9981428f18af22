//! Events as the functions' JSON has them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    domain::{CreatorId, Malformed, OpenId, Timestamp},
    server::store::{
        Activity, ListedEvent, NewEvent, PendingEvent, PendingForward,
        events::{CompletedEvent, KEPT_FOR_EACH, KEPT_SECONDS, LEDGER_SECONDS},
    },
};

pub(in super::super) fn new(event: &NewEvent) -> Value {
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

pub(in super::super) fn settled(settled: &CompletedEvent) -> Value {
    json!({
        "row": settled.row,
        "fence": settled.fence,
        "stage": settled.stage.as_str(),
        "status": settled.status.as_str(),
        "after": settled.after,
        "error": settled.error,
    })
}

pub(in super::super) fn purge(now: Timestamp) -> Value {
    json!({
        "ledger_before": now.plus_seconds(-LEDGER_SECONDS).0,
        "events_before": now.plus_seconds(-KEPT_SECONDS).0,
        "keep": KEPT_FOR_EACH,
    })
}

/// A claimed event.
#[derive(Deserialize)]
pub(in super::super) struct ClaimedRow {
    row: i64,
    fence: i64,
    uid: String,
    creator_id: Option<String>,
    name: String,
    created_at: i64,
    received_at: i64,
    body: String,
    attempts: u32,
}

impl TryFrom<ClaimedRow> for PendingEvent {
    type Error = Malformed;

    fn try_from(row: ClaimedRow) -> Result<Self, Malformed> {
        Ok(Self {
            row: row.row,
            fence: row.fence,
            creator: creator(row.creator_id)?,
            name: row.name,
            created_at: Timestamp(row.created_at),
            body: row.body,
            attempts: row.attempts,
        })
    }
}

impl TryFrom<ClaimedRow> for PendingForward {
    type Error = Malformed;

    fn try_from(row: ClaimedRow) -> Result<Self, Malformed> {
        Ok(Self {
            row: row.row,
            fence: row.fence,
            id: row.uid,
            creator: creator(row.creator_id)?,
            name: row.name,
            created_at: Timestamp(row.created_at),
            received_at: Timestamp(row.received_at),
            body: row.body,
            attempts: row.attempts,
        })
    }
}

fn creator(id: Option<String>) -> Result<Option<CreatorId>, Malformed> {
    id.map(|id| id.parse()).transpose()
}

/// An event in a list.
#[derive(Deserialize)]
pub(in super::super) struct ListedRow {
    row: i64,
    uid: String,
    status: String,
    name: String,
    creator_id: Option<String>,
    created_at: i64,
    received_at: i64,
    attempts: u32,
    forward_attempts: u32,
    error: Option<String>,
    body: String,
}

impl TryFrom<ListedRow> for ListedEvent {
    type Error = Malformed;

    fn try_from(row: ListedRow) -> Result<Self, Malformed> {
        Ok(Self {
            row: row.row,
            id: row.uid,
            status: row.status.parse()?,
            name: row.name,
            creator: creator(row.creator_id)?,
            created_at: Timestamp(row.created_at),
            received_at: Timestamp(row.received_at),
            attempts: row.attempts,
            forward_attempts: row.forward_attempts,
            error: row.error,
            body: row.body,
        })
    }
}

/// Something that happened.
#[derive(Deserialize)]
pub(in super::super) struct ActivityRow {
    name: String,
    created_at: i64,
    body: String,
}

impl TryFrom<ActivityRow> for Activity {
    type Error = Malformed;

    fn try_from(row: ActivityRow) -> Result<Self, Malformed> {
        Ok(Self { name: row.name, created_at: Timestamp(row.created_at), body: row.body })
    }
}
