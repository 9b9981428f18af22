//! The format of a journal file: a line of clear text, and a sealed line that is bound to it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    domain::{CreatorId, GrantStatus, Timestamp},
    server::{
        store::{GrantRef, NewTokens, RefreshResult},
        vault::{Place, Sealed, Vault, VaultError},
    },
};

const VERSION: u32 = 1;

/// The clear text of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    version: u32,
    /// The creator of the grant.
    pub creator: CreatorId,
    /// The row of the grant.
    pub grant: i64,
    /// The generation of the token pair of the request.
    pub generation: i64,
    /// The fence of the claim.
    pub fence: i64,
    /// When the tokens were requested, by the store's clock.
    pub asked_at: Timestamp,
    /// When TikTok responded.
    pub answered_at: Timestamp,
}

impl Entry {
    pub(in crate::server::refresh) const fn new(
        creator: CreatorId,
        grant: GrantRef,
        asked_at: Timestamp,
        answered_at: Timestamp,
    ) -> Self {
        let GrantRef { id, fence, generation } = grant;
        Self { version: VERSION, creator, grant: id, generation, fence, asked_at, answered_at }
    }
}

/// Why a file cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub(super) enum EntryError {
    #[error("it does not have the format of this version")]
    Malformed,
    #[error("{0}")]
    Vault(#[from] VaultError),
}

/// The refresh result with new tokens.
pub(in crate::server::refresh) const fn renewal(
    grant: GrantRef,
    grant_status: GrantStatus,
    tokens: NewTokens,
    due_at: Timestamp,
) -> RefreshResult {
    RefreshResult {
        grant,
        grant_status,
        tokens: Some(tokens),
        due_at: Some(due_at),
        failures: 0,
        unsure: false,
        log_id: None,
    }
}

/// The sealed part. Its tokens are sealed for their row within.
#[derive(Deserialize)]
struct Contents {
    access_token: String,
    refresh_token: Option<String>,
    scopes: Option<String>,
    token_type: String,
    refreshed_at: Timestamp,
    access_expires_at: Timestamp,
    refresh_expires_at: Option<Timestamp>,
    due_at: Timestamp,
}

/// The content of a file.
pub(super) fn seal(
    entry: &Entry,
    refresh_result: &RefreshResult,
    vault: &Vault,
) -> Result<String, VaultError> {
    let tokens = refresh_result.tokens.as_ref().ok_or(VaultError::NotSealed)?;
    let contents = json!({
        "access_token": tokens.access_token.as_str(),
        "refresh_token": tokens.refresh_token.as_ref().map(Sealed::as_str),
        "scopes": tokens.scopes.as_ref().map(ToString::to_string),
        "token_type": tokens.token_type,
        "refreshed_at": tokens.refreshed_at,
        "access_expires_at": refresh_result.grant_status.access_expires_at,
        "refresh_expires_at": refresh_result.grant_status.refresh_expires_at,
        "due_at": refresh_result.due_at,
    });
    let clear = serde_json::to_string(entry).map_err(|_| VaultError::NotSealed)?;
    let sealed = vault.seal(&contents.to_string().into(), &Place::journal(&clear))?;
    Ok(format!("{clear}\n{}\n", sealed.as_str()))
}

/// The two parts of a file, if it is complete as far as can be checked without a key.
pub(super) fn clear(bytes: &[u8]) -> Option<(Entry, Sealed)> {
    let (clear, sealed) = lines(bytes)?;
    let entry: Entry = serde_json::from_str(clear).ok()?;
    let sealed = Sealed::from_stored(sealed.to_owned());
    (entry.version == VERSION && sealed.key_id().is_some()).then_some((entry, sealed))
}

/// Both lines, each with its end; the rest may be reserved space.
fn lines(bytes: &[u8]) -> Option<(&str, &str)> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let (clear, sealed) = (lines.next()?, lines.next()?);
    lines.next()?;
    Some((str::from_utf8(clear).ok()?, str::from_utf8(sealed).ok()?))
}

/// The entry, and the result for the store.
pub(super) fn open(bytes: &[u8], vault: &Vault) -> Result<(Entry, RefreshResult), EntryError> {
    use secrecy::ExposeSecret as _;

    let (entry, sealed) = clear(bytes).ok_or(EntryError::Malformed)?;
    let (line, _) = lines(bytes).ok_or(EntryError::Malformed)?;
    let opened = vault.open(&sealed, &Place::journal(line))?;
    let contents: Contents =
        serde_json::from_str(opened.expose_secret()).map_err(|_| EntryError::Malformed)?;
    let grant = GrantRef { id: entry.grant, fence: entry.fence, generation: entry.generation };
    let refresh_result = contents.refresh_result(grant).ok_or(EntryError::Malformed)?;
    Ok((entry, refresh_result))
}

impl Contents {
    fn refresh_result(self, grant: GrantRef) -> Option<RefreshResult> {
        let tokens = NewTokens {
            access_token: Sealed::from_stored(self.access_token),
            refresh_token: self.refresh_token.map(Sealed::from_stored),
            scopes: self.scopes.map(|scopes| scopes.parse()).transpose().ok()?,
            token_type: self.token_type,
            refreshed_at: self.refreshed_at,
        };
        let grant_status = GrantStatus::granted(self.access_expires_at, self.refresh_expires_at);
        Some(renewal(grant, grant_status, tokens, self.due_at))
    }
}
