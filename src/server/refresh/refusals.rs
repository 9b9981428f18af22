//! Whether TikTok is believed when it says that a refresh token is dead.
//!
//! One creator who took the app away is believed at once. Many different ones in a row, with nobody
//! refreshed between them, are more likely a failing of TikTok's: from then on nobody is told to connect
//! again, and those of the row who were are taken back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::RefreshConfig;
use crate::{
    domain::{CreatorId, LogId, Timestamp},
    server::store::Claim,
};

/// The refusals since somebody was last refreshed.
pub(super) struct Refusals {
    most: usize,
    seconds: i64,
    row: Mutex<Vec<Refusal>>,
}

struct Refusal {
    creator: CreatorId,
    at: Timestamp,
    verdict: Option<Verdict>,
}

/// A grant that was said to need a reconnect; as it was before.
#[derive(Clone)]
pub(super) struct Verdict {
    pub(super) claim: Claim,
    pub(super) log_id: Option<LogId>,
}

/// What to think of a refusal.
pub(super) enum RefusalDecision {
    /// The token is dead.
    Believed,
    /// It is one too many.
    Doubted {
        /// Whether it is the one that made the row too long.
        is_first: bool,
    },
}

impl Refusals {
    pub(super) const fn new(refresh_config: &RefreshConfig) -> Self {
        Self {
            most: refresh_config.refusals,
            seconds: refresh_config.refusals_seconds,
            row: Mutex::new(Vec::new()),
        }
    }

    /// Somebody was refreshed: the refusals before that were what they said.
    pub(super) fn forget(&self) {
        self.row().clear();
    }

    /// This creator's refusal was explained: it says nothing of TikTok.
    pub(super) fn explain(&self, creator: &CreatorId) {
        self.row().retain(|refusal| refusal.creator != *creator);
    }

    /// Whether to believe a refusal at `now`.
    pub(super) fn evaluate(&self, creator: &CreatorId, now: Timestamp) -> RefusalDecision {
        let mut row = self.row();
        let was_doubted = row.len() >= self.most;
        row.retain(|refusal| now.seconds_since(refusal.at) <= self.seconds);
        match row.iter_mut().find(|refusal| refusal.creator == *creator) {
            Some(refusal) => refusal.at = now,
            None => row.push(Refusal { creator: creator.clone(), at: now, verdict: None }),
        }
        if row.len() < self.most {
            RefusalDecision::Believed
        } else {
            RefusalDecision::Doubted { is_first: !was_doubted }
        }
    }

    /// Remembers a verdict, in case that the row grows too long after all.
    pub(super) fn remember(&self, verdict: Verdict) {
        let mut row = self.row();
        if let Some(refusal) = row.iter_mut().find(|refusal| refusal.creator == verdict.claim.creator) {
            refusal.verdict = Some(verdict);
        }
    }

    /// The verdicts to take back, each once; none while the row is believed.
    pub(super) fn to_take_back(&self) -> Vec<Verdict> {
        let mut row = self.row();
        if row.len() < self.most {
            return Vec::new();
        }
        row.iter_mut().filter_map(|refusal| refusal.verdict.take()).collect()
    }

    fn row(&self) -> MutexGuard<'_, Vec<Refusal>> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn four_are_believed_the_fifth_is_not_and_is_told_once() {
        let refusals = refusals();
        assert!((1..5).all(|number| believed(&refusals, number, 0)));
        let first = refusals.evaluate(&creator(5), NOW);
        assert!(matches!(first, RefusalDecision::Doubted { is_first: true }));
        let second = refusals.evaluate(&creator(6), NOW);
        assert!(matches!(second, RefusalDecision::Doubted { is_first: false }));
    }

    #[test]
    fn one_creator_who_is_refused_again_and_again_is_one() {
        let refusals = refusals();
        assert!((0..50).all(|at| believed(&refusals, 1, at)));
    }

    #[test]
    fn a_success_an_explanation_or_an_hour_ends_the_row() {
        let refusals = refusals();
        assert!((1..5).all(|number| believed(&refusals, number, 0)));
        refusals.explain(&creator(4));
        assert!(believed(&refusals, 5, 0));
        assert!(believed(&refusals, 6, 3601));
        assert!((10..13).all(|number| believed(&refusals, number, 3601)));
        refusals.forget();
        assert!((20..24).all(|number| believed(&refusals, number, 3601)));
        assert!(!believed(&refusals, 24, 3601));
    }
}
