//! What the store and the refresh engine tell each other.

use crate::{
    domain::{CreatorId, GrantStatus, LogId, OpenId, Scopes, Timestamp},
    server::vault::Sealed,
};

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
