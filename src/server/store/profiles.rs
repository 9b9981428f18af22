//! Profiles of creators and their cached avatars.

use async_trait::async_trait;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Activity, Annotations, StoreError, text};
use crate::domain::{
    CreatorId, EndCause, FetchOutcome, GrantStatus, LogId, OpenId, Posting, ProgramUse, Scopes, Timestamp,
};

/// Saves and reads creator profiles and avatars.
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// Saves a creator's profile from TikTok; a field that is `None` keeps its stored value. Without
    /// effect for a creator who has no active grant: their profile may just have been erased.
    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError>;

    /// The creator and the times of their active grant, without tokens.
    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError>;

    /// [`Self::creator`] with their recent events, newest first, and the programs that used the connection: all that a profile page shows, in one call.
    async fn profile(&self, creator: &CreatorId, events: u32) -> Result<Option<StoredProfile>, StoreError>;

    /// The creator's cached avatar.
    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError>;

    /// Replaces the creator's cached avatar; without effect for a creator who has no active grant.
    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError>;
}

/// A creator's profile from TikTok, merged from user info and creator info.
#[derive(Clone, Debug, Serialize)]
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
    /// How the user info request ended.
    pub user_info: FetchOutcome,
    /// How the creator info request ended.
    pub creator_info: FetchOutcome,
    /// TikTok's log id of a response that was not `Known`.
    pub log_id: Option<LogId>,
    /// When it was requested.
    pub asked_at: Timestamp,
}

/// A creator as they are stored, with the times of their active grant.
#[derive(Debug, Deserialize)]
pub struct StoredCreator {
    /// Our id of them.
    pub id: CreatorId,
    /// TikTok's id of them for this app.
    #[serde(deserialize_with = "text::parse")]
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
    /// How the last user info request ended.
    pub user_info: FetchOutcome,
    /// How the last creator info request ended.
    pub creator_info: FetchOutcome,
    /// TikTok's log id of the last response that was not `Known`.
    pub log_id: Option<LogId>,
    /// When a profile request last succeeded.
    pub profile_known_at: Option<Timestamp>,
    /// When the profile was last requested.
    pub profile_asked_at: Option<Timestamp>,
    /// When they connected first.
    pub connected_at: Timestamp,
    /// What the operator notes about them.
    #[serde(flatten)]
    pub annotations: Annotations,
    /// Counts the changes of these notes.
    pub version: i64,
    /// Their active grant; `None` when it was ended.
    pub grant: Option<GrantTimes>,
    /// When and by whom their last grant was ended; `None` while one is active.
    #[serde(flatten, deserialize_with = "read_end")]
    pub ended: Option<(Timestamp, EndCause)>,
}

/// A creator with their recent events.
#[derive(Debug, Deserialize)]
pub struct StoredProfile {
    /// The creator.
    #[serde(flatten)]
    pub creator: StoredCreator,
    /// Their events, newest first.
    pub activity: Vec<Activity>,
    /// The programs that used the connection, the last first.
    pub programs: Vec<ProgramUse>,
}

/// An active grant without its tokens.
#[derive(Debug, Deserialize)]
pub struct GrantTimes {
    /// What was granted.
    #[serde(deserialize_with = "text::parse")]
    pub scopes: Scopes,
    /// When it was last renewed.
    pub refreshed_at: Timestamp,
    /// How it stands, with the ends of its token and of the consent.
    #[serde(flatten)]
    pub grant_status: GrantStatus,
    /// When it is refreshed next; `None` never.
    #[serde(rename = "refresh_due_at")]
    pub due_at: Option<Timestamp>,
    /// TikTok's log id of the last failed refresh.
    pub log_id: Option<LogId>,
}

/// A cached avatar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAvatar {
    /// `image/jpeg`, `image/png`, `image/webp` or `image/gif`.
    pub media_type: String,
    /// The picture.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub bytes: Vec<u8>,
    /// When we fetched it.
    pub fetched_at: Timestamp,
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Both columns are set, or neither.
fn read_end<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<(Timestamp, EndCause)>, D::Error> {
    #[derive(Deserialize)]
    struct End {
        ended_at: Option<Timestamp>,
        end_cause: Option<EndCause>,
    }
    let End { ended_at, end_cause } = End::deserialize(deserializer)?;
    Ok(ended_at.zip(end_cause))
}
