//! Grants: consents, claims of them for a refresh, and their ends.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    domain::{CreatorId, EndCause, GrantStatus, LogId, OpenId, Scopes, Timestamp},
    server::vault::Sealed,
};

/// Storage of grants.
#[async_trait]
pub trait GrantStore: Send + Sync {
    /// Saves a fresh consent: finds or makes the creator, ends their former grant and erases its
    /// tokens, and makes this one the only active grant.
    ///
    /// A part that TikTok left out keeps its stored value. Answers the creator's id, which is
    /// `new_id` for a creator not seen before.
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError>;

    /// The creator's active grant; `None` when they are unknown or have none.
    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError>;

    /// Claims up to `limit` grants whose refresh is due and that nobody holds a lease on, most urgent
    /// first, each for `lease_seconds`. What somebody else is claiming at this moment is passed over.
    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError>;

    /// Claims this creator's grant, due or not.
    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError>;

    /// Says how a claimed refresh ended. `false`, and nothing changed, when the claim is no longer the
    /// last word: the grant has newer tokens, another fence, or has ended.
    ///
    /// New tokens of a grant that ended meanwhile, and whose revocation waits, go to the revocation,
    /// which needs them; the answer is `false` then too.
    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError>;

    /// Ends the creator's active grant and erases its tokens; with [`Ending::erase_profile`] also what
    /// TikTok said of them. `None` for an unknown creator, and for a grant younger than
    /// [`Ending::given_until`], which stays as it is.
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError>;

    /// Forgets the creator: every row of theirs, their sessions in every browser too. A grant that was
    /// active leaves a revocation, which goes with its end. `None` for an unknown creator.
    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError>;
}

/// A consent that TikTok has just given.
#[derive(Debug)]
pub struct NewGrant {
    /// The TikTok app it was given to.
    pub client_key: String,
    /// Who gave it.
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
#[derive(Debug)]
pub struct StoredGrant {
    /// The TikTok app it was given to.
    pub client_key: String,
    /// Who gave it.
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token, if TikTok ever gave one.
    pub refresh_token: Option<Sealed>,
    /// The row and its numbers as they are now.
    pub grant: GrantRef,
    /// What was granted.
    pub scopes: Scopes,
    /// TikTok's `token_type`.
    pub token_type: String,
    /// When it was last renewed.
    pub refreshed_at: Timestamp,
    /// How it stands.
    pub grant_status: GrantStatus,
    /// When it was read, by the store's clock.
    pub read_at: Timestamp,
}

/// One grant of one creator, as whoever claimed it may speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantRef {
    /// The row.
    pub id: i64,
    /// Counts the claims: who proves the last one may judge the grant.
    pub fence: i64,
    /// Counts the token pairs: who proves it holds an answer to the pair that is stored.
    pub generation: i64,
}

/// The right to refresh one grant until the lease ends, with all that is needed for it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The grant, with this claim's fence.
    pub grant: GrantRef,
    /// Whose it is.
    pub creator: CreatorId,
    /// The TikTok app it was given to.
    pub client_key: String,
    /// Who gave it.
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token to ask with.
    pub refresh_token: Sealed,
    /// How the grant stands.
    pub grant_status: GrantStatus,
    /// Failures since the last success.
    pub failures: u32,
    /// Whether TikTok may have answered an earlier question with this refresh token without our
    /// knowing: an answer was lost, or whoever claimed before never said how it ended.
    pub unsure: bool,
}

/// Claimed grants, and the time by the store's own clock.
#[derive(Debug)]
pub struct Claims {
    /// The present moment. Leases and due dates go by the store's clock, so that processes whose own
    /// clocks disagree still agree.
    pub now: Timestamp,
    /// At most as many as asked for.
    pub grants: Vec<Claim>,
}

/// What became of the wish to refresh one creator's grant.
#[derive(Debug)]
pub enum GrantClaim {
    /// It is ours for the lease; `now` is by the store's clock.
    Claimed {
        /// The present moment.
        now: Timestamp,
        /// The right.
        claim: Box<Claim>,
    },
    /// Somebody else refreshes it.
    Busy,
    /// The creator has no grant that could be refreshed: none, one without a refresh token, or one
    /// that needs a reconnect.
    Nothing,
}

/// How a claimed refresh ended. Ends the lease.
#[derive(Clone, Debug)]
pub struct RefreshResult {
    /// Which claim. With `tokens` only its generation must still be the stored one; without, its
    /// fence too.
    pub grant: GrantRef,
    /// How the grant stands now; written as it is.
    pub grant_status: GrantStatus,
    /// What TikTok gave; `None` leaves the tokens alone.
    pub tokens: Option<NewTokens>,
    /// When to refresh next; `None` never.
    pub due_at: Option<Timestamp>,
    /// Failures since the last success.
    pub failures: u32,
    /// See [`Claim::unsure`].
    pub unsure: bool,
    /// TikTok's log id of a failure.
    pub log_id: Option<LogId>,
}

/// Tokens that TikTok gave for a refresh token.
#[derive(Clone, Debug)]
pub struct NewTokens {
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token; `None` keeps the stored one.
    pub refresh_token: Option<Sealed>,
    /// What is granted; `None` keeps what is stored.
    pub scopes: Option<Scopes>,
    /// TikTok's `token_type`, as sent.
    pub token_type: String,
    /// When TikTok was asked for them.
    pub refreshed_at: Timestamp,
}

/// How a grant is to be ended.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub cause: EndCause,
    /// Only a grant given at or before this moment; `None` whatever its age. An event of TikTok's
    /// must not end a consent that was given after it.
    pub given_until: Option<Timestamp>,
    /// Whether TikTok must still be told: its tokens then wait, sealed, as a [`Revocation`].
    pub revoke: bool,
    /// Whether what TikTok said of the creator is erased too: names, picture, what may be posted.
    pub erase_profile: bool,
}

/// What was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The revocation that waits to be done, if one was asked for and the grant was active.
    pub revocation: Option<i64>,
    /// Whether a grant was active until now.
    pub was_active: bool,
}
