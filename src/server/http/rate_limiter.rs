//! Limits how often one network, and all together, may do something.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use governor::{
    DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota,
    clock::{Clock, DefaultClock},
};
use ipnet::IpNet;

use crate::server::limits::{Rate, network};

/// Checks after which networks that may use their whole burst again are forgotten.
const CHECKS_BETWEEN_PURGES: u32 = 1024;

/// Networks with credit.
const MAX_CREDITED: usize = 4096;

/// A limit for each network and one for all. What turns out to be right costs nothing: it can be given back.
pub(super) struct RateLimiter {
    per_network: DefaultKeyedRateLimiter<IpNet>,
    in_all: DefaultDirectRateLimiter,
    /// Requests that were given back, by network; at most a burst for each.
    credits: Mutex<HashMap<IpNet, u32>>,
    burst: u32,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl RateLimiter {
    pub(super) fn new(per_network: Rate, in_all: Rate) -> Self {
        Self {
            per_network: DefaultKeyedRateLimiter::keyed(quota(per_network)),
            in_all: DefaultDirectRateLimiter::direct(quota(in_all)),
            credits: Mutex::default(),
            burst: per_network.burst.get(),
            clock: DefaultClock::default(),
            checks: AtomicU32::new(0),
        }
    }

    /// Counts one request of the client; an error says after which time the next is allowed. The limit of the network
    /// comes first, so that one client cannot use up what there is for all.
    pub(super) fn check(&self, client: IpAddr) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECKS_BETWEEN_PURGES) {
            self.per_network.retain_recent();
        }
        let network = network(client);
        if self.spend_credit(network) {
            return Ok(());
        }
        self.per_network.check_key(&network).map_err(|refused| self.wait(&refused))?;
        self.in_all.check().map_err(|refused| self.wait(&refused))
    }

    /// Gives one request back to a network, because it was no abuse: the next one costs nothing.
    pub(super) fn give_back(&self, network: IpNet) {
        let mut credits = self.credits();
        if credits.len() < MAX_CREDITED || credits.contains_key(&network) {
            let credit = credits.entry(network).or_default();
            *credit = self.burst.min(*credit + 1);
        }
    }

    fn spend_credit(&self, network: IpNet) -> bool {
        let mut credits = self.credits();
        let Some(credit) = credits.get_mut(&network) else { return false };
        *credit -= 1;
        if *credit == 0 {
            credits.remove(&network);
        }
        true
    }

    fn credits(&self) -> MutexGuard<'_, HashMap<IpNet, u32>> {
        self.credits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, refused: &NotUntil<<DefaultClock as Clock>::Instant>) -> Duration {
        refused.wait_time_from(self.clock.now())
    }
}

fn quota(rate: Rate) -> Quota {
    let quota = Quota::with_period(rate.interval).unwrap_or(Quota::per_second(rate.burst));
    quota.allow_burst(rate.burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn burst_is_allowed_for_each_network_and_for_all() {
        let limiter = RateLimiter::new(Rate::new(2, HOUR), Rate::new(3, HOUR));
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        assert!(limiter.check(one).is_ok() && limiter.check(one).is_ok());
        let wait = limiter.check(one).unwrap_err();
        assert!(wait > HOUR / 2 && wait <= HOUR, "{wait:?}");
        assert!(limiter.check(other).is_ok());
        assert!(limiter.check(address("192.0.2.3")).is_err(), "three in all");
    }

    #[test]
    fn request_that_is_given_back_costs_nothing() {
        let limiter = RateLimiter::new(Rate::new(1, HOUR), Rate::new(1, HOUR));
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        for _ in 0..10 {
            assert!(limiter.check(one).is_ok());
            limiter.give_back(network(one));
        }
        limiter.give_back(network(one));
        assert!(limiter.check(one).is_ok());
        assert!(limiter.check(one).is_err(), "no more than a burst is saved up");
        assert!(limiter.check(other).is_err(), "and it is nobody else's");
    }

    #[test]
    fn forgotten_networks_use_no_memory() {
        let refilled = Rate::new(1, Duration::from_nanos(1));
        let limiter = RateLimiter::new(refilled, Rate::new(u32::MAX, Duration::from_nanos(1)));
        for number in 0..10 * CHECKS_BETWEEN_PURGES {
            assert!(limiter.check(IpAddr::from(number.to_be_bytes())).is_ok());
        }
        assert!(limiter.per_network.len() <= CHECKS_BETWEEN_PURGES as usize);
    }
}
