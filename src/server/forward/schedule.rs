//! When a message that was not taken is sent again.

use crate::server::entropy::{Entropy, random};

/// The pauses after each try, in seconds: ten tries in about three days, as Standard Webhooks proposes.
const PAUSES: [u32; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// A receiver's own wish counts up to a day.
const LONGEST_WISH: u32 = 86_400;

/// The pause after try number `attempts`, by chance up to a fifth shorter or longer, and no shorter than
/// `wish`; `None` after the last try.
pub(super) fn pause(attempts: u32, wish: Option<u32>, entropy: &dyn Entropy) -> Option<u32> {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = *PAUSES.get(place)?;
    let [chance] = random::<1>(entropy);
    let jittered = pause * 4 / 5 + pause * 2 / 5 * u32::from(chance) / 255;
    Some(jittered.max(wish.unwrap_or(0).min(LONGEST_WISH)))
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
    fn ten_tries_go_over_more_than_a_day_whatever_the_chance() {
        for chance in [0, 128, 255] {
            let pauses = all(chance);
            assert_eq!(pauses.len(), 9);
            assert!(pauses.iter().sum::<u32>() > 2 * 86_400, "{pauses:?}");
            assert!(pauses.is_sorted());
        }
        assert_eq!((all(0)[8], all(255)[8]), (69_120, 103_680));
    }

    #[test]
    fn the_receivers_wish_only_ever_lengthens_a_pause() {
        assert_eq!(pause(1, Some(120), &Constant(0)), Some(120));
        assert_eq!(pause(1, Some(0), &Constant(0)), Some(4));
        assert_eq!(pause(1, Some(u32::MAX), &Constant(0)), Some(LONGEST_WISH));
        assert_eq!(pause(10, Some(5), &Constant(0)), None);
        assert!(pause(0, None, &Constant(0)).is_some());
    }
}
