//! The directory of creators: lists, and what the operator notes about each.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{StoreError, StoredCreator};
use crate::domain::{ConnectionState, CreatorId, CreatorLimit, Label, Timestamp};

/// Lists creators, and keeps what the operator notes about them.
#[async_trait]
pub trait DirectoryStore: Send + Sync {
    /// Creators in the order of the query, each with its place in that order.
    async fn creators(&self, query: &CreatorQuery) -> Result<Vec<ListedCreator>, StoreError>;

    /// Replaces the operator's notes about a creator, if they have not changed since `version`.
    async fn annotate_creator(
        &self,
        creator: &CreatorId,
        version: i64,
        annotations: &Annotations,
    ) -> Result<Annotated, StoreError>;
}

/// Which creators are listed, and in which order. Every field narrows the list.
#[derive(Clone, Debug, Serialize)]
pub struct CreatorQuery {
    /// The creators that the caller may see.
    pub visible: CreatorLimit,
    /// TikTok's id.
    pub open_id: Option<String>,
    /// The operator's id.
    pub reference: Option<String>,
    /// The state at `now`.
    pub state: Option<ConnectionState>,
    /// A label.
    pub label: Option<Label>,
    /// A part of the handle or the display name, whatever its case; or an id.
    pub text: Option<String>,
    /// Those whose consent ends before this.
    pub due_before: Option<Timestamp>,
    /// Those of whom anything changed since then.
    pub updated_since: Option<Timestamp>,
    /// The order.
    pub sort: CreatorSort,
    /// The place of the last creator of the page before.
    pub after: Option<CreatorPlace>,
    /// So many.
    pub limit: u32,
    /// The time that states are of.
    pub now: Timestamp,
    /// A consent that ends within so many seconds is expiring.
    pub expiring_seconds: i64,
}

impl CreatorQuery {
    /// All visible creators at `now`, the first `limit` of them.
    #[must_use]
    pub const fn new(visible: CreatorLimit, now: Timestamp, limit: u32) -> Self {
        Self {
            visible,
            open_id: None,
            reference: None,
            state: None,
            label: None,
            text: None,
            due_before: None,
            updated_since: None,
            sort: CreatorSort::Newest,
            after: None,
            limit,
            now,
            expiring_seconds: ConnectionState::EXPIRING_DAYS * 86_400,
        }
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreatorSort {
    /// Who connected last comes first.
    Newest,
    /// Those with a connection: who must connect again first, then who cannot be refreshed, then by the end of the
    /// consent.
    Risk,
    /// By handle.
    Handle,
}

/// A place in the order of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatorPlace {
    /// The value that is sorted by.
    pub key: SortKey,
    /// The creator there.
    pub id: CreatorId,
}

/// A value that a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    /// A moment, or a state with a moment.
    Number(i64),
    /// A handle.
    Text(String),
}

/// A creator in a list.
#[derive(Debug, Deserialize)]
pub struct ListedCreator {
    /// The value that the list is sorted by.
    pub sort_key: SortKey,
    /// The creator.
    #[serde(flatten)]
    pub creator: StoredCreator,
}

/// What the operator notes about a creator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotations {
    /// The operator's own id of the creator, up to 128 characters; no two creators of an app have the same.
    pub reference: Option<String>,
    /// Labels, by which keys may be limited.
    pub labels: Vec<Label>,
    /// A note.
    pub note: Option<String>,
}

/// The result of [`DirectoryStore::annotate_creator`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Annotated {
    /// The notes are replaced.
    Saved,
    /// They have changed since that version, or the creator is gone; nothing is replaced.
    Changed,
    /// Another creator of the app has this reference; nothing is replaced.
    ReferenceTaken,
}
