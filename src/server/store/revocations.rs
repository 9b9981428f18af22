//! Ends of grants, and the revocations that wait for TikTok.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{RefreshResult, StoreError, text};
use crate::{
    domain::{CreatorId, EndCause, OpenId, Timestamp},
    server::vault::Sealed,
};

/// Ends grants, deletes creators and claims revocations.
#[async_trait]
pub trait RevocationStore: Send + Sync {
    /// Ends the creator's active grant and erases its tokens; with [`Ending::erase_profile`] also what
    /// TikTok said of them. `None` for an unknown creator, and for a grant younger than
    /// [`Ending::given_until`], which stays as it is.
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError>;

    /// Deletes the creator: every row of theirs, their sessions in every browser too. A grant that was
    /// active leaves a revocation, which goes with its end. `None` for an unknown creator.
    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError>;

    /// Claims revocations, each for `lease_seconds`.
    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError>;

    /// Gives new tokens of a grant that has ended to the revocation that waits with the pair before them, which is
    /// dead by now: it is due at once, and the claim of a task that works with the dead pair is no longer the latest.
    /// `false` when no revocation waits with that pair; `true` again for the same tokens.
    async fn renew_revocation(&self, renewal: &RefreshResult) -> Result<bool, StoreError>;

    /// Writes how a claimed revocation ended; `false` when its fence is no longer the latest, as after a
    /// reconnect, which takes back what waits to be revoked.
    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError>;
}

/// How a grant is to be ended.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Ending {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub cause: EndCause,
    /// Only a grant given at or before this timestamp; `None` whatever its age. An event of TikTok's
    /// must not end a consent that was given after it.
    pub given_until: Option<Timestamp>,
    /// Whether it must be revoked at TikTok: its tokens then wait, sealed, as a [`Revocation`].
    pub revoke: bool,
    /// Whether what TikTok said of the creator is erased too: names, picture, what may be posted.
    pub erase_profile: bool,
}

/// What was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Ended {
    /// The pending revocation, if one was requested and the grant was active.
    pub revocation: Option<i64>,
    /// Whether a grant was active until now.
    pub was_active: bool,
}

/// An ended grant that is not yet revoked at TikTok.
#[derive(Clone, Debug, Deserialize)]
pub struct Revocation {
    /// The row.
    pub id: i64,
    /// Counts the claims.
    pub fence: i64,
    /// The row of the grant that ended.
    pub grant_id: i64,
    /// Counts the token pairs of that grant.
    pub generation: i64,
    /// The TikTok app.
    pub client_key: String,
    /// Whose grant it was: what the tokens are sealed for.
    #[serde(deserialize_with = "text::parse")]
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
#[derive(Debug, Deserialize)]
pub struct Revocations {
    /// The current time.
    pub now: Timestamp,
    /// What to revoke.
    pub due: Vec<Revocation>,
}

/// Which revocations to claim.
#[derive(Clone, Copy, Debug)]
pub enum WhichRevocations {
    /// That one, if no other task has claimed it.
    One(i64),
    /// Those that are due, so many at most.
    Due(u32),
}

/// How a claimed revocation ended.
#[derive(Clone, Copy, Debug)]
pub enum RevocationOutcome {
    /// TikTok knows, or there is nothing left to revoke: the row goes, with its tokens.
    Done,
    /// To be retried at that timestamp.
    Retry(Timestamp),
}
