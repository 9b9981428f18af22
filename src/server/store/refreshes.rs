//! Refreshes: claims of grants, each under a lease and a fence, and their results.

use async_trait::async_trait;
use serde::Deserialize;

use super::{GrantRef, StoreError, text};
use crate::{
    domain::{CreatorId, GrantStatus, LogId, OpenId, Scopes, Timestamp},
    server::vault::Sealed,
};

/// Claims grants to refresh them and writes how the refresh ended.
#[async_trait]
pub trait RefreshStore: Send + Sync {
    /// Claims up to `limit` grants whose refresh is due and that are not leased, most urgent
    /// first, each for `lease_seconds`. What another task is claiming now is skipped.
    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError>;

    /// Claims this creator's grant, due or not.
    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError>;

    /// Writes how a claimed refresh ended. `false`, and nothing changed, when the claim is no longer the
    /// latest: the grant has newer tokens, another fence, or has ended.
    ///
    /// New tokens of a grant that ended meanwhile, and whose revocation waits, go to the revocation,
    /// which needs them; the result is `false` then too.
    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError>;
}

/// The right to refresh one grant until the lease ends, with all that is needed for it.
#[derive(Clone, Debug, Deserialize)]
pub struct Claim {
    /// The grant, with this claim's fence.
    #[serde(flatten)]
    pub grant: GrantRef,
    /// Whose it is.
    #[serde(rename = "creator_id")]
    pub creator: CreatorId,
    /// The TikTok app it was given to.
    pub client_key: String,
    /// The creator who gave it.
    #[serde(deserialize_with = "text::parse")]
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token to send.
    pub refresh_token: Sealed,
    /// The grant's status.
    #[serde(flatten)]
    pub grant_status: GrantStatus,
    /// When its refresh is due.
    #[serde(rename = "refresh_due_at")]
    pub due_at: Option<Timestamp>,
    /// Failures since the last success.
    pub failures: u32,
    /// Whether TikTok may have answered an earlier request with this refresh token without our
    /// knowing: a response was lost, or the task of an earlier claim never completed it.
    pub unsure: bool,
}

/// Claimed grants, and the time by the store's own clock.
#[derive(Debug, Deserialize)]
pub struct Claims {
    /// The current time. Leases and due dates go by the store's clock, so that processes whose own
    /// clocks disagree still agree.
    pub now: Timestamp,
    /// At most as many as the limit.
    pub grants: Vec<Claim>,
}

/// The result of claiming one creator's grant.
#[derive(Debug)]
pub enum GrantClaim {
    /// It is ours for the lease; `now` is by the store's clock.
    Claimed {
        /// The current time.
        now: Timestamp,
        /// The right.
        claim: Box<Claim>,
    },
    /// Another task or replica refreshes it.
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
    /// When they were requested.
    pub refreshed_at: Timestamp,
}
