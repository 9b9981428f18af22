//! The store: everything that outlives a request, in SQLite or in Supabase.
//!
//! One trait for each topic; [`Store`] is all of them. Every method is one transaction: all of it happens, or
//! nothing. Times come from the caller. A look-up that finds nothing returns `None`, not an error.

mod api_keys;
mod audit;
mod directory;
mod events;
mod grants;
mod logins;
pub mod probe;
mod profiles;
mod refreshes;
mod revocations;
mod sealed_tokens;
mod sessions;
pub mod sqlite;
pub mod supabase;
mod text;

use async_trait::async_trait;

pub use self::{
    api_keys::{ApiKeyStore, KeyEnd, StoredApiKey},
    audit::{AuditEntry, AuditQuery, AuditRow, AuditStore, StoredAuditRow},
    directory::{
        Annotated, Annotations, CreatorPlace, CreatorQuery, CreatorSort, DirectoryStore, ListedCreator,
        SortKey,
    },
    events::{
        Activity, EventOutcome, EventQuery, EventStatus, EventStore, ForwardOutcome, ListedEvent, NewEvent,
        PendingEvent, PendingForward,
    },
    grants::{GrantRef, GrantStore, NewGrant, StoredGrant},
    logins::{LoginKey, LoginOutcome, LoginStore, PendingLogin, TakenLogin},
    profiles::{GrantTimes, ProfileStore, ProfileUpdate, StoredAvatar, StoredCreator, StoredProfile},
    refreshes::{Claim, Claims, GrantClaim, NewTokens, RefreshResult, RefreshStore},
    revocations::{
        Ended, Ending, Revocation, RevocationOutcome, RevocationStore, Revocations, WhichRevocations,
    },
    sealed_tokens::{KeyUse, SealedCursor, SealedRow, SealedTable, SealedTokenStore},
    sessions::{StoredSession, WebSessionStore},
};
use crate::domain::{Connections, Timestamp};

/// Why a store operation failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached, or is too busy to respond.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// The store holds a value that this program never wrote.
    #[error("the store holds an unreadable value: {0}")]
    Unreadable(String),
}

/// All topics of the store. A use case takes the topics that it uses: `&dyn Store` coerces to each of them.
#[async_trait]
pub trait Store:
    GrantStore
    + RefreshStore
    + RevocationStore
    + ProfileStore
    + LoginStore
    + WebSessionStore
    + EventStore
    + SealedTokenStore
    + ApiKeyStore
    + AuditStore
    + DirectoryStore
{
    /// Deletes sessions that expired before `now`, logins begun before `logins_before`, grants that ended and were last
    /// renewed a month before `now`, and old rows of the audit log. Returns the number of deleted rows. Deletes a part of
    /// a long backlog.
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError>;

    /// Writes something that changes nothing: proof that the store is available and takes writes. Its cost does not
    /// depend on the number of creators.
    async fn check(&self) -> Result<(), StoreError>;

    /// Counts the creators in each state at `now`.
    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError>;

    /// Writes back what is pending and lets go of the connections.
    async fn close(&self);
}
