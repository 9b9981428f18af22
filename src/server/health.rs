//! The health check.

use std::time::Duration;

use serde::Serialize;

use super::{
    clock::{Clock, rfc3339},
    config::{Config, StoreConfig},
    store::Store,
};
use crate::domain::{Connections, Timestamp};

/// The store must respond within this time.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The response of `GET /health`.
#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    service: &'static str,
    version: &'static str,
    timestamp: String,
    database: Database,
    /// The number of creators in each state; absent while the store is unavailable.
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

/// Checks the store by counting the creators in each state.
pub async fn check(store: &dyn Store, clock: &dyn Clock, config: &Config) -> Health {
    let now = clock.now();
    let connections = count(store, now).await;
    let is_available = connections.is_some();
    Health {
        status: if is_available { "healthy" } else { "unhealthy" },
        service: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        timestamp: rfc3339(now),
        database: Database {
            backend: backend(&config.store),
            status: if is_available { "connected" } else { "error" },
            token_count: connections.as_ref().map(Connections::grants),
        },
        connections,
        debug_mode: config.debug,
    }
}

async fn count(store: &dyn Store, now: Timestamp) -> Option<Connections> {
    match tokio::time::timeout(TIMEOUT, store.connections(now)).await {
        Ok(Ok(connections)) => Some(connections),
        Ok(Err(error)) => {
            tracing::error!(%error, "the store is unavailable");
            None
        }
        Err(_) => {
            tracing::error!(seconds = TIMEOUT.as_secs(), "the store did not respond in time");
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
