//! Revocations: ended grants that TikTok has yet to revoke.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    domain::{OpenId, Timestamp},
    server::vault::Sealed,
};

/// Storage of pending revocations.
#[async_trait]
pub trait RevocationStore: Send + Sync {
    /// Claims revocations, each for `lease_seconds`.
    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError>;

    /// Says how a claimed revocation ended; `false` when its fence is no longer the last, as after a
    /// reconnect, which takes back what waits to be revoked.
    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError>;
}

/// A grant that ended here, and of which TikTok has yet to be told.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// The row.
    pub id: i64,
    /// Counts the claims.
    pub fence: i64,
    /// The TikTok app.
    pub client_key: String,
    /// Whose grant it was: what the tokens are sealed for.
    pub open_id: OpenId,
    /// The access token: what TikTok revokes.
    pub access_token: Sealed,
    /// To get a living access token when that one is dead.
    pub refresh_token: Option<Sealed>,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// When the consent ends, and nothing is left to revoke.
    pub refresh_expires_at: Option<Timestamp>,
    /// When the creator ended it.
    pub ended_at: Timestamp,
    /// Tries so far.
    pub attempts: u32,
}

/// Claimed revocations, and the time by the store's own clock.
#[derive(Debug)]
pub struct Revocations {
    /// The present moment.
    pub now: Timestamp,
    /// What to revoke.
    pub due: Vec<Revocation>,
}

/// Which revocations to claim.
#[derive(Clone, Copy, Debug)]
pub enum WhichRevocations {
    /// That one, if nobody is at it.
    One(i64),
    /// Those that are due, so many at most.
    Due(u32),
}

/// How a claimed revocation ended.
#[derive(Debug)]
pub enum RevocationOutcome {
    /// TikTok knows, or there is nothing left to revoke: the row goes, with its tokens.
    Done,
    /// To be tried again at that moment.
    Retry(Timestamp),
    /// The access token was dead and this is a new one; the claim goes on.
    NewTokens {
        /// The access token.
        access_token: Sealed,
        /// The refresh token; `None` keeps the stored one.
        refresh_token: Option<Sealed>,
        /// When the new access token ends.
        access_expires_at: Timestamp,
    },
}
