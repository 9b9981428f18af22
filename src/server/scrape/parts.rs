//! What a scrape asks.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::server::{
    clock::Clock,
    config::{Config, StoreConfig, TlsConfig},
    health::HealthChecks,
    heartbeats::Heartbeats,
    metrics::Metrics,
    refresh::Refresher,
};

/// What a scrape asks.
#[derive(Clone)]
pub struct Parts {
    /// What was recorded.
    pub metrics: Metrics,
    /// The health checks, which keep the counts of creators for a while.
    pub health: Arc<HealthChecks>,
    /// The refresh engine.
    pub refresher: Arc<Refresher>,
    /// The turns of the background loops.
    pub heartbeats: Arc<Heartbeats>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The settings: folders, certificate, backend.
    pub config: Arc<ScrapedConfig>,
    /// The number of open connections.
    pub connections: Arc<dyn Fn() -> usize + Send + Sync>,
}

/// The settings that a scrape needs.
#[derive(Debug)]
pub struct ScrapedConfig {
    pub(super) backend: &'static str,
    pub(super) journal_dir: PathBuf,
    /// The folders that the process writes, by name.
    pub(super) folders: Vec<(&'static str, PathBuf)>,
    pub(super) tls: TlsConfig,
}

impl ScrapedConfig {
    /// Those of `config`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let database = match &config.store {
            StoreConfig::Sqlite { path } => path.parent().map(Path::to_owned),
            StoreConfig::Supabase { .. } => None,
        };
        let folders = [
            ("journal", Some(config.journal_dir.clone())),
            ("database", database),
            ("logs", config.logs.dir.clone()),
        ];
        Self {
            backend: config.store.name(),
            journal_dir: config.journal_dir.clone(),
            folders: folders.into_iter().filter_map(|(name, folder)| Some((name, folder?))).collect(),
            tls: config.tls.clone(),
        }
    }
}
