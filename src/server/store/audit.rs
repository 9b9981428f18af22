//! The audit log: who did what with whose connection. Rows form chains by SHA-256, one chain a process.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::{CreatorId, ProgramUse, Timestamp};

/// Of one creator so many of the newest rows are counted by program.
pub(super) const COUNTED: u32 = 10_000;

/// How long a row is kept, in seconds.
pub(super) const KEPT_SECONDS: i64 = 400 * 86_400;

/// Appends to the audit log and reads it.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Appends rows. A row that is there already, by chain and number, stays as it is.
    async fn append_audit(&self, rows: &[AuditRow]) -> Result<(), StoreError>;

    /// Rows in the order of their appending.
    async fn audit(&self, query: &AuditQuery) -> Result<Vec<StoredAuditRow>, StoreError>;

    /// The programs that have used a creator's connection, by the name of their key, the last user first.
    async fn programs(&self, creator: &CreatorId) -> Result<Vec<ProgramUse>, StoreError>;
}

/// Which rows are read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AuditQuery {
    /// Those appended after this one, oldest first.
    pub after: Option<i64>,
    /// Those appended before this one, newest first; without either bound, the newest.
    pub before: Option<i64>,
    /// Those about this creator.
    #[serde(rename = "creator_id")]
    pub creator: Option<CreatorId>,
    /// Those of this actor.
    pub actor_id: Option<String>,
    /// Those of this action.
    pub action: Option<String>,
    /// So many.
    pub limit: u32,
}

/// A row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// The chain: a UUID of the process that wrote the row.
    pub chain: String,
    /// The number in the chain, from 0.
    pub seq: i64,
    /// The digest of the row before in the chain, hex; of 32 zero bytes for the first.
    pub prev: String,
    /// SHA-256 of `prev`, the chain, the number and the entry, hex.
    pub digest: String,
    /// What happened.
    #[serde(flatten)]
    pub entry: AuditEntry,
}

/// A row with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoredAuditRow {
    /// Counts up.
    pub id: i64,
    /// The row.
    #[serde(flatten)]
    pub row: AuditRow,
}

/// What happened. The order of the fields is that of the digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When, by the clock of the process.
    pub at: Timestamp,
    /// Who: `key`, `operator`, `cli`, `creator` or `engine`.
    pub actor_kind: String,
    /// The actor's id: of a key its 12 characters, of a command the user's name.
    pub actor_id: Option<String>,
    /// The actor's name at that time.
    pub actor_name: Option<String>,
    /// What, from a closed list.
    pub action: String,
    /// Whose connection.
    #[serde(rename = "creator_id")]
    pub creator: Option<CreatorId>,
    /// What else it was done to, as `key k3YmB…`.
    pub target: Option<String>,
    /// `ok`, `refused` or `failed`.
    pub outcome: String,
    /// The code of the problem that was answered.
    pub code: Option<String>,
    /// The generation of the token that was handed out.
    pub generation: Option<i64>,
    /// The client's network: /24 or /48.
    pub address: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
}
