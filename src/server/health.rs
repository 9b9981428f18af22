//! Whether the app can do its work.

use std::time::Duration;

use serde::Serialize;

use super::{clock::rfc3339, config::StoreConfig, state::AppState};
use crate::domain::Connections;

/// The store must answer within this time.
const PATIENCE: Duration = Duration::from_secs(2);

/// The answer of `GET /health`.
#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    service: &'static str,
    version: &'static str,
    timestamp: String,
    database: Database,
    /// How many creators are in each state; absent while the store is.
    connections: Option<Connections>,
    debug_mode: bool,
}

#[derive(Debug, Serialize)]
struct Database {
    backend: &'static str,
    status: &'static str,
    token_count: Option<u64>,
}

impl Health {
    /// Whether every part works.
    #[must_use]
    pub const fn is_healthy(&self) -> bool {
        self.connections.is_some()
    }
}

/// Asks the store for the number of creators in each state: what it answers proves that it is there.
pub async fn check(state: &AppState) -> Health {
    let connections = count(state).await;
    let there = connections.is_some();
    Health {
        status: if there { "healthy" } else { "unhealthy" },
        service: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        timestamp: rfc3339(state.clock.now()),
        database: Database {
            backend: backend(&state.config.store),
            status: if there { "connected" } else { "error" },
            token_count: connections.as_ref().map(Connections::grants),
        },
        connections,
        debug_mode: state.config.debug,
    }
}

async fn count(state: &AppState) -> Option<Connections> {
    match tokio::time::timeout(PATIENCE, state.store.connections(state.clock.now())).await {
        Ok(Ok(connections)) => Some(connections),
        Ok(Err(error)) => {
            tracing::error!(%error, "the store does not answer");
            None
        }
        Err(_) => {
            tracing::error!(seconds = PATIENCE.as_secs(), "the store does not answer in time");
            None
        }
    }
}

const fn backend(config: &StoreConfig) -> &'static str {
    match config {
        StoreConfig::Sqlite { .. } => "sqlite",
        StoreConfig::Supabase { .. } => "supabase",
    }
}
