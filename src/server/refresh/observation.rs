//! What metrics show of the engine.

use super::{
    REFRESHES, Refresher,
    attempt::{Attempt, ClaimedGrant, Outcome},
    breaker::Permit,
};
use crate::server::clock::Stopwatch;

/// What the engine does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineStatus {
    /// Whether the circuit breaker towards TikTok is open.
    pub breaker_open: bool,
    /// Refreshes in progress.
    pub in_flight: usize,
}

impl Refresher {
    /// What the engine does at the moment.
    #[must_use]
    pub fn status(&self) -> EngineStatus {
        EngineStatus { breaker_open: self.breaker.is_open(), in_flight: self.in_flight.count(REFRESHES) }
    }

    /// Refreshes a claimed grant, and counts how that ended.
    pub(super) async fn attempt(&self, claimed: ClaimedGrant, permit: Permit) -> Outcome {
        let (due_at, claimed_at) = (claimed.claim.due_at, claimed.now());
        let since_claimed = Stopwatch::start();
        let outcome = Attempt::new(self, claimed).run(permit).await;
        let (label, cause) = outcome.label();
        self.metrics.ended(label, cause);
        if let (Outcome::Renewed(_), Some(due_at)) = (&outcome, due_at)
            && due_at <= claimed_at
        {
            let took = i64::try_from(since_claimed.elapsed().as_secs()).unwrap_or(i64::MAX);
            self.metrics.delayed(claimed_at.seconds_since(due_at).saturating_add(took));
        }
        outcome
    }
}
