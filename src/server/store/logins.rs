//! Pending logins: a browser was sent to TikTok and has not come back.

use async_trait::async_trait;
use serde::Deserialize;

use super::{StoreError, text};
use crate::{
    domain::{Scopes, Timestamp},
    server::vault::Sealed,
};

/// Saves pending logins and takes each of them once.
#[async_trait]
pub trait LoginStore: Send + Sync {
    /// Saves a pending login and drops the browser's oldest beyond `keep`. One that is
    /// saved already stays as it is.
    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError>;

    /// Removes a pending login of this browser and returns it: the same one never twice.
    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError>;
}

/// A login that was sent to TikTok and has not come back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PendingLogin {
    /// SHA-256 of the state, hex: the state itself is known to the browser alone.
    pub state_digest: String,
    /// The browser that began it.
    pub browser: String,
    /// The PKCE verifier, where one was used.
    pub code_verifier: Option<Sealed>,
    /// The requested scopes.
    #[serde(deserialize_with = "text::parse")]
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
