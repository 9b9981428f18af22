//! The store: what the app keeps, in verbs of its own.
//!
//! Times come from the caller; a look-up that finds nothing is `None`, not an error. Every verb is
//! one transaction: it happens wholly or not at all.

mod batch;
mod error;
mod events;
mod grants;
mod logins;
pub mod probe;
mod profiles;
mod revocations;
mod sealing;
mod sessions;
pub mod sqlite;
pub mod supabase;

use async_trait::async_trait;

pub use self::{
    error::StoreError,
    events::{
        Activity, EventOutcome, EventStatus, EventStore, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
        PendingForward,
    },
    grants::{
        Claim, Claims, Ended, Ending, GrantClaim, GrantRef, GrantStore, NewGrant, NewTokens, RefreshResult,
        StoredGrant,
    },
    logins::{LoginKey, LoginStore, PendingLogin},
    profiles::{GrantTimes, ProfileStore, ProfileUpdate, StoredAvatar, StoredCreator},
    revocations::{Revocation, RevocationOutcome, RevocationStore, Revocations, WhichRevocations},
    sealing::{KeyUse, SealedCursor, SealedRow, SealedTable, SealedTokenStore},
    sessions::{StoredSession, WebSessionStore},
};
use crate::domain::{Connections, Timestamp};

/// The whole store, in SQLite or in Supabase: the storage of every topic, and its upkeep.
#[async_trait]
pub trait Store:
    GrantStore + RevocationStore + SealedTokenStore + EventStore + ProfileStore + LoginStore + WebSessionStore
{
    /// Forgets sessions that expired before `now` and logins begun before `logins_before`.
    /// Answers how many rows went.
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError>;

    /// Answers how many creators are in each state at `now`: proof that the store is there.
    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError>;

    /// Writes back what is pending and lets go of the connections.
    async fn close(&self);
}
