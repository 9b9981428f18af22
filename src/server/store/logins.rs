//! Pending logins: a browser was sent to TikTok. Each is kept for an hour, so that a callback that is loaded twice
//! ends twice in the same way.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{StoreError, text};
use crate::{
    domain::{CreatorId, LoginRefusal, Scopes, Timestamp},
    server::vault::Sealed,
};

/// Saves pending logins and takes each of them once.
#[async_trait]
pub trait LoginStore: Send + Sync {
    /// Saves a pending login and drops the browser's oldest beyond `keep`. One that is
    /// saved already stays as it is.
    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError>;

    /// Takes a pending login of this browser: the first call returns its code verifier, and erases it. A later
    /// call with the same state returns when it was taken and, once that is stored, how it ended.
    async fn take_login(&self, browser: &str, which: LoginKey<'_>) -> Result<Option<TakenLogin>, StoreError>;

    /// Stores how a login ended that was taken, for those who take it again.
    async fn end_login(&self, state_digest: &str, outcome: &LoginOutcome) -> Result<(), StoreError>;
}

/// A login that was sent to TikTok.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PendingLogin {
    /// SHA-256 of the state, hex: the state itself is known to the browser alone.
    pub state_digest: String,
    /// The browser that began it: SHA-256 of the token in its cookie, hex.
    pub browser: String,
    /// The PKCE verifier, where one was used.
    pub code_verifier: Option<Sealed>,
    /// The requested scopes.
    #[serde(deserialize_with = "text::parse")]
    pub scopes: Scopes,
    /// Whether it runs in a popup.
    pub popup: bool,
    /// When it began.
    pub begun_at: Timestamp,
}

/// A login whose callback has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TakenLogin {
    /// The login, with its code verifier if it had not been taken before.
    #[serde(flatten)]
    pub login: PendingLogin,
    /// When it was taken before; `None` for the first time.
    pub taken_at: Option<Timestamp>,
    /// How it ended, if it was taken before and that is known.
    pub outcome: Option<LoginOutcome>,
    /// When this call took it, by the store's clock.
    pub now: Timestamp,
}

/// How a login ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginOutcome {
    /// This creator is connected.
    Connected(CreatorId),
    /// It failed.
    Failed(LoginRefusal),
}

/// Which pending login is meant.
#[derive(Clone, Copy, Debug)]
pub enum LoginKey<'a> {
    /// The one of this state, by its digest.
    State(&'a str),
    /// The browser's newest that was not taken, else its newest that failed: for TikTok's errors, which may come
    /// without a state.
    Newest,
}
