//! Randomness, as a parameter: states, nonces and ids all come from here.

use rand::{TryRng, rngs::SysRng};
use uuid::Uuid;

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    ///
    /// When the operating system gives no randomness: nothing secret may be made then.
    #[allow(clippy::panic, reason = "no caller could do better than stop")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = SysRng.try_fill_bytes(bytes) {
            panic!("the operating system gives no randomness: {error}");
        }
    }
}

/// `N` random bytes.
#[must_use]
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// A random UUID, version 4 (RFC 9562, 5.4).
#[must_use]
pub fn uuid(entropy: &dyn Entropy) -> Uuid {
    uuid::Builder::from_random_bytes(random(entropy)).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same byte, over and over.
    struct Constant(u8);

    impl Entropy for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn two_draws_differ() {
        assert_ne!(random::<32>(&SystemEntropy), random::<32>(&SystemEntropy));
    }

    #[test]
    fn uuid_is_of_version_4_for_any_bytes() {
        assert_eq!(uuid(&Constant(0xff)).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
