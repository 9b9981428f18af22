//! Times as TikTok writes them: seconds by its documents, milliseconds by the test button of its portal.

use crate::domain::Timestamp;

/// From here on a number counts milliseconds: as seconds it is after the year 5138, as milliseconds after 1973.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// The last second of the year 9999.
const MAX_SECONDS: i64 = 253_402_300_799;

/// Parses the digits of a time in seconds or milliseconds.
pub(super) fn parse(digits: &str) -> Option<Timestamp> {
    // A sign would parse too.
    let number: i64 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    let seconds = if number < FIRST_MILLISECONDS { number } else { number / 1000 };
    (seconds <= MAX_SECONDS).then_some(Timestamp(seconds))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn milliseconds_from_1973_on_become_seconds() {
        for (digits, seconds) in [
            ("0", 0),
            ("0000000007", 7),
            ("1893456000", 1_893_456_000),
            ("1893456000999", 1_893_456_000),
            ("99999999999", 99_999_999_999),
            ("100000000000", 100_000_000),
            ("253402300799999", MAX_SECONDS),
        ] {
            assert_eq!(parse(digits), Some(Timestamp(seconds)), "{digits}");
        }
    }

    #[test]
    fn other_text_is_no_time() {
        for text in
            ["", "-1", "+1", "1.5", "1e9", "1 2", "\u{661}", "253402300800000", "99999999999999999999"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn both_units_give_the_same_second(seconds in 100_000_000_i64..FIRST_MILLISECONDS, rest in 0_i64..1000) {
            let expected = Some(Timestamp(seconds));
            prop_assert_eq!(parse(&seconds.to_string()), expected);
            prop_assert_eq!(parse(&(seconds * 1000 + rest).to_string()), expected);
        }
    }
}
