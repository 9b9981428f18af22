//! The background loops of a running server.

use std::{sync::Arc, time::Duration};

use axum_server::tls_rustls::RustlsConfig;
use tokio::task::{JoinHandle, JoinSet};

use crate::server::{
    disconnect, events, forward,
    heartbeats::{Heartbeat, Loop},
    login::PENDING_SECONDS,
    notices,
    state::AppState,
    supervisor::Supervisor,
    tls,
};

/// The interval at which expired rows are purged.
const PURGE_EVERY: Duration = Duration::from_mins(10);

/// The running loops.
pub(super) struct Background {
    /// It ends by itself once the process stops: grants that it is claiming would wait for the end of their lease.
    refreshing: JoinHandle<()>,
    others: JoinSet<()>,
}

impl Background {
    /// Starts the loops.
    pub(super) fn start(
        state: &AppState,
        certificate: Option<&RustlsConfig>,
        notices: Option<notices::Parts>,
    ) -> Self {
        let supervisor = Supervisor {
            heartbeats: Arc::clone(&state.heartbeats),
            in_flight: state.refresher.in_flight().clone(),
            entropy: Arc::clone(&state.entropy),
        };
        let mut others = others(&supervisor, state, certificate);
        if let Some(parts) = notices {
            let run = move |heartbeat| notices::run(parts.clone(), heartbeat);
            others.spawn(supervisor.clone().watch(Loop::Notices, run));
        }
        Self { refreshing: tokio::spawn(refreshing(supervisor.clone(), state.clone())), others }
    }

    /// Ends the loops: that of refreshing once it has claimed its last grant, the others at once.
    pub(super) async fn end(mut self) {
        self.others.shutdown().await;
        if let Err(error) = self.refreshing.await {
            tracing::error!(%error, "the refresh loop had stopped");
        }
    }
}

async fn refreshing(supervisor: Supervisor, state: AppState) {
    // Tests run the steps themselves.
    if state.refresher.runs_by_itself() {
        let run = |heartbeat| Arc::clone(&state.refresher).run(heartbeat);
        supervisor.watch(Loop::Refresh, run).await;
    }
}

/// The loops that may be aborted anywhere: what they have claimed is claimed again when its lease expires.
fn others(supervisor: &Supervisor, state: &AppState, certificate: Option<&RustlsConfig>) -> JoinSet<()> {
    let mut loops = JoinSet::new();
    let supervisor = || supervisor.clone();
    let shared = state.clone();
    loops.spawn(supervisor().watch(Loop::Purge, move |heartbeat| purge_forever(shared.clone(), heartbeat)));
    let shared = state.events.clone();
    loops.spawn(supervisor().watch(Loop::Events, move |heartbeat| events::run(shared.clone(), heartbeat)));
    if let Some(forwarder) = state.forwarder.clone() {
        let shared = state.forward.clone();
        let run = move |heartbeat| forward::run(shared.clone(), Arc::clone(&forwarder), heartbeat);
        loops.spawn(supervisor().watch(Loop::Forward, run));
    }
    if state.refresher.runs_by_itself() {
        let shared = state.disconnect.clone();
        let run = move |heartbeat| disconnect::revoke_forever(shared.clone(), heartbeat);
        loops.spawn(supervisor().watch(Loop::Revocations, run));
    }
    if let Some(certificate) = certificate {
        let (shared, certificate) = (state.clone(), certificate.clone());
        let run = move |heartbeat| keep_certificate(shared.clone(), certificate.clone(), heartbeat);
        loops.spawn(supervisor().watch(Loop::Certificate, run));
    }
    loops
}

async fn keep_certificate(state: AppState, served: RustlsConfig, heartbeat: Heartbeat) {
    tls::keep_fresh(&state.config.tls, &served, &*state.clock, &state.reload_certificate, &heartbeat).await;
}

async fn purge_forever(state: AppState, heartbeat: Heartbeat) {
    let mut interval = tokio::time::interval(PURGE_EVERY);
    loop {
        interval.tick().await;
        heartbeat.beat();
        purge_step(&state).await;
    }
}

/// Purges expired sessions and pending logins without a callback.
///
/// A pending login is kept for a while after its ten minutes, so that a late callback is refused as expired.
pub async fn purge_step(state: &AppState) {
    let now = state.clock.now();
    match state.store.purge(now, now.plus_seconds(-6 * PENDING_SECONDS)).await {
        Ok(0) => {}
        Ok(rows) => tracing::debug!(rows, "purged expired rows"),
        Err(error) => tracing::warn!(%error, "purge failed"),
    }
}
