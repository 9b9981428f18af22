//! How a creator's connection stands: one state machine, for the page, for `/health` and for the logs.
//!
//! What is stored is a [`Standing`]; what is seen is the [`ConnectionState`] that it comes to at a
//! moment. Only the events named here move it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Malformed, Timestamp};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// When the access token ends.
    pub access_ends_at: Timestamp,
    /// When the consent ends whatever we do; `None` if TikTok did not say.
    pub consent_ends_at: Option<Timestamp>,
    /// Since when refreshing fails without a success between.
    pub failing_since: Option<Timestamp>,
    /// Since when only the creator can help.
    pub needs_reconnect_since: Option<Timestamp>,
    /// Why it fails, or why the creator must help.
    pub trouble: Option<Trouble>,
}

/// What can happen to an active grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantEvent {
    /// The creator consented, or TikTok gave new tokens: whatever was wrong is over.
    Renewed {
        /// When the new access token ends.
        access_ends_at: Timestamp,
        /// When the consent ends; `None` keeps what is known.
        consent_ends_at: Option<Timestamp>,
    },
    /// A refresh failed in a way that may pass.
    Failed(Trouble),
    /// A refresh failed in a way that only the creator can mend.
    Dead(Trouble),
}

impl Standing {
    /// The standing of a grant that has just been given.
    #[must_use]
    pub const fn granted(access_ends_at: Timestamp, consent_ends_at: Option<Timestamp>) -> Self {
        Self {
            access_ends_at,
            consent_ends_at,
            failing_since: None,
            needs_reconnect_since: None,
            trouble: None,
        }
    }

    /// The standing after `event` at `now`.
    ///
    /// Dead stays dead until the grant is renewed; the first failure of a row keeps its moment. A
    /// trouble of the operator's ([`Trouble::is_ours`]) is recorded, but it is no failing of the grant.
    #[must_use]
    pub fn after(self, event: GrantEvent, now: Timestamp) -> Self {
        match event {
            GrantEvent::Renewed { access_ends_at, consent_ends_at } => {
                Self::granted(access_ends_at, consent_ends_at.or(self.consent_ends_at))
            }
            GrantEvent::Failed(_) if self.needs_reconnect_since.is_some() => self,
            GrantEvent::Failed(trouble) if trouble.is_ours() => Self { trouble: Some(trouble), ..self },
            GrantEvent::Failed(trouble) => {
                Self { failing_since: self.failing_since.or(Some(now)), trouble: Some(trouble), ..self }
            }
            GrantEvent::Dead(trouble) => Self {
                needs_reconnect_since: self.needs_reconnect_since.or(Some(now)),
                trouble: Some(trouble),
                ..self
            },
        }
    }

    /// The state at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ConnectionState {
        let left = self.consent_ends_at.map(|end| end.seconds_since(now));
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
}

/// Writes an enum of plain names with their spelling in the store, in logs and in JSON.
macro_rules! named {
    ($(#[$about:meta])* $name:ident, $what:literal { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name as it is stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(Malformed { what: $what, why: "it is none of the known names" }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = Malformed;

            fn try_from(text: String) -> Result<Self, Malformed> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named! {
    /// Why a refresh did not give new tokens.
    Trouble, "trouble" {
        /// TikTok says that the refresh token is dead (`invalid_grant`).
        Refused = "refused",
        /// TikTok was asked, and its answer never came; the token it was asked with is dead since.
        AnswerLost = "answer_lost",
        /// The consent reached its end.
        ConsentEnded = "consent_ended",
        /// TikTok was not reached: it was not asked.
        Unreachable = "unreachable",
        /// TikTok was asked, and has not answered so far.
        NoAnswer = "no_answer",
        /// TikTok says that it cannot now (`server_error`, `temporarily_unavailable`).
        Unavailable = "unavailable",
        /// TikTok was asked too often.
        RateLimited = "rate_limited",
        /// TikTok does not accept the app (`invalid_client`): the operator's to mend.
        AppRefused = "app_refused",
        /// TikTok does not accept the question (`invalid_request` and the like): ours to mend.
        RequestRefused = "request_refused",
        /// TikTok said something that its documents do not have.
        Unexpected = "unexpected",
        /// The stored token does not open: the operator took its key away.
        Unreadable = "unreadable",
    }
}

impl Trouble {
    /// Whether it is the operator's or ours to mend, and no failing of any grant.
    #[must_use]
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::AppRefused | Self::RequestRefused | Self::Unreadable)
    }
}

named! {
    /// Why TikTok ended a grant: `reason` of `authorization.removed`
    /// (<https://developers.tiktok.com/doc/webhooks-events>).
    RemovalReason, "removal reason" {
        /// 0, or a number that is not documented.
        Unknown = "unknown",
        /// 1: the creator removed the app in TikTok's settings.
        ByCreator = "by_creator",
        /// 2: the account was deleted.
        AccountDeleted = "account_deleted",
        /// 3: the creator's age changed.
        AgeChanged = "age_changed",
        /// 4: the account was banned.
        AccountBanned = "account_banned",
        /// 5: the app's own developer revoked it.
        ByDeveloper = "by_developer",
    }
}

impl RemovalReason {
    /// The reason of TikTok's number.
    #[must_use]
    pub const fn of_number(number: i64) -> Self {
        match number {
            1 => Self::ByCreator,
            2 => Self::AccountDeleted,
            3 => Self::AgeChanged,
            4 => Self::AccountBanned,
            5 => Self::ByDeveloper,
            _ => Self::Unknown,
        }
    }
}

/// Who ended a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum EndCause {
    /// The creator, on their profile.
    Here,
    /// TikTok, by `authorization.removed`.
    Removed(RemovalReason),
}

