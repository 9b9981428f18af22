//! The gauges of one scrape.

use std::path::{Path, PathBuf};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::parts::{Parts, ScrapedConfig};
use crate::{
    domain::{ConnectionState, Connections, Timestamp},
    server::{
        clock::Clock,
        health::PartHealth,
        heartbeats::Loop,
        metrics::{PREFIX, panics},
        refresh::{EngineStatus, journal},
        tls,
    },
};

/// What is known at the time of a scrape; `None` for what could not be found out.
pub struct Snapshot {
    backend: &'static str,
    creators: Option<Connections>,
    /// Whether the store and the journal work.
    pub parts: PartHealth,
    /// What the refresh engine does.
    pub engine: EngineStatus,
    /// What waits in the journal.
    pub journal: Option<JournalStatus>,
    heartbeats: Vec<(Loop, i64)>,
    /// Whether every background loop makes its turns.
    pub loops: bool,
    http_connections: usize,
    /// When the certificate expires.
    pub certificate_ends_at: Option<Timestamp>,
    /// The free bytes of each folder.
    pub disks: Vec<(&'static str, i64)>,
}

/// What waits in the journal's folder.
pub struct JournalStatus {
    /// The responses that wait.
    pub entries: usize,
    /// The age of the oldest.
    pub oldest_seconds: i64,
    /// The unreadable files.
    pub set_aside: usize,
}

impl Snapshot {
    /// Finds out everything.
    pub async fn take(parts: &Parts) -> Self {
        let now = parts.clock.now();
        let config = &parts.config;
        Self {
            backend: config.backend,
            creators: parts.health.connections().await,
            parts: parts.health.parts().await,
            engine: parts.refresher.status(),
            journal: journal_status(config.journal_dir.clone(), now).await,
            heartbeats: heartbeats(parts, now),
            loops: parts.heartbeats.failing().next().is_none(),
            http_connections: (parts.connections)(),
            certificate_ends_at: certificate_end(config, &*parts.clock).await,
            disks: free_space(&config.folders),
        }
    }

    /// A registry with what is known.
    pub(super) fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        self.register_build(&mut registry);
        self.register_creators(&mut registry);
        self.register_engine(&mut registry);
        self.register_journal(&mut registry);
        self.register_process(&mut registry);
        registry
    }

    fn register_build(&self, registry: &mut Registry) {
        let labels = BuildLabels { version: env!("CARGO_PKG_VERSION"), commit: COMMIT, store: self.backend };
        let family = Family::<_, Gauge>::default();
        family.get_or_create(&labels).set(1);
        registry.register("build_info", "Always 1; the labels say which build runs over which store", family);
        let parts = Family::<_, Gauge>::default();
        for (part, works) in
            [("store", self.parts.store), ("journal", self.parts.journal), ("loops", self.loops)]
        {
            parts.get_or_create(&PartLabels { part }).set(works.into());
        }
        registry.register("part_up", "1 while the part works, as /readyz has it", parts);
    }

    fn register_creators(&self, registry: &mut Registry) {
        let Some(creators) = &self.creators else { return };
        let family = Family::<_, Gauge>::default();
        for (state, count) in creators.by_state() {
            let labels = StateLabels { state: ConnectionState::as_str(state) };
            family.get_or_create(&labels).set(count.try_into().unwrap_or(i64::MAX));
        }
        registry.register("creators", "Creators by the state of their connection", family);
    }

    fn register_engine(&self, registry: &mut Registry) {
        let EngineStatus { breaker_open, in_flight } = self.engine;
        let help = "1 while the circuit breaker towards TikTok is open: no grant is refreshed";
        gauge(registry, "refresh_breaker_open", help, breaker_open.into());
        let in_flight = in_flight.try_into().unwrap_or(i64::MAX);
        gauge(registry, "refresh_in_flight", "Refreshes in progress", in_flight);
    }

    fn register_journal(&self, registry: &mut Registry) {
        let Some(journal) = &self.journal else { return };
        let count = |count: usize| count.try_into().unwrap_or(i64::MAX);
        let help = "TikTok's responses that wait for the store";
        gauge(registry, "journal_entries", help, count(journal.entries));
        let help = "Unreadable files of the journal that were set aside";
        gauge(registry, "journal_set_aside", help, count(journal.set_aside));
        let oldest = Gauge::<i64>::default();
        oldest.set(journal.oldest_seconds);
        let help = "Age of the oldest response that waits; 0 without any";
        registry.register_with_unit("journal_oldest", help, Unit::Seconds, oldest);
    }

    fn register_process(&self, registry: &mut Registry) {
        let beats = Family::<[(&str, &str); 1], Gauge>::default();
        for (task, at) in &self.heartbeats {
            beats.get_or_create(&[("loop", task.name())]).set(*at);
        }
        let help = "When each background loop made its last turn";
        registry.register_with_unit("loop_heartbeat_timestamp", help, Unit::Seconds, beats);
        let connections = self.http_connections.try_into().unwrap_or(i64::MAX);
        gauge(registry, "http_connections", "Open connections of the listener", connections);
        let panics = prometheus_client::metrics::counter::ConstCounter::new(panics::panics());
        registry.register("panics", "Panics of any task of this process", panics);
        if let Some(end) = self.certificate_ends_at {
            let gauge = Gauge::<i64>::default();
            gauge.set(end.0);
            let help = "When the TLS certificate expires";
            registry.register_with_unit("certificate_expires_timestamp", help, Unit::Seconds, gauge);
        }
        let disks = Family::<_, Gauge>::default();
        for (folder, bytes) in &self.disks {
            disks.get_or_create(&FolderLabels { folder }).set(*bytes);
        }
        registry.register_with_unit("disk_free", "Free space where each folder is", Unit::Bytes, disks);
    }
}

/// The commit of the build, if the build names it.
const COMMIT: &str = match option_env!("CREATOR_CONNECT_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
    commit: &'static str,
    store: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PartLabels {
    part: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FolderLabels {
    folder: &'static str,
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge = Gauge::<i64>::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn heartbeats(parts: &Parts, now: Timestamp) -> Vec<(Loop, i64)> {
    let turn = |task| Some((task, now.plus_seconds(-parts.heartbeats.age_seconds(task)?).0));
    Loop::ALL.into_iter().filter_map(turn).collect()
}

/// Reads the folder; `None` when that fails.
async fn journal_status(folder: PathBuf, now: Timestamp) -> Option<JournalStatus> {
    let listed = tokio::task::spawn_blocking(move || journal::list(&folder)).await.ok()?.ok()?;
    let waiting = listed.iter().filter_map(|listed| listed.entry.as_ref());
    let ages = waiting.map(|entry| now.seconds_since(entry.answered_at));
    Some(JournalStatus {
        entries: ages.clone().count(),
        oldest_seconds: ages.max().unwrap_or(0).max(0),
        set_aside: listed.iter().filter(|listed| listed.is_set_aside()).count(),
    })
}

async fn certificate_end(config: &ScrapedConfig, clock: &dyn Clock) -> Option<Timestamp> {
    Some(tls::certificate(&config.tls, clock).await.ok()??.expires_at)
}

fn free_space(folders: &[(&'static str, PathBuf)]) -> Vec<(&'static str, i64)> {
    folders.iter().filter_map(|(name, folder)| Some((*name, free_bytes(folder)?))).collect()
}

/// The bytes that this user may still write there.
fn free_bytes(folder: &Path) -> Option<i64> {
    let space = rustix::fs::statvfs(folder).ok()?;
    i64::try_from(space.f_bavail.saturating_mul(space.f_frsize)).ok()
}
