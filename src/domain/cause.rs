//! Why a grant fails, and why it ended: closed sets of names, as they are stored, logged and shown.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Malformed;

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
    RefreshFailure, "refresh_failure" {
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

impl RefreshFailure {
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

    #[test]
    fn every_name_is_read_back() {
        for refresh_failure in RefreshFailure::ALL {
            assert_eq!(refresh_failure.as_str().parse(), Ok(*refresh_failure));
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
