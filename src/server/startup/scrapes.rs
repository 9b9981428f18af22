//! The listener of `METRICS_ADDR`, if metrics are served.

use std::sync::Arc;

use axum_server::Handle;
use tokio::task::JoinSet;

use crate::server::{
    listener::Peer,
    scrape::{Listener, MetricsError, Parts, ScrapedConfig},
    state::AppState,
};

/// Serves scrapes until the set is dropped; it is empty without `METRICS_ADDR`.
pub(super) async fn start(state: &AppState, handle: Handle<Peer>) -> Result<JoinSet<()>, MetricsError> {
    let mut scrapes = JoinSet::new();
    if let Some(address) = state.config.metrics_addr {
        let listener = Listener::bind(address).await?;
        tracing::info!(%address, "metrics are served at /metrics");
        scrapes.spawn(listener.serve(parts(state, handle)));
    }
    Ok(scrapes)
}

fn parts(state: &AppState, handle: Handle<Peer>) -> Parts {
    Parts {
        metrics: state.metrics.clone(),
        health: Arc::clone(&state.health),
        refresher: Arc::clone(&state.refresher),
        heartbeats: Arc::clone(&state.heartbeats),
        clock: Arc::clone(&state.clock),
        config: Arc::new(ScrapedConfig::new(&state.config)),
        connections: Arc::new(move || handle.connection_count()),
    }
}
