//! Grants: consents as they are stored.

use async_trait::async_trait;
use serde::Deserialize;

use super::{StoreError, text};
use crate::{
    domain::{CreatorId, GrantStatus, OpenId, Scopes, Timestamp},
    server::vault::Sealed,
};

/// How long the row of a grant that has ended is kept after its last renewal, in seconds: longer than any refresh of it
/// may be in flight. It has no tokens.
pub(super) const ENDED_KEPT_SECONDS: i64 = 30 * 86_400;

/// Saves and reads grants.
#[async_trait]
pub trait GrantStore: Send + Sync {
    /// Saves a fresh consent: finds or makes the creator, ends their former grant and erases its
    /// tokens, and makes this one the only active grant.
    ///
    /// A part that TikTok left out keeps its stored value. Returns the creator's id, which is
    /// `new_id` for a creator not seen before.
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError>;

    /// Saves a consent that waited for the store: as [`Self::save_grant`], but a creator who has given a newer consent
    /// since keeps that one, and one who has left since is not connected again: `None`.
    async fn save_late_grant(
        &self,
        grant: &NewGrant,
        new_id: &CreatorId,
    ) -> Result<Option<CreatorId>, StoreError>;

    /// The creator's active grant; `None` when they are unknown or have none.
    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError>;
}

/// A consent that a creator has just given.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// The TikTok app it was given to.
    pub client_key: String,
    /// The creator who gave it.
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token; `None` keeps the stored one.
    pub refresh_token: Option<Sealed>,
    /// What was granted.
    pub scopes: Scopes,
    /// TikTok's `token_type`, as sent.
    pub token_type: String,
    /// When TikTok answered.
    pub granted_at: Timestamp,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// When the refresh token, and so the consent, ends; `None` if TikTok did not say.
    pub refresh_expires_at: Option<Timestamp>,
    /// When to refresh it first.
    pub refresh_due_at: Timestamp,
}

/// An active grant as it is stored.
#[derive(Debug, Deserialize)]
pub struct StoredGrant {
    /// The TikTok app it was given to.
    pub client_key: String,
    /// The creator who gave it.
    #[serde(deserialize_with = "text::parse")]
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token, if TikTok ever gave one.
    pub refresh_token: Option<Sealed>,
    /// The row and its numbers as they are now.
    #[serde(flatten)]
    pub grant: GrantRef,
    /// What was granted.
    #[serde(deserialize_with = "text::parse")]
    pub scopes: Scopes,
    /// TikTok's `token_type`.
    pub token_type: String,
    /// When it was last renewed.
    pub refreshed_at: Timestamp,
    /// Its status.
    #[serde(flatten)]
    pub grant_status: GrantStatus,
    /// When it was read, by the store's clock.
    #[serde(rename = "now")]
    pub read_at: Timestamp,
}

/// A reference to one grant: its row, and the numbers that a write must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct GrantRef {
    /// The row.
    pub id: i64,
    /// Counts the claims: a task with the latest one may write a verdict.
    pub fence: i64,
    /// Counts the token pairs: a task with the latest one has a response to the pair that is stored.
    pub generation: i64,
}
