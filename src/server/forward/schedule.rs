//! When a message that was not delivered is sent again.

use crate::server::{backoff::Jitter, entropy::Entropy};

/// The delays after each attempt, in seconds: ten attempts in about three days, as Standard Webhooks proposes.
const PAUSES: [u32; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The longest `Retry-After` of a receiver that is honoured: a day.
const LONGEST_RETRY_AFTER: u32 = 86_400;

/// The delay after attempt number `attempts` in seconds, with jitter of a fifth either way and at least `retry_after`;
/// `None` after the last attempt.
pub(super) fn pause(attempts: u32, retry_after: Option<u32>, entropy: &dyn Entropy) -> Option<u32> {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = Jitter::new(entropy).spread((*PAUSES.get(place)?).into());
    let pause = u32::try_from(pause).unwrap_or(u32::MAX);
    Some(pause.max(retry_after.unwrap_or(0).min(LONGEST_RETRY_AFTER)))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Constant(u8);

    impl Entropy for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn all(chance: u8) -> Vec<u32> {
        (1..).map_while(|attempts| pause(attempts, None, &Constant(chance))).collect()
    }

    #[test]
    fn ten_attempts_span_more_than_two_days() {
        for chance in [0, 128, 255] {
            let pauses = all(chance);
            assert_eq!(pauses.len(), 9);
            assert!(pauses.iter().sum::<u32>() > 2 * 86_400, "{pauses:?}");
            assert!(pauses.is_sorted());
        }
        assert_eq!((all(0)[8], all(255)[8]), (69_120, 103_680));
    }

    #[test]
    fn retry_after_only_lengthens_a_delay() {
        assert_eq!(pause(1, Some(120), &Constant(0)), Some(120));
        assert_eq!(pause(1, Some(0), &Constant(0)), Some(4));
        assert_eq!(pause(1, Some(u32::MAX), &Constant(0)), Some(LONGEST_RETRY_AFTER));
        assert_eq!(pause(10, Some(5), &Constant(0)), None);
        assert!(pause(0, None, &Constant(0)).is_some());
    }
}
