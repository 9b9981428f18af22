//! What the store keeps of a browser: its pending logins and its session.

use crate::{
    domain::{CreatorId, Scopes, Timestamp},
    server::vault::Sealed,
};

/// A login that was sent to TikTok and has not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingLogin {
    /// SHA-256 of the state, hex: the state itself is known to the browser alone.
    pub state_digest: String,
    /// The browser that began it.
    pub browser: String,
    /// The PKCE verifier, where one was used.
    pub code_verifier: Option<Sealed>,
    /// The scopes asked.
    pub scopes: Scopes,
    /// When it began.
    pub begun_at: Timestamp,
}

/// Which pending login is meant.
#[derive(Clone, Copy, Debug)]
pub enum LoginKey<'a> {
    /// The one of this state, by its digest.
    State(&'a str),
    /// The browser's newest: for TikTok's errors, which may come without a state.
    Newest,
}

/// A browser's session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// SHA-256 of the session id, hex: a copy of the table opens no session.
    pub id: String,
    /// The session's values as JSON.
    pub data: String,
    /// Who is signed in, so that a creator's sessions can be ended everywhere.
    pub creator: Option<CreatorId>,
    /// When it ends.
    pub expires_at: Timestamp,
}
