//! Permits of callbacks: how many are handled at once, of each network and in all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;

/// Callbacks that are being handled.
pub(super) struct Concurrent {
    per_network: usize,
    in_all: usize,
    held: Mutex<HashMap<IpNet, usize>>,
}

/// The right to handle one callback, which may send a code to TikTok; in the extensions of its request. A task that
/// goes on after the request keeps a clone.
#[derive(Clone)]
pub(super) struct LoginPermit(#[allow(dead_code, reason = "it counts until it is dropped")] Arc<Held>);

struct Held {
    concurrent: Arc<Concurrent>,
    network: IpNet,
}

impl Concurrent {
    /// At most `per_network` permits of one network, and `in_all`.
    pub(super) fn new(per_network: usize, in_all: usize) -> Self {
        Self { per_network, in_all, held: Mutex::default() }
    }

    /// A permit; `None` when there are too many.
    pub(super) fn acquire(self: &Arc<Self>, network: IpNet) -> Option<LoginPermit> {
        let mut held = self.lock();
        let of_network = held.get(&network).copied().unwrap_or_default();
        if of_network >= self.per_network || held.values().sum::<usize>() >= self.in_all {
            return None;
        }
        held.insert(network, of_network + 1);
        Some(LoginPermit(Arc::new(Held { concurrent: Arc::clone(self), network })))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpNet, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.concurrent.lock();
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::limits::network;

    fn concurrent() -> Arc<Concurrent> {
        Arc::new(Concurrent::new(2, 3))
    }

    fn client(address: &str) -> IpNet {
        network(address.parse().unwrap())
    }

    #[test]
    fn callbacks_are_limited_by_network_and_in_all() {
        let concurrent = concurrent();
        let one = [concurrent.acquire(client("192.0.2.1")), concurrent.acquire(client("192.0.2.1"))];
        assert!(one.iter().all(Option::is_some));
        assert!(concurrent.acquire(client("192.0.2.1")).is_none());
        let other = concurrent.acquire(client("192.0.2.2"));
        assert!(other.is_some());
        assert!(concurrent.acquire(client("192.0.2.3")).is_none());
    }

    #[test]
    fn permit_counts_until_its_last_clone_is_dropped() {
        let concurrent = concurrent();
        let permit = concurrent.acquire(client("192.0.2.1")).unwrap();
        let kept = permit.clone();
        drop(permit);
        assert_eq!(concurrent.lock().len(), 1);
        drop(kept);
        assert!(concurrent.lock().is_empty());
    }
}
