//! Cooldowns: an action that a page can cause again and again runs once within a period for each creator.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::domain::{CreatorId, Timestamp};

/// The cooldowns of one action in this process, one for each creator.
#[derive(Debug)]
pub(super) struct Cooldowns {
    seconds: u64,
    started: Mutex<HashMap<CreatorId, Timestamp>>,
}

impl Cooldowns {
    /// Cooldowns of `seconds` each.
    pub(super) fn new(seconds: u64) -> Self {
        Self { seconds, started: Mutex::default() }
    }

    /// Starts the creator's cooldown; `false` while an earlier one runs.
    pub(super) fn try_start(&self, creator: &CreatorId, now: Timestamp) -> bool {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.retain(|_, at| age(*at, now) < self.seconds);
        if started.contains_key(creator) {
            return false;
        }
        started.insert(creator.clone(), now);
        true
    }
}

/// The seconds between two timestamps in either direction: a clock that was set back must not block a
/// creator for long.
pub(super) const fn age(then: Timestamp, now: Timestamp) -> u64 {
    now.seconds_since(then).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    #[test]
    fn cooldown_blocks_one_creator_until_it_ends() {
        let (cooldowns, one, other) = (Cooldowns::new(60), CreatorId::from_u128(1), CreatorId::from_u128(2));
        assert!(cooldowns.try_start(&one, NOW) && cooldowns.try_start(&other, NOW));
        assert!(!cooldowns.try_start(&one, NOW.plus_seconds(59)));
        assert!(cooldowns.try_start(&one, NOW.plus_seconds(60)));
    }

    #[test]
    fn clock_set_back_ends_the_cooldown() {
        let (cooldowns, one) = (Cooldowns::new(60), CreatorId::from_u128(1));
        assert!(cooldowns.try_start(&one, NOW));
        assert!(cooldowns.try_start(&one, NOW.plus_seconds(-3600)));
    }
}
