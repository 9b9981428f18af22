//! Exponential backoff and jitter, for everything that is retried.

use super::entropy::{Entropy, random};

/// Doublings that are counted at most: a further one changes nothing, for every longest delay is shorter.
const MAX_DOUBLINGS: u32 = 20;

/// Delays that double from one failure to the next, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The delay after the first failure.
    pub first: i64,
    /// The longest delay.
    pub longest: i64,
}

impl Backoff {
    /// The delay after `failures` failures in a row, in seconds.
    #[must_use]
    pub fn delay(self, failures: u32) -> i64 {
        let doublings = failures.saturating_sub(1).min(MAX_DOUBLINGS);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }

    /// The delay that follows a delay of `seconds`.
    #[must_use]
    pub fn following(self, seconds: i64) -> i64 {
        seconds.saturating_mul(2).min(self.longest)
    }
}

/// One random draw, which keeps those that failed together from being retried together.
///
/// It is drawn once and passed as a value, so that what is made of it can be tested.
#[derive(Clone, Copy, Debug)]
pub struct Jitter(u32);

impl Jitter {
    /// A fresh draw.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(u32::from_be_bytes(random(entropy)))
    }

    /// A whole number from 0 to `most`, each with the same probability.
    #[must_use]
    pub fn up_to(self, most: i64) -> i64 {
        let numbers = i128::from(most.max(0)) + 1;
        i64::try_from((numbers * i128::from(self.0)) >> u32::BITS).unwrap_or_default()
    }

    /// `seconds`, or up to a quarter less; at least 1.
    #[must_use]
    pub fn shorten(self, seconds: i64) -> i64 {
        (seconds - self.up_to(seconds / 4)).max(1)
    }

    /// `seconds`, or up to a fifth less or more.
    #[must_use]
    pub fn spread(self, seconds: i64) -> i64 {
        let fifth = seconds / 5;
        seconds - fifth + self.up_to(2 * fifth)
    }

    /// `seconds`, or up to twice as much.
    #[must_use]
    pub fn lengthen(self, seconds: i64) -> i64 {
        seconds + self.up_to(seconds)
    }

    /// The draw of this number; for tests.
    #[cfg(test)]
    pub(super) const fn of(number: u32) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn delays_double_up_to_the_longest() {
        let backoff = Backoff { first: 30, longest: 900 };
        let delays = [0, 1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|failures| backoff.delay(failures));
        assert_eq!(delays, [30, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!([30, 480, 900].map(|delay| backoff.following(delay)), [60, 900, 900]);
    }

    #[test]
    fn jitter_reaches_both_ends_of_each_range() {
        let (low, high) = (Jitter(0), Jitter(u32::MAX));
        assert_eq!((high.shorten(100), low.shorten(100), high.shorten(1)), (75, 100, 1));
        assert_eq!((low.spread(100), high.spread(100)), (80, 120));
        assert_eq!((low.lengthen(100), high.lengthen(100)), (100, 200));
    }

    proptest! {
        #[test]
        fn draw_covers_its_whole_range_and_no_more(most in 0_i64..1_000_000, draw: u32) {
            prop_assert!((0..=most).contains(&Jitter(draw).up_to(most)));
            prop_assert_eq!((Jitter(0).up_to(most), Jitter(u32::MAX).up_to(most)), (0, most));
        }
    }
}
