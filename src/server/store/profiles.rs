//! Creators, their profiles and their avatars.

use async_trait::async_trait;

use super::StoreError;
use crate::domain::{
    CreatorId, EndCause, FetchOutcome, GrantStatus, LogId, OpenId, Posting, Scopes, Timestamp,
};

/// Storage of creators, their profiles and avatars.
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// Saves what TikTok said of a creator; a field that is `None` keeps its stored value. Without
    /// effect for a creator who has no active grant: their profile may just have been erased.
    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError>;

    /// The creator and the times of their active grant, without tokens.
    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError>;

    /// The creator's cached avatar.
    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError>;

    /// Replaces the creator's cached avatar; without effect for a creator who has no active grant.
    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError>;
}

/// What TikTok said of a creator, merged from user info and creator info.
#[derive(Debug)]
pub struct ProfileUpdate {
    /// One person over all apps of one developer.
    pub union_id: Option<String>,
    /// The picture's address, good for about two hours.
    pub avatar_url: Option<String>,
    /// The handle.
    pub username: Option<String>,
    /// The display name.
    pub nickname: Option<String>,
    /// What may be posted.
    pub posting: Option<Posting>,
    /// How the question for user info ended.
    pub user_info: FetchOutcome,
    /// How the question for creator info ended.
    pub creator_info: FetchOutcome,
    /// TikTok's log id of an answer that was not `Known`.
    pub log_id: Option<LogId>,
    /// When TikTok was asked.
    pub asked_at: Timestamp,
}

/// A creator as they are stored, with the times of their active grant.
#[derive(Debug)]
pub struct StoredCreator {
    /// Our id of them.
    pub id: CreatorId,
    /// TikTok's id of them for this app.
    pub open_id: OpenId,
    /// TikTok's id of them over all apps of one developer.
    pub union_id: Option<String>,
    /// The handle.
    pub username: Option<String>,
    /// The display name.
    pub nickname: Option<String>,
    /// The picture's last known address.
    pub avatar_url: Option<String>,
    /// When that address was learnt.
    pub avatar_url_known_at: Option<Timestamp>,
    /// What may be posted.
    pub posting: Option<Posting>,
    /// How the last question for user info ended.
    pub user_info: FetchOutcome,
    /// How the last question for creator info ended.
    pub creator_info: FetchOutcome,
    /// TikTok's log id of the last answer that was not `Known`.
    pub log_id: Option<LogId>,
    /// When TikTok last told us something of them.
    pub profile_known_at: Option<Timestamp>,
    /// When TikTok was last asked about them.
    pub profile_asked_at: Option<Timestamp>,
    /// When they connected first.
    pub connected_at: Timestamp,
    /// Their active grant; `None` when it was ended.
    pub grant: Option<GrantTimes>,
    /// When and by whom their last grant was ended; `None` while one is active.
    pub ended: Option<(Timestamp, EndCause)>,
}

/// An active grant without its tokens.
#[derive(Debug)]
pub struct GrantTimes {
    /// What was granted.
    pub scopes: Scopes,
    /// When it was last renewed.
    pub refreshed_at: Timestamp,
    /// How it stands, with the ends of its token and of the consent.
    pub grant_status: GrantStatus,
    /// When it is refreshed next; `None` never.
    pub due_at: Option<Timestamp>,
    /// TikTok's log id of the last failed refresh.
    pub log_id: Option<LogId>,
}

/// A cached avatar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAvatar {
    /// `image/jpeg`, `image/png`, `image/webp` or `image/gif`.
    pub media_type: String,
    /// The picture.
    pub bytes: Vec<u8>,
    /// When we fetched it.
    pub fetched_at: Timestamp,
}
