//! Events in Supabase: the writes that are done in batches.

use std::sync::Arc;

use serde_json::json;

use super::{project::Project, verbs, wire};
use crate::server::store::{NewEvent, StoreError, batch::Batch, events::CompletedEvent};

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
