//! How a creator's connection stands: one state machine, for the page, for `/health` and for the logs.
//!
//! What is stored is a [`GrantStatus`]; what is seen is the [`ConnectionState`] that it comes to at a
//! moment. Only the events named here move it.

use serde::{Deserialize, Serialize};

use super::{RefreshFailure, Timestamp};

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

    /// The name in logs and in `/health`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Expiring => "expiring",
            Self::Degraded => "degraded",
            Self::NeedsReconnect => "needs_reconnect",
            Self::Disconnected => "disconnected",
        }
    }
}

/// What is stored of a grant's standing. A creator without an active grant has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct GrantStatus {
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// When the consent ends whatever we do; `None` if TikTok did not say.
    pub refresh_expires_at: Option<Timestamp>,
    /// Since when refreshing fails without a success between.
    pub failing_since: Option<Timestamp>,
    /// Since when only the creator can help.
    pub needs_reconnect_since: Option<Timestamp>,
    /// Why it fails, or why the creator must help.
    pub refresh_failure: Option<RefreshFailure>,
}

/// What can happen to an active grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantEvent {
    /// The creator consented, or TikTok gave new tokens: whatever was wrong is over.
    Renewed {
        /// When the new access token ends.
        access_expires_at: Timestamp,
        /// When the consent ends; `None` keeps what is known.
        refresh_expires_at: Option<Timestamp>,
    },
    /// A refresh failed in a way that may pass.
    Failed(RefreshFailure),
    /// A refresh failed in a way that only the creator can mend.
    Dead(RefreshFailure),
}

impl GrantStatus {
    /// The standing of a grant that has just been given.
    #[must_use]
    pub const fn granted(access_expires_at: Timestamp, refresh_expires_at: Option<Timestamp>) -> Self {
        Self {
            access_expires_at,
            refresh_expires_at,
            failing_since: None,
            needs_reconnect_since: None,
            refresh_failure: None,
        }
    }

    /// The standing after `event` at `now`.
    ///
    /// Dead stays dead until the grant is renewed; the first failure of a row keeps its moment. A
    /// trouble of the operator's ([`RefreshFailure::is_ours`]) is recorded, but it is no failing of the grant.
    #[must_use]
    pub fn after(self, event: GrantEvent, now: Timestamp) -> Self {
        match event {
            GrantEvent::Renewed { access_expires_at, refresh_expires_at } => {
                Self::granted(access_expires_at, refresh_expires_at.or(self.refresh_expires_at))
            }
            GrantEvent::Failed(_) if self.needs_reconnect_since.is_some() => self,
            GrantEvent::Failed(refresh_failure) if refresh_failure.is_ours() => {
                Self { refresh_failure: Some(refresh_failure), ..self }
            }
            GrantEvent::Failed(refresh_failure) => Self {
                failing_since: self.failing_since.or(Some(now)),
                refresh_failure: Some(refresh_failure),
                ..self
            },
            GrantEvent::Dead(refresh_failure) => Self {
                needs_reconnect_since: self.needs_reconnect_since.or(Some(now)),
                refresh_failure: Some(refresh_failure),
                ..self
            },
        }
    }

    /// The state at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ConnectionState {
        let left = self.refresh_expires_at.map(|end| end.seconds_since(now));
        match left {
            _ if self.needs_reconnect_since.is_some() => ConnectionState::NeedsReconnect,
            Some(..=0) => ConnectionState::NeedsReconnect,
            _ if self.failing_since.is_some() => ConnectionState::Degraded,
            Some(left) if left <= ConnectionState::EXPIRING_DAYS * 86_400 => ConnectionState::Expiring,
            _ => ConnectionState::Connected,
        }
    }
}

/// How many creators are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connections {
    /// Grants that work.
    pub connected: u64,
    /// Grants whose consent ends soon.
    pub expiring: u64,
    /// Grants whose refresh fails for now.
    pub degraded: u64,
    /// Grants that only the creator can mend.
    pub needs_reconnect: u64,
    /// Creators who are known and have no grant.
    pub disconnected: u64,
}

impl Connections {
    /// The number of active grants, in whatever state.
    #[must_use]
    pub const fn grants(&self) -> u64 {
        self.connected + self.expiring + self.degraded + self.needs_reconnect
    }

    /// The number of creators in each state.
    #[must_use]
    pub const fn by_state(&self) -> [(ConnectionState, u64); 5] {
        [
            (ConnectionState::Connected, self.connected),
            (ConnectionState::Expiring, self.expiring),
            (ConnectionState::Degraded, self.degraded),
            (ConnectionState::NeedsReconnect, self.needs_reconnect),
            (ConnectionState::Disconnected, self.disconnected),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);
    const DAY: i64 = 86_400;

    fn granted(consent_days: i64) -> GrantStatus {
        GrantStatus::granted(NOW.plus_seconds(7200), Some(NOW.plus_seconds(consent_days * DAY)))
    }

    #[test]
    fn a_consent_of_180_days_is_connected() {
        assert_eq!(granted(180).state(NOW), ConnectionState::Connected);
    }

    #[test]
    fn a_consent_is_expiring_in_its_last_30_days() {
        assert_eq!(granted(30).state(NOW), ConnectionState::Expiring);
    }

    #[test]
    fn a_consent_that_ended_needs_a_reconnect() {
        assert_eq!(granted(0).state(NOW), ConnectionState::NeedsReconnect);
    }

    #[test]
    fn a_consent_of_unknown_end_is_connected() {
        assert_eq!(GrantStatus::granted(NOW, None).state(NOW), ConnectionState::Connected);
    }

    #[test]
    fn a_failure_that_may_pass_degrades_and_keeps_its_first_moment() {
        let first = granted(180).after(GrantEvent::Failed(RefreshFailure::Unavailable), NOW);
        let second = first.after(GrantEvent::Failed(RefreshFailure::RateLimited), NOW.plus_seconds(60));
        assert_eq!(second.state(NOW), ConnectionState::Degraded);
        assert_eq!(
            (second.failing_since, second.refresh_failure),
            (Some(NOW), Some(RefreshFailure::RateLimited))
        );
    }

    #[test]
    fn a_trouble_of_the_operators_is_no_failing_of_the_grant() {
        for refresh_failure in RefreshFailure::ALL.iter().filter(|refresh_failure| refresh_failure.is_ours())
        {
            let after = granted(180).after(GrantEvent::Failed(*refresh_failure), NOW);
            assert_eq!(after.state(NOW), ConnectionState::Connected, "{refresh_failure}");
            assert_eq!(after.refresh_failure, Some(*refresh_failure));
        }
    }

    #[test]
    fn dead_stays_dead_whatever_fails_and_a_renewal_heals_every_state() {
        let dead = granted(180).after(GrantEvent::Dead(RefreshFailure::Refused), NOW);
        let later = dead.after(GrantEvent::Failed(RefreshFailure::Unavailable), NOW.plus_seconds(60));
        assert_eq!((later, later.state(NOW)), (dead, ConnectionState::NeedsReconnect));
        let renewed =
            GrantEvent::Renewed { access_expires_at: NOW.plus_seconds(7200), refresh_expires_at: None };
        for grant_status in
            [dead, granted(180).after(GrantEvent::Failed(RefreshFailure::NoAnswer), NOW), granted(180)]
        {
            assert_eq!(grant_status.after(renewed, NOW), granted(180));
        }
    }
}
