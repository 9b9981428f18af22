//! Who a creator is, and what TikTok's creator info says of them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Malformed;

/// Our own name for a creator: a random UUID, safe to show in an address.
///
/// TikTok's `open_id` never leaves the server; this does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreatorId(String);

impl CreatorId {
    /// The UUID of 128 bits.
    #[must_use]
    pub fn from_u128(uuid: u128) -> Self {
        let group = |shift: u32, bits: u32| (uuid >> shift) & ((1 << bits) - 1);
        let [second, third, fourth] = [80, 64, 48].map(|shift| group(shift, 16));
        Self(format!("{:08x}-{second:04x}-{third:04x}-{fourth:04x}-{:012x}", group(96, 32), group(0, 48)))
    }

    /// The id as text, 36 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CreatorId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let groups: Vec<&str> = text.split('-').collect();
        let hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let shaped = lengths == [8, 4, 4, 4, 12] && groups.iter().all(hex);
        shaped
            .then(|| Self(text.to_ascii_lowercase()))
            .ok_or(Malformed { what: "creator id", why: "it is a UUID of 36 characters" })
    }
}

impl TryFrom<String> for CreatorId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<CreatorId> for String {
    fn from(id: CreatorId) -> Self {
        id.0
    }
}

impl fmt::Display for CreatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// TikTok's id of a user for one `client_key`
/// (<https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info>).
///
/// Its alphabet is not documented: visible ASCII, at most 256 characters, is all we ask.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OpenId(String);

impl OpenId {
    /// The id as TikTok sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OpenId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let visible = !text.is_empty() && text.len() <= 256 && text.bytes().all(|b| b.is_ascii_graphic());
        visible
            .then(|| Self(text.to_owned()))
            .ok_or(Malformed { what: "open_id", why: "it has 1 to 256 visible ASCII characters" })
    }
}

/// An `open_id` names a person: it stays out of logs.
impl fmt::Debug for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenId([personal])")
    }
}

/// Who may see a post, as TikTok offers it to one creator
/// (<https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PrivacyLevel {
    /// `PUBLIC_TO_EVERYONE`
    PublicToEveryone,
    /// `MUTUAL_FOLLOW_FRIENDS`
    MutualFollowFriends,
    /// `FOLLOWER_OF_CREATOR`
    FollowerOfCreator,
    /// `SELF_ONLY`
    SelfOnly,
    /// A level that TikTok added later, in its spelling.
    Other(String),
}

impl PrivacyLevel {
    /// The level as TikTok spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::PublicToEveryone => "PUBLIC_TO_EVERYONE",
            Self::MutualFollowFriends => "MUTUAL_FOLLOW_FRIENDS",
            Self::FollowerOfCreator => "FOLLOWER_OF_CREATOR",
            Self::SelfOnly => "SELF_ONLY",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for PrivacyLevel {
    fn from(name: String) -> Self {
        match name.as_str() {
            "PUBLIC_TO_EVERYONE" => Self::PublicToEveryone,
            "MUTUAL_FOLLOW_FRIENDS" => Self::MutualFollowFriends,
            "FOLLOWER_OF_CREATOR" => Self::FollowerOfCreator,
            "SELF_ONLY" => Self::SelfOnly,
            _ => Self::Other(name),
        }
    }
}

impl From<PrivacyLevel> for String {
    fn from(level: PrivacyLevel) -> Self {
        level.as_str().to_owned()
    }
}

/// How the last question about a creator's user info or creator info ended.
///
/// Only `Known` replaces what is stored; every other outcome keeps it and says why it may be old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchOutcome {
    /// TikTok answered with `ok`.
    Known,
    /// The scope was not granted, so TikTok was not asked.
    NotAsked,
    /// `scope_not_authorized` or `scope_permission_missed`.
    PermissionMissing,
    /// `access_token_invalid`.
    TokenRefused,
    /// `spam_risk_too_many_posts`: the creator's daily limit (sent with HTTP 200).
    TooManyPosts,
    /// `spam_risk_user_banned_from_posting` (sent with HTTP 200).
    BannedFromPosting,
    /// `reached_active_user_cap`: this app's daily limit of creators (sent with HTTP 200).
    AppCapReached,
    /// `rate_limit_exceeded`.
    RateLimited,
    /// 5xx, `internal_error`, a broken connection or no answer in time.
    Unavailable,
    /// An answer that is not of the documented form.
    Unexpected,
}

impl FetchOutcome {
    /// Every outcome, for tables and tests.
    pub const ALL: [Self; 10] = [
        Self::Known,
        Self::NotAsked,
        Self::PermissionMissing,
        Self::TokenRefused,
        Self::TooManyPosts,
        Self::BannedFromPosting,
        Self::AppCapReached,
        Self::RateLimited,
        Self::Unavailable,
        Self::Unexpected,
    ];

    /// The name under which the store keeps it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::NotAsked => "not_asked",
            Self::PermissionMissing => "permission_missing",
            Self::TokenRefused => "token_refused",
            Self::TooManyPosts => "too_many_posts",
            Self::BannedFromPosting => "banned_from_posting",
            Self::AppCapReached => "app_cap_reached",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Unexpected => "unexpected",
        }
    }
}

impl FromStr for FetchOutcome {
    type Err = Malformed;

    fn from_str(name: &str) -> Result<Self, Malformed> {
        let found = Self::ALL.into_iter().find(|outcome| outcome.as_str() == name);
        found.ok_or(Malformed { what: "fetch outcome", why: "it is none of the stored names" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_read_back_from_its_name() {
        for outcome in FetchOutcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(outcome));
        }
    }

    #[test]
    fn an_open_id_does_not_print_itself() {
        let id: OpenId = "0f1e2d3c-1111".parse().unwrap();
        assert!(!format!("{id:?}").contains("0f1e"));
    }

    #[test]
    fn an_unknown_privacy_level_keeps_its_name() {
        let level = PrivacyLevel::from("SUBSCRIBERS".to_owned());
        assert_eq!(level.as_str(), "SUBSCRIBERS");
    }

    #[test]
    fn a_creator_id_is_written_as_a_uuid() {
        let id = CreatorId::from_u128(0x0f1e_2d3c_1111_4222_8333_abcd_efab_cdef);
        assert_eq!(id.as_str(), "0f1e2d3c-1111-4222-8333-abcdefabcdef");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn a_path_is_no_creator_id() {
        let not_ids = [
            "../../etc/passwd",
            "------------------------------------",
            "0f1e2d3c11114222833-3abcd-efab-cdef00",
        ];
        for text in not_ids {
            assert!(text.parse::<CreatorId>().is_err(), "{text}");
        }
    }
}
