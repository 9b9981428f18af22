//! Evaluation of refusals: whether a refresh token that TikTok refuses is really dead.
//!
//! The refusal of one creator, who removed the app, is believed at once. Refusals of many different creators in a streak,
//! with no successful refresh between them, are more likely a fault of TikTok's: from then on no creator is asked to
//! reconnect, and the verdicts of that streak are reverted. No fault lasts for ever: a token that is still refused after
//! hours of doubt is dead (a restored backup, an operator whose creators have all left).

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::RefreshConfig;
use crate::{
    domain::{CreatorId, LogId, Timestamp},
    server::store::Claim,
};

/// The refusals since the last successful refresh.
pub(super) struct Refusals {
    threshold: usize,
    window_seconds: i64,
    doubt_seconds: i64,
    streak: Mutex<Vec<Refusal>>,
}

struct Refusal {
    creator: CreatorId,
    /// The first and the last time.
    since: Timestamp,
    at: Timestamp,
    verdict: Option<Verdict>,
}

/// A claim whose grant was set to need a reconnect.
#[derive(Clone)]
pub(super) struct Verdict {
    pub(super) claim: Claim,
    pub(super) log_id: Option<LogId>,
}

/// Whether a refusal is believed.
pub(super) enum RefusalDecision {
    /// The token is dead.
    Believed,
    /// The token is dead: it was doubted for long enough.
    Confirmed,
    /// Too many were refused in a row: TikTok is likely at fault.
    Doubted {
        /// Whether it is the first that is doubted.
        is_first: bool,
    },
}

impl Refusals {
    pub(super) const fn new(config: &RefreshConfig) -> Self {
        Self {
            threshold: config.refusals,
            window_seconds: config.refusals_seconds,
            doubt_seconds: config.doubt_seconds,
            streak: Mutex::new(Vec::new()),
        }
    }

    /// Ends the streak after a successful refresh: the refusals before it were right.
    pub(super) fn reset(&self) {
        self.streak().clear();
    }

    /// Removes this creator's refusal, which another process's refresh explains.
    pub(super) fn remove(&self, creator: &CreatorId) {
        self.streak().retain(|refusal| refusal.creator != *creator);
    }

    /// Counts a refusal at `now`, and decides whether to believe it.
    pub(super) fn evaluate(&self, creator: &CreatorId, now: Timestamp) -> RefusalDecision {
        let mut streak = self.streak();
        let was_doubted = streak.len() >= self.threshold;
        streak.retain(|refusal| now.seconds_since(refusal.at) <= self.window_seconds);
        let known = streak.iter_mut().find(|refusal| refusal.creator == *creator);
        let since = known.map_or(now, |refusal| {
            refusal.at = now;
            refusal.since
        });
        if !streak.iter().any(|refusal| refusal.creator == *creator) {
            streak.push(Refusal { creator: creator.clone(), since, at: now, verdict: None });
        }
        if streak.len() < self.threshold {
            RefusalDecision::Believed
        } else if now.seconds_since(since) >= self.doubt_seconds {
            streak.retain(|refusal| refusal.creator != *creator);
            RefusalDecision::Confirmed
        } else {
            RefusalDecision::Doubted { is_first: !was_doubted }
        }
    }

    /// Records a verdict, to be reverted if the streak reaches the threshold.
    pub(super) fn record(&self, verdict: Verdict) {
        let mut streak = self.streak();
        if let Some(refusal) = streak.iter_mut().find(|refusal| refusal.creator == verdict.claim.creator) {
            refusal.verdict = Some(verdict);
        }
    }

    /// Takes the verdicts to revert, each once; none while refusals are believed.
    pub(super) fn take_doubted(&self) -> Vec<Verdict> {
        let mut streak = self.streak();
        if streak.len() < self.threshold {
            return Vec::new();
        }
        streak.iter_mut().filter_map(|refusal| refusal.verdict.take()).collect()
    }

    fn streak(&self) -> MutexGuard<'_, Vec<Refusal>> {
        self.streak.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    fn creator(number: u128) -> CreatorId {
        CreatorId::from_u128(number)
    }

    fn believed(refusals: &Refusals, number: u128, at: i64) -> bool {
        matches!(refusals.evaluate(&creator(number), NOW.plus_seconds(at)), RefusalDecision::Believed)
    }

    fn refusals() -> Refusals {
        Refusals::new(&RefreshConfig::default())
    }

    #[test]
    fn fifth_refusal_in_a_row_is_doubted_and_reported_once() {
        let refusals = refusals();
        assert!((1..5).all(|number| believed(&refusals, number, 0)));
        let first = refusals.evaluate(&creator(5), NOW);
        assert!(matches!(first, RefusalDecision::Doubted { is_first: true }));
        let second = refusals.evaluate(&creator(6), NOW);
        assert!(matches!(second, RefusalDecision::Doubted { is_first: false }));
    }

    #[test]
    fn refusals_that_last_are_confirmed_one_by_one() {
        let refusals = refusals();
        let config = RefreshConfig::default();
        for at in (0..config.doubt_seconds).step_by(900) {
            let doubted = (1..7).filter(|number| !believed(&refusals, *number, at)).count();
            assert_eq!(doubted, if at == 0 { 2 } else { 6 }, "{at}");
        }
        for number in 1..3 {
            let decision = refusals.evaluate(&creator(number), NOW.plus_seconds(config.doubt_seconds));
            assert!(matches!(decision, RefusalDecision::Confirmed), "{number}");
        }
        assert!(refusals.take_doubted().is_empty(), "no verdict is reverted after that");
    }

    #[test]
    fn repeated_refusals_of_one_creator_count_once() {
        let refusals = refusals();
        assert!((0..50).all(|at| believed(&refusals, 1, at)));
    }

    #[test]
    fn success_removal_or_an_hour_shortens_the_streak() {
        let refusals = refusals();
        assert!((1..5).all(|number| believed(&refusals, number, 0)));
        refusals.remove(&creator(4));
        assert!(believed(&refusals, 5, 0));
        assert!(believed(&refusals, 6, 3601));
        assert!((10..13).all(|number| believed(&refusals, number, 3601)));
        refusals.reset();
        assert!((20..24).all(|number| believed(&refusals, number, 3601)));
        assert!(!believed(&refusals, 24, 3601));
    }
}
