//! Web sessions of browsers.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::{CreatorId, Timestamp};

/// Saves, finds and deletes web sessions.
#[async_trait]
pub trait WebSessionStore: Send + Sync {
    /// Saves a new session; `false` when its id is taken.
    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError>;

    /// Saves the values of a session that is still there; without effect on one that is not, so that
    /// a request in flight does not undo a log-out.
    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError>;

    /// The session of this id that has not expired at `now`.
    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError>;

    /// Deletes a session; a missing one is no error.
    async fn delete_session(&self, id: &str) -> Result<(), StoreError>;

    /// Deletes the sessions of a creator, but for the one with the id `except`.
    async fn delete_sessions(&self, creator: &CreatorId, except: Option<&str>) -> Result<(), StoreError>;
}

/// A browser's session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSession {
    /// SHA-256 of the session id, hex: a copy of the table opens no session.
    pub id: String,
    /// The session's values as JSON.
    pub data: String,
    /// The creator who is signed in, so that a creator's sessions can be ended everywhere.
    #[serde(rename = "creator_id")]
    pub creator: Option<CreatorId>,
    /// When it ends.
    pub expires_at: Timestamp,
}
