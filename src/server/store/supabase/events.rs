//! Events in Supabase: the writes that are done in batches.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use super::project::Project;
use super::{
    SupabaseStore, verbs,
    wire::{
        self,
        events::{ActivityRow, ClaimedRow, ListedRow},
    },
};
use crate::{
    domain::CreatorId,
    server::store::{
        Activity, EventOutcome, EventStatus, EventStore, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
        PendingForward, StoreError, batch::Batch, events::CompletedEvent,
    },
};

#[async_trait]
impl EventStore for SupabaseStore {
    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        self.events.save.put(event.clone()).await
    }

    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError> {
        let request = json!({ "limit": limit, "lease_seconds": lease_seconds });
        wire::all::<ClaimedRow, _>(self.ask(&verbs::CLAIM_EVENTS, request).await?)
    }

    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError> {
        self.events.settle.put(CompletedEvent::handling(row, fence, outcome)).await
    }

    async fn claim_forwards(
        &self,
        limit: u32,
        lease_seconds: u32,
    ) -> Result<Vec<PendingForward>, StoreError> {
        let request = json!({ "limit": limit, "lease_seconds": lease_seconds, "forward": true });
        wire::all::<ClaimedRow, _>(self.ask(&verbs::CLAIM_EVENTS, request).await?)
    }

    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError> {
        self.events.settle.put(CompletedEvent::forwarding(row, fence, outcome)).await
    }

    async fn events(
        &self,
        status: Option<EventStatus>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ListedEvent>, StoreError> {
        let status = status.map(EventStatus::as_str);
        let request = json!({ "status": status, "before": before, "limit": limit });
        wire::all::<ListedRow, _>(self.ask(&verbs::EVENTS, request).await?)
    }

    async fn replay_event(&self, row: i64) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::REPLAY_EVENT, json!({ "row": row })).await?)
    }

    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
        let request = json!({ "creator_id": creator.as_str(), "limit": limit });
        wire::all::<ActivityRow, _>(self.ask(&verbs::ACTIVITY, request).await?)
    }
}

/// As in SQLite.
pub(super) struct Writes {
    /// Answers whether the event was new.
    pub(super) save: Batch<NewEvent, bool>,
    /// Answers whether the claim was the last.
    pub(super) settle: Batch<CompletedEvent, bool>,
}

impl Writes {
    pub(super) fn new(project: &Arc<Project>) -> Self {
        let (saving, settling) = (Arc::clone(project), Arc::clone(project));
        Self {
            save: Batch::new(move |events| {
                let project = Arc::clone(&saving);
                async move { save(&project, &events).await }
            }),
            settle: Batch::new(move |settled| {
                let project = Arc::clone(&settling);
                async move { complete_events(&project, &settled).await }
            }),
        }
    }
}

async fn save(project: &Project, events: &[NewEvent]) -> Result<Vec<bool>, StoreError> {
    let events: Vec<_> = events.iter().map(wire::events::new).collect();
    wire::value(project.ask(&verbs::SAVE_EVENTS, json!({ "events": events })).await?)
}

async fn complete_events(project: &Project, settled: &[CompletedEvent]) -> Result<Vec<bool>, StoreError> {
    let settled: Vec<_> = settled.iter().map(wire::events::settled).collect();
    wire::value(project.ask(&verbs::SETTLE_EVENTS, json!({ "settled": settled })).await?)
}