impl EndCause {
    /// The name as it is stored: `here`, or TikTok's reason.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Removed(reason) => reason.as_str(),
        }
    }
}

impl FromStr for EndCause {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text == "here" { Ok(Self::Here) } else { text.parse().map(Self::Removed) }
    }
}

impl TryFrom<String> for EndCause {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<EndCause> for String {
    fn from(cause: EndCause) -> Self {
        cause.as_str().to_owned()
    }
}

impl fmt::Display for EndCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);
    const DAY: i64 = 86_400;

    fn granted(consent_days: i64) -> Standing {
        Standing::granted(NOW.plus_seconds(7200), Some(NOW.plus_seconds(consent_days * DAY)))
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
        assert_eq!(Standing::granted(NOW, None).state(NOW), ConnectionState::Connected);
    }

    #[test]
    fn a_failure_that_may_pass_degrades_and_keeps_its_first_moment() {
        let first = granted(180).after(GrantEvent::Failed(Trouble::Unavailable), NOW);
        let second = first.after(GrantEvent::Failed(Trouble::RateLimited), NOW.plus_seconds(60));
        assert_eq!(second.state(NOW), ConnectionState::Degraded);
        assert_eq!((second.failing_since, second.trouble), (Some(NOW), Some(Trouble::RateLimited)));
    }

    #[test]
    fn a_trouble_of_the_operators_is_no_failing_of_the_grant() {
        for trouble in Trouble::ALL.iter().filter(|trouble| trouble.is_ours()) {
            let after = granted(180).after(GrantEvent::Failed(*trouble), NOW);
            assert_eq!(after.state(NOW), ConnectionState::Connected, "{trouble}");
            assert_eq!(after.trouble, Some(*trouble));
        }
    }

    #[test]
    fn dead_stays_dead_whatever_fails_and_a_renewal_heals_every_state() {
        let dead = granted(180).after(GrantEvent::Dead(Trouble::Refused), NOW);
        let later = dead.after(GrantEvent::Failed(Trouble::Unavailable), NOW.plus_seconds(60));
        assert_eq!((later, later.state(NOW)), (dead, ConnectionState::NeedsReconnect));
        let renewed = GrantEvent::Renewed { access_ends_at: NOW.plus_seconds(7200), consent_ends_at: None };
        for standing in [dead, granted(180).after(GrantEvent::Failed(Trouble::NoAnswer), NOW), granted(180)] {
            assert_eq!(standing.after(renewed, NOW), granted(180));
        }
    }

    #[test]
    fn every_name_is_read_back() {
        for trouble in Trouble::ALL {
            assert_eq!(trouble.as_str().parse(), Ok(*trouble));
        }
        for reason in RemovalReason::ALL {
            assert_eq!(EndCause::Removed(*reason).as_str().parse(), Ok(EndCause::Removed(*reason)));
        }
        assert_eq!("here".parse(), Ok(EndCause::Here));
        assert!("elsewhere".parse::<EndCause>().is_err());
    }

    #[test]
    fn tiktoks_numbers_have_their_reasons() {
        let reasons = (0..7).map(RemovalReason::of_number).collect::<Vec<_>>();
        assert_eq!(reasons[..6], *RemovalReason::ALL);
        assert_eq!(reasons[6], RemovalReason::Unknown);
    }
}
