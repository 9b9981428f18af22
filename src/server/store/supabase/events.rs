//! Events in Supabase. New events and results of claims are written in batches.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{SupabaseStore, batch::Batch, project::Project, verbs, wire};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{
        Activity, EventOutcome, EventQuery, EventStore, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
        PendingForward, StoreError,
        events::{CompletedEvent, KEPT_FOR_EACH, KEPT_SECONDS, LEDGER_SECONDS},
    },
};

#[async_trait]
impl EventStore for SupabaseStore {
    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        self.event_writes.save.put(event.clone()).await
    }

    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError> {
        let request = json!({ "limit": limit, "lease_seconds": lease_seconds });
        self.call(&verbs::CLAIM_EVENTS, request).await
    }

    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError> {
        self.event_writes.complete.put(CompletedEvent::handling(row, fence, outcome)).await
    }

    async fn claim_forwards(
        &self,
        limit: u32,
        lease_seconds: u32,
    ) -> Result<Vec<PendingForward>, StoreError> {
        let request = json!({ "limit": limit, "lease_seconds": lease_seconds, "forward": true });
        self.call(&verbs::CLAIM_EVENTS, request).await
    }

    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError> {
        self.event_writes.complete.put(CompletedEvent::forwarding(row, fence, outcome)).await
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<ListedEvent>, StoreError> {
        self.call(&verbs::EVENTS, json!(query)).await
    }

    async fn replay_event(&self, row: i64) -> Result<bool, StoreError> {
        self.call(&verbs::REPLAY_EVENT, json!({ "row": row })).await
    }

    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
        self.call(&verbs::ACTIVITY, json!({ "creator_id": creator, "limit": limit })).await
    }
}

/// The request of `cc_purge_events`.
pub(super) fn purge_request(now: Timestamp) -> Value {
    json!({
        "ledger_before": now.plus_seconds(-LEDGER_SECONDS),
        "events_before": now.plus_seconds(-KEPT_SECONDS),
        "keep": KEPT_FOR_EACH,
    })
}

/// The writes that are done in batches.
pub(super) struct EventWrites {
    /// Returns whether the event was new.
    save: Batch<NewEvent, bool>,
    /// Returns whether the claim was the latest.
    complete: Batch<CompletedEvent, bool>,
}

impl EventWrites {
    pub(super) fn new(project: &Arc<Project>) -> Self {
        let (for_saving, for_completing) = (Arc::clone(project), Arc::clone(project));
        Self {
            save: Batch::new(move |events| {
                let project = Arc::clone(&for_saving);
                async move { wire::decode(project.call(&verbs::SAVE_EVENTS, json!({ "events": events })).await?) }
            }),
            complete: Batch::new(move |completed| {
                let project = Arc::clone(&for_completing);
                async move {
                    let request = json!({ "completed": completed });
                    wire::decode(project.call(&verbs::COMPLETE_EVENTS, request).await?)
                }
            }),
        }
    }
}
