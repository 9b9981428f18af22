//! The gate of logins: how often they start, how often callbacks come, and how many are handled at once, of each network
//! and in all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ipnet::IpNet;

use super::rate_limiter::RateLimiter;
use crate::server::limits::{LoginLimits, network};

/// The wait that is proposed when too many callbacks are being handled.
const BUSY: Duration = Duration::from_secs(5);

/// The limits on logins, and what has been used of them.
pub(super) struct LoginGate {
    starts: RateLimiter,
    callbacks: RateLimiter,
    concurrent: Arc<Concurrent>,
}

/// The parts of a login that a request can be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Start,
    Callback,
}

impl LoginGate {
    pub(super) fn new(limits: &LoginLimits) -> Self {
        Self {
            starts: RateLimiter::new(limits.starts, limits.starts_in_all),
            callbacks: RateLimiter::new(limits.callbacks, limits.callbacks_in_all),
            concurrent: Arc::new(Concurrent::new(limits.concurrent, limits.concurrent_in_all)),
        }
    }

    /// Gives back what a completed login has used: only logins that come to nothing are limited in their rate.
    pub(super) fn completed(&self, client: IpNet) {
        self.starts.give_back(client);
        self.callbacks.give_back(client);
    }

    /// The permit of a callback; an error says after which time the client may try again.
    pub(super) fn admit(
        self: &Arc<Self>,
        step: Step,
        client: IpAddr,
    ) -> Result<Option<LoginPermit>, Duration> {
        match step {
            Step::Start => self.starts.check(client).map(|()| None),
            Step::Callback => {
                self.callbacks.check(client)?;
                let held = self.concurrent.acquire(network(client)).ok_or(BUSY)?;
                Ok(Some(LoginPermit::new(held, Arc::clone(self))))
            }
        }
    }
}

/// Callbacks that are being handled.
pub(super) struct Concurrent {
    per_network: usize,
    in_all: usize,
    held: Mutex<HashMap<IpNet, usize>>,
}

/// The right to handle one callback, which may send a code to TikTok; in the extensions of its request. A task that
/// goes on after the request keeps a clone.
#[derive(Clone)]
pub(super) struct LoginPermit {
    held: Arc<Held>,
    gate: Arc<LoginGate>,
}

/// One callback that is being handled.
pub(super) struct Held {
    concurrent: Arc<Concurrent>,
    network: IpNet,
}

impl LoginPermit {
    pub(super) fn new(held: Held, gate: Arc<LoginGate>) -> Self {
        Self { held: Arc::new(held), gate }
    }

    /// The login has connected a creator.
    pub(super) fn completed(&self) {
        self.gate.completed(self.held.network);
    }
}

impl Concurrent {
    /// At most `per_network` permits of one network, and `in_all`.
    pub(super) fn new(per_network: usize, in_all: usize) -> Self {
        Self { per_network, in_all, held: Mutex::default() }
    }

    /// Counts one more; `None` when there are too many.
    pub(super) fn acquire(self: &Arc<Self>, network: IpNet) -> Option<Held> {
        let mut held = self.lock();
        let of_network = held.get(&network).copied().unwrap_or_default();
        if of_network >= self.per_network || held.values().sum::<usize>() >= self.in_all {
            return None;
        }
        held.insert(network, of_network + 1);
        Some(Held { concurrent: Arc::clone(self), network })
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
        let gate = Arc::new(LoginGate::new(&LoginLimits::default()));
        let permit = LoginPermit::new(concurrent.acquire(client("192.0.2.1")).unwrap(), gate);
        let kept = permit.clone();
        drop(permit);
        assert_eq!(concurrent.lock().len(), 1);
        drop(kept);
        assert!(concurrent.lock().is_empty());
    }
}
