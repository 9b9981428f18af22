//! What tells the operator how the app is: scrapes at `METRICS_ADDR`, notices at `NOTIFY_URL`.

use std::sync::Arc;

use axum_server::Handle;
use tokio::task::JoinSet;

use crate::server::{
    listener::Peer,
    notices::{self, Notifier},
    scrape::{self, Listener, MetricsError, ScrapedConfig},
    state::AppState,
};

/// Serves scrapes until the set is dropped; it is empty without `METRICS_ADDR`.
pub(super) async fn start(state: &AppState, handle: Handle<Peer>) -> Result<JoinSet<()>, MetricsError> {
    let mut scrapes = JoinSet::new();
    if let Some(address) = state.config.metrics_addr {
        let listener = Listener::bind(address).await?;
        tracing::info!(%address, "metrics are served at /metrics");
        scrapes.spawn(listener.serve(parts(state, move || handle.connection_count())));
    }
    Ok(scrapes)
}

/// The parts of notices; `None` without `NOTIFY_URL`.
///
/// # Errors
/// When the TLS set-up of this machine is unusable.
pub fn notices(state: &AppState) -> Result<Option<notices::Parts>, reqwest::Error> {
    let Some(notify_url) = &state.config.notify_url else { return Ok(None) };
    let app = state.config.tiktok.redirect_uri.host();
    let notifier = Arc::new(Notifier::new(notify_url.url().clone(), app)?);
    // No notice is about connections.
    Ok(Some(notices::Parts { observed: parts(state, || 0), notifier }))
}

fn parts(state: &AppState, connections: impl Fn() -> usize + Send + Sync + 'static) -> scrape::Parts {
    scrape::Parts {
        metrics: state.metrics.clone(),
        health: Arc::clone(&state.health),
        refresher: Arc::clone(&state.refresher),
        heartbeats: Arc::clone(&state.heartbeats),
        clock: Arc::clone(&state.clock),
        config: Arc::new(ScrapedConfig::new(&state.config)),
        connections: Arc::new(connections),
    }
}
