//! Cooldowns: an action that a page can cause again and again runs once within a period for each creator.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::domain::{CreatorId, Timestamp};

/// The cooldowns of one action in this process, one for each key.
#[derive(Debug)]
pub(super) struct Cooldowns<K = CreatorId> {
    seconds: u64,
    started: Mutex<HashMap<K, Timestamp>>,
}

impl<K: Clone + Eq + Hash> Cooldowns<K> {
    /// Cooldowns of `seconds` each.
    pub(super) fn new(seconds: u64) -> Self {
        Self { seconds, started: Mutex::new(HashMap::new()) }
    }

    /// Starts the cooldown of `key`; `false` while an earlier one runs.
    pub(super) fn try_start(&self, key: &K, now: Timestamp) -> bool {
        let mut running = self.running(now);
        if running.contains_key(key) {
            return false;
        }
        running.insert(key.clone(), now);
        true
    }

    /// Whether the cooldown of `key` runs.
    pub(super) fn is_running(&self, key: &K, now: Timestamp) -> bool {
        self.running(now).contains_key(key)
    }

    /// The cooldowns that run; those that have ended are forgotten.
    fn running(&self, now: Timestamp) -> MutexGuard<'_, HashMap<K, Timestamp>> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.retain(|_, at| age(*at, now) < self.seconds);
        started
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
