//! Events in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{
    database::SupabaseStore,
    verbs,
    wire::{
        self,
        events::{ActivityRow, ClaimedRow, ListedRow},
    },
};
use crate::{
    domain::CreatorId,
    server::store::{
        Activity, EventOutcome, EventStatus, EventStore, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
        PendingForward, StoreError, events::CompletedEvent,
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
        self.events.complete.put(CompletedEvent::handling(row, fence, outcome)).await
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
        self.events.complete.put(CompletedEvent::forwarding(row, fence, outcome)).await
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
