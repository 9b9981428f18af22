//! Limits how often one network, and all together, may do something.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicU32, Ordering},
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

/// A limit for each network and one for all.
pub(super) struct RateLimiter {
    per_network: DefaultKeyedRateLimiter<IpNet>,
    in_all: DefaultDirectRateLimiter,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl RateLimiter {
    pub(super) fn new(per_network: Rate, in_all: Rate) -> Self {
        Self {
            per_network: DefaultKeyedRateLimiter::keyed(quota(per_network)),
            in_all: DefaultDirectRateLimiter::direct(quota(in_all)),
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
        self.per_network.check_key(&network(client)).map_err(|refused| self.wait(&refused))?;
        self.in_all.check().map_err(|refused| self.wait(&refused))
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
    fn forgotten_networks_use_no_memory() {
        let refilled = Rate::new(1, Duration::from_nanos(1));
        let limiter = RateLimiter::new(refilled, Rate::new(u32::MAX, Duration::from_nanos(1)));
        for number in 0..10 * CHECKS_BETWEEN_PURGES {
            assert!(limiter.check(IpAddr::from(number.to_be_bytes())).is_ok());
        }
        assert!(limiter.per_network.len() <= CHECKS_BETWEEN_PURGES as usize);
    }
}
