//! The graceful shutdown: what is refused, what is waited for, and for how long.

use std::{sync::Arc, time::Duration};

use axum_server::Handle;

use crate::server::{in_flight::InFlight, listener::Peer, refresh::Refresher, state::AppState};

/// The time that open requests have to end.
const GRACE: Duration = Duration::from_secs(8);

/// The time that the store has to write back what is pending.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Once `shutdown` is ready, refuses new refreshes and connections.
pub(super) async fn stop_when(
    shutdown: impl Future<Output = ()>,
    handle: Handle<Peer>,
    refresher: Arc<Refresher>,
) {
    shutdown.await;
    refresher.in_flight().stop();
    tracing::info!(
        connections = handle.connection_count(),
        at_most_seconds = GRACE.as_secs(),
        "stopping: waiting for open requests"
    );
    handle.graceful_shutdown(Some(GRACE));
}

/// Waits for the work whose results would be lost, at most for the length of a lease, and closes the store.
pub(super) async fn finish(state: &AppState) {
    let longest = state.refresher.longest_refresh();
    wait_for(state.login.in_flight(), longest).await;
    state.refresher.in_flight().stop();
    wait_for(state.refresher.in_flight(), longest).await;
    if tokio::time::timeout(CLOSE_TIMEOUT, state.store.close()).await.is_err() {
        tracing::warn!("stopping: the store is busy and was not closed");
    }
}

async fn wait_for(in_flight: &InFlight, longest: Duration) {
    let work = in_flight.summary();
    if work.is_empty() {
        return;
    }
    tracing::info!(work, at_most_seconds = longest.as_secs(), "stopping: waiting for TikTok's responses");
    if tokio::time::timeout(longest, in_flight.idle()).await.is_ok() {
        tracing::info!("stopping: TikTok's responses are kept");
    } else {
        tracing::error!(work = in_flight.summary(), "work outlived its lease and is cancelled");
    }
}
