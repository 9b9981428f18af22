//! When a grant is refreshed next.

use super::RefreshConfig;
use crate::{
    domain::Timestamp,
    server::backoff::{Backoff, Jitter},
};

/// A grant is refreshed when this part of its access token's life is left: one in three.
const LEFT: i64 = 3;

/// The moment is moved by up to this part of what is left, either way: one in ten. Creators who connected
/// together are not refreshed together for ever.
const SPREAD: i64 = 10;

/// When to refresh a grant whose tokens were asked for at `asked_at`: never after its token's end, nor after
/// the consent's, which has to be noticed.
#[must_use]
pub fn due(
    asked_at: Timestamp,
    access_expires_at: Timestamp,
    refresh_expires_at: Option<Timestamp>,
    jitter: Jitter,
) -> Timestamp {
    let left = access_expires_at.seconds_since(asked_at) / LEFT;
    let spread = left / SPREAD;
    let due = access_expires_at.plus_seconds(spread - left - jitter.up_to(2 * spread));
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
    jitter: Jitter,
) -> Timestamp {
    let longest = match access_expires_at.seconds_since(now) {
        ..=0 => refresh_config.longest_retry_seconds,
        left => refresh_config.longest_retry_seconds.min((left / 4).max(refresh_config.retry_seconds / 6)),
    };
    let backoff = Backoff { first: refresh_config.retry_seconds, longest };
    now.plus_seconds(jitter.shorten(backoff.delay(failures)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    #[test]
    fn a_token_of_two_hours_is_refreshed_when_forty_minutes_are_left_give_or_take_four() {
        let ends = NOW.plus_seconds(7200);
        let left = |draw| ends.seconds_since(due(NOW, ends, None, Jitter::of(draw)));
        assert_eq!(left(u32::MAX / 2), 40 * 60);
        assert_eq!((left(0), left(u32::MAX)), (36 * 60, 44 * 60));
    }

    #[test]
    fn a_token_of_a_day_is_refreshed_when_eight_hours_are_left() {
        let ends = NOW.plus_seconds(86_400);
        assert_eq!(ends.seconds_since(due(NOW, ends, None, Jitter::of(u32::MAX / 2))), 8 * 3600);
    }

    #[test]
    fn a_consent_that_ends_first_is_looked_at_when_it_ends() {
        let consent = NOW.plus_seconds(600);
        assert_eq!(due(NOW, NOW.plus_seconds(7200), Some(consent), Jitter::of(0)), consent);
    }

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        let dead = NOW.plus_seconds(-1);
        let pause = |failures| {
            retry(&RefreshConfig::default(), failures, NOW, dead, Jitter::of(0)).seconds_since(NOW)
        };
        assert_eq!([1, 2, 3, 4, 5, 6, 7, u32::MAX].map(pause), [30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(pause(0), 30);
    }

    #[test]
    fn the_nearer_the_end_of_the_token_the_more_often_it_is_tried() {
        let pause = |left| {
            retry(&RefreshConfig::default(), 20, NOW, NOW.plus_seconds(left), Jitter::of(0))
                .seconds_since(NOW)
        };
        assert_eq!([7200, 2400, 400, 40, 20, 1].map(pause), [900, 600, 100, 10, 5, 5]);
    }

    proptest! {
        #[test]
        fn it_is_due_within_the_tokens_life_and_never_at_once(
            life in 1_i64..400 * 86_400, consent in proptest::option::of(1_i64..400 * 86_400), draw: u32
        ) {
            let (ends, consent) = (NOW.plus_seconds(life), consent.map(|left| NOW.plus_seconds(left)));
            let due = due(NOW, ends, consent, Jitter::of(draw));
            prop_assert!(NOW < due && due <= ends, "{due:?}");
            prop_assert!(consent.is_none_or(|consent| due <= consent));
            prop_assert!(consent.is_some() || ends.seconds_since(due) <= life / 3 + life / 30);
        }

        #[test]
        fn every_retry_lies_ahead_and_within_the_longest_pause(failures: u32, left in -9999_i64..99_999, draw: u32) {
            let at = retry(&RefreshConfig::default(), failures, NOW, NOW.plus_seconds(left), Jitter::of(draw));
            prop_assert!((1..=900).contains(&at.seconds_since(NOW)));
        }
    }
}
