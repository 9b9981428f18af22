//! Chance by seed: the same seed and the same question give the same answer, in whatever process.

use std::ops::Range;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sha2::{Digest as _, Sha256};

/// A row of draws for one purpose.
pub(crate) struct SeededRng(StdRng);

impl SeededRng {
    /// The generator for `purpose`: draws for one purpose do not change those for another.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(format!("{seed} {purpose}")).into();
        Self(StdRng::from_seed(digest))
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability)
    }

    pub(crate) fn from(&mut self, range: Range<u64>) -> u64 {
        self.0.random_range(range)
    }

    /// Seconds by which a clock is wrong: as often as not none, else up to a day either way.
    pub(crate) fn jump(&mut self) -> i64 {
        if self.chance(0.5) { 0 } else { self.0.random_range(-86_400..=86_400) }
    }
}
