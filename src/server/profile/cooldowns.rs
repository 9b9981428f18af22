//! For whom something was done a moment ago, by this process: what a page can cause over and over is
//! done now and then.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::domain::{CreatorId, Timestamp};

/// A creator is not asked about twice within a minute: TikTok allows twenty questions. The store
/// learns of a question only with its answer, and a page may be opened many times until then.
pub(super) const ASKED_SECONDS: u64 = 60;

/// The button that renews may be pressed without end, and each press is a question to TikTok.
const PRESSED_SECONDS: u64 = 15;

/// What was done lately.
#[derive(Debug, Default)]
pub struct Cooldowns {
    asked: Moments,
    pressed: Moments,
}

impl Cooldowns {
    /// Whether it is time to ask TikTok about this creator; if so, that counts as done.
    pub(super) fn may_ask(&self, creator: &CreatorId, now: Timestamp) -> bool {
        self.asked.is_first(creator, now, ASKED_SECONDS)
    }

    /// Whether this creator's wish to renew is to be granted; if so, that counts as done.
    pub(super) fn may_renew(&self, creator: &CreatorId, now: Timestamp) -> bool {
        self.pressed.is_first(creator, now, PRESSED_SECONDS)
    }
}

#[derive(Debug, Default)]
struct Moments(Mutex<HashMap<CreatorId, Timestamp>>);

impl Moments {
    fn is_first(&self, creator: &CreatorId, now: Timestamp, within_seconds: u64) -> bool {
        let mut moments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        moments.retain(|_, at| age(*at, now) < within_seconds);
        if moments.contains_key(creator) {
            return false;
        }
        moments.insert(creator.clone(), now);
        true
    }
}

/// The distance in either direction: a clock that was set back must not silence a creator for long.
pub(super) const fn age(then: Timestamp, now: Timestamp) -> u64 {
    now.seconds_since(then).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    #[test]
    fn a_creator_has_to_wait_and_others_do_not() {
        let (cooldowns, one, other) =
            (Cooldowns::default(), CreatorId::from_u128(1), CreatorId::from_u128(2));
        assert!(cooldowns.may_ask(&one, NOW) && cooldowns.may_ask(&other, NOW));
        assert!(!cooldowns.may_ask(&one, NOW.plus_seconds(59)));
        assert!(cooldowns.may_renew(&one, NOW), "one thing does not stand for the other");
        assert!(cooldowns.may_ask(&one, NOW.plus_seconds(60)));
    }

    #[test]
    fn a_clock_that_is_set_back_silences_nobody() {
        let (cooldowns, one) = (Cooldowns::default(), CreatorId::from_u128(1));
        assert!(cooldowns.may_ask(&one, NOW));
        assert!(cooldowns.may_ask(&one, NOW.plus_seconds(-3600)));
    }
}
