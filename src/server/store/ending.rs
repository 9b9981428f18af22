//! What it takes to end a grant, here and at TikTok.

use crate::{
    domain::{EndCause, OpenId, Timestamp},
    server::vault::Sealed,
};

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
