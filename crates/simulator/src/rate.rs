//! Rate limits in sliding one-minute windows (`tiktok-api-v2-rate-limit`).

use std::collections::{HashMap, VecDeque};

use super::calls::Endpoint;

/// Times of the admitted calls of the last minute, in milliseconds. TikTok does not say whether the limit of user
/// info counts per app or per user; here every limit counts per access token.
#[derive(Default)]
pub(crate) struct RateLimiter(HashMap<(Endpoint, String), VecDeque<u64>>);

impl RateLimiter {
    /// Whether one more call fits into the minute that ends now; a refused call does not count.
    pub(crate) fn admit(&mut self, endpoint: Endpoint, token: &str, limit: usize, now_ms: u64) -> bool {
        let window = self.0.entry((endpoint, token.to_owned())).or_default();
        while window.front().is_some_and(|then| then + 60_000 <= now_ms) {
            window.pop_front();
        }
        let fits = window.len() < limit;
        if fits {
            window.push_back(now_ms);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, RateLimiter};

    #[test]
    fn rate_limit_window_slides() {
        let mut rates = RateLimiter::default();
        let mut admit = |now| rates.admit(Endpoint::UserInfo, "t", 2, now);
        assert!(admit(0));
        assert!(admit(30_000));
        assert!(!admit(59_999));
        assert!(admit(60_000));
        assert!(!admit(60_001));
    }
}
