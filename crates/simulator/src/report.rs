//! `/simulator/state` and `/simulator/calls`: the observable state. No token or code is ever shown.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::calls::Call;
use super::clock::Seconds;
use super::grants::Grant;
use super::simulator::SharedSimulator;

pub(crate) async fn state(State(simulator): State<SharedSimulator>) -> Json<Value> {
    let now = simulator.clock.now();
    let memory = simulator.memory();
    let grants: Vec<Value> = memory.grants.list.iter().map(|grant| describe(grant, now)).collect();
    let authorised: Vec<&str> = memory.grants.authorised.keys().copied().collect();
    Json(json!({
        "now": now,
        "calls": memory.calls.counts,
        "grants": grants,
        "authorised": authorised,
        "waiting_webhooks": memory.retries.pending.len(),
        "settings": memory.live,
    }))
}

pub(crate) async fn calls(State(simulator): State<SharedSimulator>) -> Json<Vec<Call>> {
    Json(simulator.memory().calls.log.iter().cloned().collect())
}

fn describe(grant: &Grant, now: Seconds) -> Value {
    json!({
        "creator": grant.creator.name(),
        "scopes": grant.scopes[..],
        "alive": grant.is_active(now),
        "revoked": grant.revoked,
        "generation": grant.generation,
        "access_expires_in": grant.access_expires_at.saturating_sub(now),
        "refresh_expires_in": grant.refresh_expires_at.saturating_sub(now),
    })
}
