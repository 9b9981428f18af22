//! The detail behind a connection state: its cause, and what the creator can do.

use serde::{Deserialize, Serialize};

use super::{ConnectionState, EndCause, Profile, RefreshFailure, RemovalReason, Timestamp};

/// The story behind a [`ConnectionState`], one for each way in which a page puts it into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionDetail {
    /// All is well.
    Works,
    /// It works so far, and the operator has something to mend before it can be renewed.
    Waits,
    /// It works, and the consent ends soon.
    Ends(Urgency),
    /// Refreshing fails, and that may pass.
    Delayed(RefreshFailure),
    /// Only the creator can make it work again.
    Broken(RefreshFailure),
    /// It was ended; `None` if the cause is unknown.
    Over(Option<EndCause>),
}

/// How near the end of a consent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Within [`ConnectionState::EXPIRING_DAYS`].
    Month,
    /// Within 7 days.
    Week,
    /// Within a day.
    Day,
}

impl Urgency {
    /// How urgent it is to consent anew; `None` if that has time, or is too late.
    #[must_use]
    pub fn of(refresh_expires_at: Option<Timestamp>, now: Timestamp) -> Option<Self> {
        const DAY: i64 = 86_400;
        const WEEK: i64 = 7 * DAY;
        const MONTH: i64 = ConnectionState::EXPIRING_DAYS * DAY;
        match refresh_expires_at?.seconds_since(now) {
            left if left <= 0 || left > MONTH => None,
            left if left <= DAY => Some(Self::Day),
            left if left <= WEEK => Some(Self::Week),
            _ => Some(Self::Month),
        }
    }
}

impl ConnectionDetail {
    /// Whether connecting again is the next thing to do, so that the page asks for it.
    ///
    /// A creator who lost their TikTok account is not asked to reconnect: it would fail.
    #[must_use]
    pub const fn wants_reconnect(self) -> bool {
        match self {
            Self::Works | Self::Waits | Self::Delayed(_) => false,
            Self::Ends(_) | Self::Broken(_) | Self::Over(None | Some(EndCause::Here)) => true,
            Self::Over(Some(EndCause::Removed(reason))) => !matches!(
                reason,
                RemovalReason::AccountDeleted | RemovalReason::AccountBanned | RemovalReason::AgeChanged
            ),
        }
    }
}

impl Profile {
    /// The story behind the connection's state.
    #[must_use]
    pub fn connection_detail(&self) -> ConnectionDetail {
        let refresh_failure = self.refresh_failure.unwrap_or(RefreshFailure::Unexpected);
        match self.state {
            ConnectionState::Connected if self.refresh_failure.is_some_and(RefreshFailure::is_ours) => {
                ConnectionDetail::Waits
            }
            ConnectionState::Connected => ConnectionDetail::Works,
            ConnectionState::Expiring => ConnectionDetail::Ends(self.urgency().unwrap_or(Urgency::Month)),
            ConnectionState::Degraded => ConnectionDetail::Delayed(refresh_failure),
            ConnectionState::NeedsReconnect if self.consent_is_over() => {
                ConnectionDetail::Broken(RefreshFailure::ConsentEnded)
            }
            ConnectionState::NeedsReconnect => ConnectionDetail::Broken(refresh_failure),
            ConnectionState::Disconnected => ConnectionDetail::Over(self.ended.map(|(_, cause)| cause)),
        }
    }

    /// How near the end of the consent is, while it matters: a broken connection has no use for it.
    #[must_use]
    pub fn urgency(&self) -> Option<Urgency> {
        let lives = !matches!(self.state, ConnectionState::NeedsReconnect | ConnectionState::Disconnected);
        lives.then(|| Urgency::of(self.refresh_expires_at, self.as_of)).flatten()
    }

    /// Whether TikTok can be asked for new tokens.
    #[must_use]
    pub const fn can_refresh(&self) -> bool {
        self.refresh_due_at.is_some()
            && !matches!(self.state, ConnectionState::NeedsReconnect | ConnectionState::Disconnected)
    }

    fn consent_is_over(&self) -> bool {
        self.refresh_expires_at.is_some_and(|end| end <= self.as_of)
    }
}

/// The result of a refresh that the creator requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// TikTok gave new tokens.
    Renewed,
    /// It had been renewed a moment before, so TikTok was not asked.
    Recent,
    /// Not now: it is tried again by itself.
    Later(RefreshFailure),
    /// TikTok no longer accepts the connection; the profile says why.
    NeedsReconnect,
    /// There is no connection to renew.
    NotConnected,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);
    const DAY: i64 = 86_400;

    #[test]
    fn urgency_rises_towards_the_end() {
        let of = |seconds| Urgency::of(Some(NOW.plus_seconds(seconds)), NOW);
        assert_eq!(of(30 * DAY + 1), None);
        assert_eq!([of(30 * DAY), of(7 * DAY + 1)], [Some(Urgency::Month); 2]);
        assert_eq!([of(7 * DAY), of(DAY + 1)], [Some(Urgency::Week); 2]);
        assert_eq!([of(DAY), of(1)], [Some(Urgency::Day); 2]);
        assert_eq!([of(0), of(-1)], [None; 2]);
        assert_eq!(Urgency::of(None, NOW), None);
        assert!(Urgency::Month < Urgency::Week && Urgency::Week < Urgency::Day);
    }

    #[test]
    fn who_lost_their_account_is_not_asked_to_reconnect() {
        let over = |reason| ConnectionDetail::Over(Some(EndCause::Removed(reason))).wants_reconnect();
        assert!(!over(RemovalReason::AccountDeleted) && !over(RemovalReason::AccountBanned));
        assert!(over(RemovalReason::ByCreator) && over(RemovalReason::Unknown));
        assert!(ConnectionDetail::Over(Some(EndCause::Here)).wants_reconnect());
    }

    #[test]
    fn a_trouble_that_passes_asks_nothing_of_the_creator() {
        for refresh_failure in RefreshFailure::ALL {
            assert!(!ConnectionDetail::Delayed(*refresh_failure).wants_reconnect(), "{refresh_failure}");
            assert!(ConnectionDetail::Broken(*refresh_failure).wants_reconnect(), "{refresh_failure}");
        }
    }
}
