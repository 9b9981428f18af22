//! Grants: one consent, its state and its times.

use serde::{Deserialize, Serialize};

/// A moment in UTC, whole seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `seconds` later; stops at the ends of time instead of wrapping.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// How a creator's connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// The grant works.
    Connected,
    /// The consent ends within [`ConnectionState::EXPIRING_DAYS`].
    Expiring,
    /// Refreshing fails for now; the token may still work.
    Degraded,
    /// Only the creator can make it work again.
    NeedsReconnect,
    /// The grant was ended.
    Disconnected,
}

impl ConnectionState {
    /// A consent that ends within so many days is shown as expiring.
    pub const EXPIRING_DAYS: i64 = 30;

    /// The state of an active grant at `now`, from the end of its consent alone.
    ///
    /// `None` means that TikTok did not say when the consent ends.
    #[must_use]
    pub const fn of_consent(ends_at: Option<Timestamp>, now: Timestamp) -> Self {
        match ends_at {
            Some(end) if end.0 <= now.0 => Self::NeedsReconnect,
            Some(end) if end.seconds_since(now) <= Self::EXPIRING_DAYS * 86_400 => Self::Expiring,
            _ => Self::Connected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    #[test]
    fn a_consent_of_180_days_is_connected() {
        let end = NOW.plus_seconds(180 * 86_400);
        assert_eq!(ConnectionState::of_consent(Some(end), NOW), ConnectionState::Connected);
    }

    #[test]
    fn a_consent_is_expiring_in_its_last_30_days() {
        let end = NOW.plus_seconds(30 * 86_400);
        assert_eq!(ConnectionState::of_consent(Some(end), NOW), ConnectionState::Expiring);
    }

    #[test]
    fn a_consent_that_ended_needs_a_reconnect() {
        assert_eq!(ConnectionState::of_consent(Some(NOW), NOW), ConnectionState::NeedsReconnect);
    }

    #[test]
    fn a_consent_of_unknown_end_is_connected() {
        assert_eq!(ConnectionState::of_consent(None, NOW), ConnectionState::Connected);
    }
}
