//! The rates of one key: requests, and access tokens.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};

type Limiter = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// A rate of one key, in this process: another replica has its own.
pub struct KeyLimit {
    limiter: Limiter,
    per_minute: u32,
}

/// What is left of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Requests in a minute.
    pub per_minute: u32,
    /// Requests that may come at once.
    pub remaining: u32,
    /// After so many seconds the whole rate is there again; for a refused request one more is.
    pub reset_seconds: u64,
}

impl KeyLimit {
    pub(super) fn new(per_minute: u32) -> Self {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
        Self { limiter: RateLimiter::direct(quota).with_middleware(), per_minute }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// Nothing is left: the allowance says when there is.
    pub fn check(&self) -> Result<Allowance, Allowance> {
        let per_minute = self.per_minute;
        match self.limiter.check() {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let missing = u64::from(per_minute.saturating_sub(remaining));
                let reset_seconds = (missing * 60).div_ceil(u64::from(per_minute.max(1)));
                Ok(Allowance { per_minute, remaining, reset_seconds })
            }
            Err(refused) => {
                Err(Allowance { per_minute, remaining: 0, reset_seconds: wait(&refused).as_secs() + 1 })
            }
        }
    }
}

fn wait(refused: &NotUntil<<DefaultClock as Clock>::Instant>) -> Duration {
    refused.wait_time_from(DefaultClock::default().now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_rate_may_come_at_once() {
        let limit = KeyLimit::new(2);
        assert_eq!(limit.check(), Ok(Allowance { per_minute: 2, remaining: 1, reset_seconds: 30 }));
        assert_eq!(limit.check().map(|allowance| allowance.remaining), Ok(0));
        let refused = limit.check().unwrap_err();
        assert!((1..=31).contains(&refused.reset_seconds) && refused.remaining == 0, "{refused:?}");
    }
}
