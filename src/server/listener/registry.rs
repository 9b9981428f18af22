//! The open connections, and which of them to close when there are too many.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ipnet::IpNet;
use tokio::sync::oneshot;

use crate::server::clock::Stopwatch;

/// The least interval between two warnings that the listener is full.
const WARNING_INTERVAL: Duration = Duration::from_mins(1);

/// What one connection is doing; shared by its socket and its requests.
#[derive(Clone, Debug, Default)]
pub struct Activity(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    /// Requests that are being handled.
    requests: AtomicUsize,
    /// The value of `sequence` at the client's last progress.
    progress: AtomicU64,
    /// Counts progress on all connections; it orders connections without reading a clock.
    sequence: Arc<AtomicU64>,
}

/// A request that is being handled, until this is dropped.
#[derive(Debug)]
pub struct RequestGuard(Activity);

impl Activity {
    fn new(sequence: &Arc<AtomicU64>) -> Self {
        let activity = Self(Arc::new(Counters { sequence: Arc::clone(sequence), ..Counters::default() }));
        activity.record_progress();
        activity
    }

    /// Records that the client has sent or received something that a request needs.
    pub fn record_progress(&self) {
        let next = self.0.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        self.0.progress.store(next, Ordering::Relaxed);
    }

    /// Begins to handle a request that has arrived completely.
    #[must_use]
    pub fn begin_request(&self) -> RequestGuard {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        RequestGuard(self.clone())
    }

    /// Whether a request is being handled: the client waits for this process, not the other way round.
    pub(super) fn is_busy(&self) -> bool {
        self.0.requests.load(Ordering::Relaxed) > 0
    }

    /// The order of the client's last progress among all connections.
    pub(super) fn progress(&self) -> u64 {
        self.0.progress.load(Ordering::Relaxed)
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.record_progress();
        self.0.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The open connections.
#[derive(Debug, Default)]
pub(super) struct Registry {
    networks: Mutex<HashMap<IpNet, Vec<Entry>>>,
    sequence: Arc<AtomicU64>,
    warned: Mutex<Option<Stopwatch>>,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    activity: Activity,
    /// Closes the connection; `None` once that is under way.
    close: Option<oneshot::Sender<()>>,
}

/// An open connection in the registry, until this is dropped.
#[derive(Debug)]
pub(super) struct Registration {
    registry: Arc<Registry>,
    network: IpNet,
    id: u64,
    /// What the connection is doing.
    pub(super) activity: Activity,
    /// Ready when the connection is to be closed.
    pub(super) close: oneshot::Receiver<()>,
}

impl Registry {
    /// Registers a connection. If `network` has `most` already, one of those that wait for their clients is closed;
    /// `None` if all of them are busy.
    pub(super) fn register(self: &Arc<Self>, network: IpNet, most: usize) -> Option<Registration> {
        let mut networks = self.lock();
        let entries = networks.entry(network).or_default();
        if staying(entries) >= most && !longest_waiting(entries).is_some_and(Entry::close) {
            return None;
        }
        let activity = Activity::new(&self.sequence);
        let (close, closed) = oneshot::channel();
        let id = activity.progress();
        entries.push(Entry { id, activity: activity.clone(), close: Some(close) });
        drop(networks);
        Some(Registration { registry: Arc::clone(self), network, id, activity, close: closed })
    }

    /// Closes the connection that waits longest for its client, of the network that has the most connections. None is
    /// closed if all are busy.
    pub(super) fn make_room(&self) {
        let mut networks = self.lock();
        let victims = networks.values_mut().filter_map(|entries| {
            let count = staying(entries);
            longest_waiting(entries).map(|entry| ((count, Reverse(entry.activity.progress())), entry))
        });
        let closed = victims.max_by_key(|(rank, _)| *rank).is_some_and(|(_, entry)| entry.close());
        drop(networks);
        self.warn(closed);
    }

    fn warn(&self, closed: bool) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_none_or(|last| last.elapsed() >= WARNING_INTERVAL) {
            *warned = Some(Stopwatch::start());
            tracing::warn!(
                closed,
                "all connections are in use: those that wait for their clients are closed"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpNet, Vec<Entry>>> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, network: IpNet, id: u64) {
        let mut networks = self.lock();
        let Some(entries) = networks.get_mut(&network) else { return };
        entries.retain(|entry| entry.id != id);
        if entries.is_empty() {
            networks.remove(&network);
        }
    }
}

impl Entry {
    /// Closes the connection; whether that was not under way before.
    fn close(&mut self) -> bool {
        self.close.take().is_some_and(|close| close.send(()).is_ok())
    }
}

/// The number of connections that are not being closed.
fn staying(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| entry.close.is_some()).count()
}

fn longest_waiting(entries: &mut [Entry]) -> Option<&mut Entry> {
    let waiting = entries.iter_mut().filter(|entry| entry.close.is_some() && !entry.activity.is_busy());
    waiting.min_by_key(|entry| entry.activity.progress())
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.registry.remove(self.network, self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Arc<Registry> {
        Arc::default()
    }

    fn register(registry: &Arc<Registry>, address: &str, most: usize) -> Option<Registration> {
        registry.register(address.parse().unwrap(), most)
    }

    fn is_closed(connection: &mut Registration) -> bool {
        connection.close.try_recv().is_ok()
    }

    #[test]
    fn longest_waiting_of_the_largest_network_is_closed() {
        let registry = registry();
        let mut good = register(&registry, "192.0.2.1/32", 9).unwrap();
        let mut first = register(&registry, "192.0.2.2/32", 9).unwrap();
        let mut second = register(&registry, "192.0.2.2/32", 9).unwrap();
        first.activity.record_progress();
        registry.make_room();
        assert!(is_closed(&mut second) && !is_closed(&mut first) && !is_closed(&mut good));
        // Now both networks have one: the longest waiting of all goes.
        registry.make_room();
        assert!(is_closed(&mut good) && !is_closed(&mut first));
    }

    #[test]
    fn busy_connection_is_never_closed() {
        let registry = registry();
        let mut busy = register(&registry, "192.0.2.1/32", 1).unwrap();
        let request = busy.activity.begin_request();
        registry.make_room();
        assert!(register(&registry, "192.0.2.1/32", 1).is_none());
        assert!(!is_closed(&mut busy));
        drop(request);
        assert!(register(&registry, "192.0.2.1/32", 1).is_some());
        assert!(is_closed(&mut busy));
    }

    #[test]
    fn closed_connections_leave_nothing_behind() {
        let registry = registry();
        let connections: Vec<_> = (0..5).map(|_| register(&registry, "192.0.2.1/32", 9).unwrap()).collect();
        assert_eq!(registry.lock().len(), 1);
        drop(connections);
        assert!(registry.lock().is_empty());
    }
}
