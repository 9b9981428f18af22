//! The format of a journal file: a line of clear text, and a sealed line that is bound to it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    domain::{CreatorId, GrantStatus, Timestamp},
    server::{
        store::{GrantRef, NewGrant, NewTokens, RefreshResult},
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

/// What TikTok gave.
#[derive(Clone, Debug)]
pub(in crate::server::refresh) enum Response {
    /// New tokens for a refresh token.
    Renewal(RefreshResult),
    /// A grant for an authorization code.
    Consent(Consent),
}

/// A consent that is not in the store yet.
#[derive(Clone, Debug)]
pub struct Consent {
    /// The grant.
    pub grant: NewGrant,
    /// The id of its creator, if the store does not know them.
    pub new_id: CreatorId,
    /// The login that it came by: a callback that is loaded again learns that it succeeded.
    pub state_digest: String,
}

impl Consent {
    /// The clear text of its file. It has no row yet.
    pub(super) fn entry(&self, answered_at: Timestamp) -> Entry {
        let grant = GrantRef { id: 0, fence: 0, generation: 0 };
        Entry::new(self.new_id.clone(), grant, self.grant.granted_at, answered_at)
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
    /// What a consent has beside these.
    login: Option<Login>,
}

#[derive(Deserialize)]
struct Login {
    client_key: String,
    open_id: String,
    state_digest: String,
}

/// The content of a file.
pub(super) fn seal(entry: &Entry, response: &Response, vault: &Vault) -> Result<String, VaultError> {
    let contents = match response {
        Response::Renewal(refresh_result) => renewal_json(refresh_result).ok_or(VaultError::NotSealed)?,
        Response::Consent(consent) => consent_json(consent),
    };
    let clear = serde_json::to_string(entry).map_err(|_| VaultError::NotSealed)?;
    let sealed = vault.seal(&contents.to_string().into(), &Place::journal(&clear))?;
    Ok(format!("{clear}\n{}\n", sealed.as_str()))
}

/// `None` without tokens: there is nothing to keep.
fn renewal_json(refresh_result: &RefreshResult) -> Option<Value> {
    let tokens = refresh_result.tokens.as_ref()?;
    Some(json!({
        "access_token": tokens.access_token.as_str(),
        "refresh_token": tokens.refresh_token.as_ref().map(Sealed::as_str),
        "scopes": tokens.scopes.as_ref().map(ToString::to_string),
        "token_type": tokens.token_type,
        "refreshed_at": tokens.refreshed_at,
        "access_expires_at": refresh_result.grant_status.access_expires_at,
        "refresh_expires_at": refresh_result.grant_status.refresh_expires_at,
        "due_at": refresh_result.due_at,
    }))
}

fn consent_json(Consent { grant, state_digest, .. }: &Consent) -> Value {
    json!({
        "access_token": grant.access_token.as_str(),
        "refresh_token": grant.refresh_token.as_ref().map(Sealed::as_str),
        "scopes": grant.scopes.to_string(),
        "token_type": grant.token_type,
        "refreshed_at": grant.granted_at,
        "access_expires_at": grant.access_expires_at,
        "refresh_expires_at": grant.refresh_expires_at,
        "due_at": grant.refresh_due_at,
        "login": {
            "client_key": grant.client_key,
            "open_id": grant.open_id.as_str(),
            "state_digest": state_digest,
        },
    })
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

/// The entry, and the response for the store.
pub(super) fn open(bytes: &[u8], vault: &Vault) -> Result<(Entry, Response), EntryError> {
    use secrecy::ExposeSecret as _;

    let (entry, sealed) = clear(bytes).ok_or(EntryError::Malformed)?;
    let (line, _) = lines(bytes).ok_or(EntryError::Malformed)?;
    let opened = vault.open(&sealed, &Place::journal(line))?;
    let contents: Contents =
        serde_json::from_str(opened.expose_secret()).map_err(|_| EntryError::Malformed)?;
    let response = contents.response(&entry).ok_or(EntryError::Malformed)?;
    Ok((entry, response))
}

impl Contents {
    fn response(mut self, entry: &Entry) -> Option<Response> {
        if let Some(login) = self.login.take() {
            return self.consent(login, entry.creator.clone()).map(Response::Consent);
        }
        let grant = GrantRef { id: entry.grant, fence: entry.fence, generation: entry.generation };
        self.refresh_result(grant).map(Response::Renewal)
    }

    fn consent(self, login: Login, new_id: CreatorId) -> Option<Consent> {
        let grant = NewGrant {
            client_key: login.client_key,
            open_id: login.open_id.parse().ok()?,
            access_token: Sealed::from_stored(self.access_token),
            refresh_token: self.refresh_token.map(Sealed::from_stored),
            scopes: self.scopes?.parse().ok()?,
            token_type: self.token_type,
            granted_at: self.refreshed_at,
            access_expires_at: self.access_expires_at,
            refresh_expires_at: self.refresh_expires_at,
            refresh_due_at: self.due_at,
        };
        Some(Consent { grant, new_id, state_digest: login.state_digest })
    }

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
