//! When a grant is refreshed next.

use super::RefreshConfig;
use crate::{
    domain::Timestamp,
    server::entropy::{Entropy, random},
};

/// A grant is refreshed when this part of its access token's life is left: one in three.
const LEFT: i64 = 3;

/// The moment is moved by up to this part of what is left, either way: one in ten. Creators who connected
/// together are not refreshed together for ever.
const SPREAD: i64 = 10;

/// Chance, drawn once: what is made of it can be tested.
#[derive(Clone, Copy, Debug)]
pub struct Draw(u32);

impl Draw {
    /// A fresh one.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(u32::from_be_bytes(random(entropy)))
    }

    /// A whole number from 0 to `most`, each as likely as the others.
    fn up_to(self, most: i64) -> i64 {
        let numbers = i128::from(most.max(0)) + 1;
        i64::try_from((numbers * i128::from(self.0)) >> u32::BITS).unwrap_or_default()
    }
}

/// When to refresh a grant whose tokens were asked for at `asked_at`: never after its token's end, nor after
/// the consent's, which has to be noticed.
#[must_use]
pub fn due(
    asked_at: Timestamp,
    access_expires_at: Timestamp,
    refresh_expires_at: Option<Timestamp>,
    draw: Draw,
) -> Timestamp {
    let left = access_expires_at.seconds_since(asked_at) / LEFT;
    let spread = left / SPREAD;
    let due = access_expires_at.plus_seconds(spread - left - draw.up_to(2 * spread));
    let due = due.max(asked_at.plus_seconds(1)).min(access_expires_at);
    refresh_expires_at.map_or(due, |end| due.min(end))
}

/// When to try again after `failures` failures in a row.
///
/// Pauses double from one to the next. While the access token lives, none is longer than a quarter of the
/// time that is left: the nearer its end, the more often it is tried.
pub(super) fn retry(
    refresh_config: &RefreshConfig,
    failures: u32,
    now: Timestamp,
    access_expires_at: Timestamp,
    draw: Draw,
) -> Timestamp {
    let doubled = refresh_config.retry_seconds.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let longest = match access_expires_at.seconds_since(now) {
        ..=0 => refresh_config.longest_retry_seconds,
        left => refresh_config.longest_retry_seconds.min((left / 4).max(refresh_config.retry_seconds / 6)),
    };
    now.plus_seconds(shortened(doubled.min(longest), draw))
}

/// A pause of `seconds`, or up to a quarter less: never less than a second.
pub(super) fn shortened(seconds: i64, draw: Draw) -> i64 {
    (seconds - draw.up_to(seconds / 4)).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    #[test]
    fn a_token_of_two_hours_is_refreshed_when_forty_minutes_are_left_give_or_take_four() {
        let ends = NOW.plus_seconds(7200);
        let left = |draw| ends.seconds_since(due(NOW, ends, None, Draw(draw)));
        assert_eq!(left(u32::MAX / 2), 40 * 60);
        assert_eq!((left(0), left(u32::MAX)), (36 * 60, 44 * 60));
    }

    #[test]
    fn a_token_of_a_day_is_refreshed_when_eight_hours_are_left() {
        let ends = NOW.plus_seconds(86_400);
        assert_eq!(ends.seconds_since(due(NOW, ends, None, Draw(u32::MAX / 2))), 8 * 3600);
    }

    #[test]
    fn a_consent_that_ends_first_is_looked_at_when_it_ends() {
        let consent = NOW.plus_seconds(600);
        assert_eq!(due(NOW, NOW.plus_seconds(7200), Some(consent), Draw(0)), consent);
    }

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        let dead = NOW.plus_seconds(-1);
        let pause =
            |failures| retry(&RefreshConfig::default(), failures, NOW, dead, Draw(0)).seconds_since(NOW);
        assert_eq!([1, 2, 3, 4, 5, 6, 7, u32::MAX].map(pause), [30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(pause(0), 30);
    }

    #[test]
    fn the_nearer_the_end_of_the_token_the_more_often_it_is_tried() {
        let pause = |left| {
            retry(&RefreshConfig::default(), 20, NOW, NOW.plus_seconds(left), Draw(0)).seconds_since(NOW)
        };
        assert_eq!([7200, 2400, 400, 40, 20, 1].map(pause), [900, 600, 100, 10, 5, 5]);
    }

    proptest! {
        #[test]
        fn it_is_due_within_the_tokens_life_and_never_at_once(
            life in 1_i64..400 * 86_400, consent in proptest::option::of(1_i64..400 * 86_400), draw: u32
        ) {
            let (ends, consent) = (NOW.plus_seconds(life), consent.map(|left| NOW.plus_seconds(left)));
            let due = due(NOW, ends, consent, Draw(draw));
            prop_assert!(NOW < due && due <= ends, "{due:?}");
            prop_assert!(consent.is_none_or(|consent| due <= consent));
            prop_assert!(consent.is_some() || ends.seconds_since(due) <= life / 3 + life / 30);
        }

        #[test]
        fn every_retry_lies_ahead_and_within_the_longest_pause(failures: u32, left in -9999_i64..99_999, draw: u32) {
            let at = retry(&RefreshConfig::default(), failures, NOW, NOW.plus_seconds(left), Draw(draw));
            prop_assert!((1..=900).contains(&at.seconds_since(NOW)));
        }

        #[test]
        fn a_draw_covers_its_whole_range_and_no_more(most in 0_i64..1_000_000, draw: u32) {
            prop_assert!((0..=most).contains(&Draw(draw).up_to(most)));
            prop_assert_eq!((Draw(0).up_to(most), Draw(u32::MAX).up_to(most)), (0, most));
        }
    }
}
