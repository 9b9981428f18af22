//! Health: whether this process lives, is ready for requests, and what state its connections are in.
//!
//! Strangers may ask at will. So the parts are asked once at a time, and an answer is kept for a while.

mod cached;
pub mod probe;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::Serialize;

use self::cached::Cached;
use super::{
    clock::{Clock, rfc3339},
    config::{Config, HealthDetails},
    heartbeats::{Heartbeats, Loop},
    refresh::Refresher,
    store::Store,
};
use crate::domain::Connections;

/// The store must respond within this time, and so must the journal.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How long the answer of the parts is kept, in seconds.
const PARTS_SECONDS: i64 = 1;

/// How long a count of creators is kept, in seconds: with SQLite it reads all rows.
const COUNT_SECONDS: i64 = 10;

/// The response of `GET /readyz`.
#[derive(Debug, Serialize)]
pub struct Readiness {
    status: &'static str,
    /// What fails: `store`, `journal`, `stopping`, or the name of a background loop.
    failing: Vec<&'static str>,
}

/// The response of `GET /health`.
#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    service: &'static str,
    version: &'static str,
    timestamp: String,
    database: Database,
    #[serde(flatten)]
    details: Option<Details>,
}

#[derive(Debug, Serialize)]
struct Database {
    backend: &'static str,
    status: &'static str,
    token_count: Option<u64>,
}

/// What is not for strangers, unless the operator wants it.
#[derive(Debug, Serialize)]
struct Details {
    /// The number of creators in each state; `None` while the store is unavailable.
    connections: Option<Connections>,
    debug_mode: bool,
}

/// Whether each part works.
#[derive(Clone, Copy, Debug)]
pub struct PartHealth {
    /// The store answers and takes a write.
    pub store: bool,
    /// The journal takes a response.
    pub journal: bool,
}

/// Checks the health of this process.
pub struct HealthChecks {
    store: Arc<dyn Store>,
    refresher: Arc<Refresher>,
    clock: Arc<dyn Clock>,
    heartbeats: Arc<Heartbeats>,
    backend: &'static str,
    details: HealthDetails,
    debug_mode: bool,
    parts: Cached<PartHealth>,
    count: Cached<Option<Connections>>,
    /// Whether the store and the journal worked when they were checked last; each change is logged once.
    store_works: AtomicBool,
    journal_works: AtomicBool,
}

impl HealthChecks {
    /// Checks of these parts.
    #[must_use]
    pub fn new(
        config: &Config,
        store: Arc<dyn Store>,
        refresher: Arc<Refresher>,
        clock: Arc<dyn Clock>,
        heartbeats: Arc<Heartbeats>,
    ) -> Arc<Self> {
        Arc::new(Self {
            backend: config.store.name(),
            details: config.health_details,
            debug_mode: config.debug,
            store,
            refresher,
            clock,
            heartbeats,
            parts: Cached::new(PARTS_SECONDS),
            count: Cached::new(COUNT_SECONDS),
            store_works: AtomicBool::new(true),
            journal_works: AtomicBool::new(true),
        })
    }

    /// Whether this process is ready for requests.
    pub async fn readiness(self: &Arc<Self>) -> Readiness {
        let failing = if self.is_stopping() { vec!["stopping"] } else { self.failing(self.parts().await) };
        Readiness { status: if failing.is_empty() { "ready" } else { "unavailable" }, failing }
    }

    /// The health of this process, with the counts of creators if the settings allow it.
    pub async fn health(self: &Arc<Self>) -> Health {
        let parts = self.parts().await;
        let is_healthy = !self.is_stopping() && self.failing(parts).is_empty();
        let details = self.details(parts).await;
        let connections = details.as_ref().and_then(|details| details.connections.as_ref());
        Health {
            status: if is_healthy { "healthy" } else { "unhealthy" },
            service: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            timestamp: rfc3339(self.clock.now()),
            database: Database {
                backend: self.backend,
                status: if parts.store { "connected" } else { "error" },
                token_count: connections.map(Connections::grants),
            },
            details,
        }
    }

    fn is_stopping(&self) -> bool {
        self.refresher.in_flight().is_stopping()
    }

    fn failing(&self, parts: PartHealth) -> Vec<&'static str> {
        let parts = [("store", parts.store), ("journal", parts.journal)];
        let parts = parts.into_iter().filter(|(_, works)| !works).map(|(name, _)| name);
        parts.chain(self.heartbeats.failing().map(Loop::name)).collect()
    }

    /// Whether the store and the journal work.
    pub async fn parts(self: &Arc<Self>) -> PartHealth {
        let checks = Arc::clone(self);
        // On a task of its own: a client that hangs up and asks again starts no second check.
        let check = tokio::spawn(async move { checks.parts.get(&*checks.clock, checks.check_parts()).await });
        check.await.unwrap_or(PartHealth { store: false, journal: false })
    }

    async fn check_parts(&self) -> PartHealth {
        let store = within_timeout(self.store.check());
        let journal = within_timeout(self.refresher.check_journal());
        let (store, journal) = tokio::join!(store, journal);
        log_change("store", &self.store_works, store.as_ref().err());
        log_change("journal", &self.journal_works, journal.as_ref().err());
        PartHealth { store: store.is_ok(), journal: journal.is_ok() }
    }

    async fn details(self: &Arc<Self>, parts: PartHealth) -> Option<Details> {
        if self.details == HealthDetails::Operator {
            return None;
        }
        let connections = if parts.store { self.connections().await } else { None };
        Some(Details { connections, debug_mode: self.debug_mode })
    }

    /// The number of creators in each state; `None` when the store takes too long. The count goes on then, and no other
    /// begins meanwhile.
    pub async fn connections(self: &Arc<Self>) -> Option<Connections> {
        let checks = Arc::clone(self);
        let count = tokio::spawn(async move {
            let connections = async { checks.store.connections(checks.clock.now()).await.ok() };
            checks.count.get(&*checks.clock, connections).await
        });
        tokio::time::timeout(TIMEOUT, count).await.ok()?.ok()?
    }
}

impl Readiness {
    /// Whether nothing fails.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.failing.is_empty()
    }
}

impl Health {
    /// Whether nothing fails.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.status == "healthy"
    }
}

/// The result of a check, or its error as a text.
async fn within_timeout<E: ToString>(check: impl Future<Output = Result<(), E>>) -> Result<(), String> {
    match tokio::time::timeout(TIMEOUT, check).await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no response within {} s", TIMEOUT.as_secs())),
    }
}

fn log_change(part: &'static str, works: &AtomicBool, error: Option<&String>) {
    if works.swap(error.is_none(), Ordering::Relaxed) == error.is_none() {
        return;
    }
    if let Some(error) = error {
        tracing::error!(part, error, "not ready: a part fails");
    } else {
        tracing::info!(part, "the part works again");
    }
}
