//! API keys of the operator's programs. A key's secret is stored as a digest alone.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::{CreatorLimit, Permission, Timestamp};

/// Saves, finds and ends API keys.
#[async_trait]
pub trait ApiKeyStore: Send + Sync {
    /// Saves a new key; `false` when its id is taken.
    async fn create_api_key(&self, key: &StoredApiKey) -> Result<bool, StoreError>;

    /// The key of this id, whatever its state.
    async fn api_key(&self, id: &str) -> Result<Option<StoredApiKey>, StoreError>;

    /// Every key, the newest first.
    async fn api_keys(&self) -> Result<Vec<StoredApiKey>, StoreError>;

    /// Ends a key that has not been revoked: at once, or with an end that is sooner than its own. `false` when there is
    /// none.
    async fn end_api_key(&self, id: &str, end: KeyEnd) -> Result<bool, StoreError>;

    /// Notes that a key was used.
    async fn note_api_key_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError>;
}

/// An API key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredApiKey {
    /// 12 characters; part of the key.
    pub id: String,
    /// SHA-256 of the key's secret, hex.
    pub digest: String,
    /// The operator's name for it.
    pub name: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// The creators that it is for.
    pub creators: CreatorLimit,
    /// The networks it may be used from, as CIDR; any network when empty.
    pub addresses: Vec<String>,
    /// Requests in a minute.
    pub requests_per_minute: u32,
    /// Access tokens in a minute.
    pub tokens_per_minute: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it expires; `None` never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// How a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyEnd {
    /// It is revoked.
    Revoked(Timestamp),
    /// It expires, unless it does sooner.
    Expires(Timestamp),
}

impl KeyEnd {
    /// The columns `revoked_at` and `expires_at`.
    pub(super) const fn columns(self) -> (Option<Timestamp>, Option<Timestamp>) {
        match self {
            Self::Revoked(at) => (Some(at), None),
            Self::Expires(at) => (None, Some(at)),
        }
    }
}
