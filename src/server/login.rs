//! The login use case: sends a browser to TikTok and takes its callback (design: Login).

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    backoff::Jitter,
    clock::Clock,
    entropy::{Entropy, random, uuid},
    profile::ProfileUpdater,
    refresh::{Refresher, schedule},
    session::WebSession,
    store::{LoginKey, NewGrant, PendingLogin, Store, StoreError},
    tiktok::{
        TikTok,
        authorize::{AuthorizeRequest, new_code_verifier},
        callback::Callback,
        token::TokenResponse,
    },
    vault::{Place, TokenField, Vault, VaultError},
};
use crate::domain::{CreatorId, LoginEnd, LoginFailure, LoginRefusal, Timestamp};

/// Pending logins of one browser: two tabs must both work, a hundred need not.
const PENDING_LOGINS: u8 = 5;

/// A pending login expires after ten minutes.
pub const PENDING_SECONDS: i64 = 10 * 60;

/// Options of a login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoginOptions {
    /// Makes TikTok show its consent page even to a creator who consented before: to switch accounts, or to
    /// grant missing scopes.
    pub show_consent: bool,
    /// Whether another site opened the login in a popup and is to receive its result.
    pub popup: bool,
}

/// The login use case.
pub struct Login {
    /// The store of pending logins and grants.
    pub store: Arc<dyn Store>,
    /// The client for TikTok's API.
    pub tiktok: Arc<TikTok>,
    /// Seals code verifiers and tokens.
    pub vault: Arc<Vault>,
    /// The refresh engine, whose journal may have a newer refresh token.
    pub refresher: Arc<Refresher>,
    /// Requests the profile of a creator who connected.
    pub profiles: Arc<ProfileUpdater>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// A callback that belongs to a pending login of this browser.
struct Accepted {
    pending: PendingLogin,
    /// The code, or TikTok's refusal.
    code: Result<SecretString, LoginRefusal>,
}

impl Login {
    /// Begins a login and returns the address at TikTok to which the browser is sent.
    ///
    /// # Errors
    /// The failure to show, when the pending login could not be stored.
    pub async fn begin(&self, session: &WebSession, options: LoginOptions) -> Result<Url, LoginRefusal> {
        let LoginOptions { show_consent, popup } = options;
        let state = URL_SAFE_NO_PAD.encode(random::<32>(&*self.entropy));
        let code_verifier = self.tiktok.pkce.then(|| new_code_verifier(&*self.entropy));
        self.save_pending(session, digest(&state), code_verifier.as_ref()).await?;
        if popup {
            let state_digest = digest(&state);
            session.mark_popup(&state_digest, PENDING_LOGINS.into()).await.map_err(store_refusal)?;
        }
        let request = AuthorizeRequest { state: &state, code_verifier: code_verifier.as_ref(), show_consent };
        Ok(self.tiktok.authorize_url(&request))
    }

    async fn save_pending(
        &self,
        session: &WebSession,
        state_digest: String,
        code_verifier: Option<&SecretString>,
    ) -> Result<(), LoginRefusal> {
        let place = Place::code_verifier(&state_digest);
        let sealed = code_verifier.map(|verifier| self.vault.seal(verifier, &place)).transpose();
        let login = PendingLogin {
            browser: session.browser_or_new(&*self.entropy).await.map_err(store_refusal)?,
            code_verifier: sealed.map_err(vault_refusal)?,
            scopes: self.tiktok.scopes.clone(),
            begun_at: self.clock.now(),
            state_digest,
        };
        self.store.begin_login(&login, PENDING_LOGINS.into()).await.map_err(store_refusal)
    }

    /// Completes a login with TikTok's callback, and signs the creator in. The state is used up either way.
    pub async fn complete(&self, session: &WebSession, callback: Callback) -> LoginEnd {
        let returned = callback.state().map(digest);
        let accepted = self.accept(session, callback).await;
        let taken = accepted.as_ref().ok().map(|accepted| accepted.pending.state_digest.clone());
        let popup = is_popup(session, taken.or(returned)).await;
        let refusal = match accepted {
            Ok(accepted) => {
                let asked = accepted.pending.scopes.clone();
                self.connect(session, accepted).await.err().map(|refusal| refusal.of_login(&asked))
            }
            Err(refusal) => Some(refusal),
        };
        let still_signed_in = refusal.is_some() && is_signed_in(session).await;
        LoginEnd { refusal, popup, still_signed_in }
    }

    /// Takes the pending login out of the store before anything that came with it is compared.
    async fn accept(&self, session: &WebSession, callback: Callback) -> Result<Accepted, LoginRefusal> {
        let (state, code) = match callback {
            Callback::Malformed => return Err(LoginFailure::CallbackMalformed.into()),
            Callback::Refused { state, failure, log_id } => (state, Err(LoginRefusal::new(failure, log_id))),
            Callback::Code { code, state } => (Some(state), Ok(code)),
        };
        let pending = self.take_pending(session, state.as_deref()).await?;
        Ok(Accepted { pending, code })
    }

    /// Takes the pending login of this browser and state. TikTok omits the state from some errors: they
    /// belong to the browser's newest.
    async fn take_pending(
        &self,
        session: &WebSession,
        state: Option<&str>,
    ) -> Result<PendingLogin, LoginRefusal> {
        let browser = session.browser().await.map_err(store_refusal)?.ok_or(LoginFailure::StateUnknown)?;
        let state_digest = state.map(digest);
        let key = state_digest.as_deref().map_or(LoginKey::Newest, LoginKey::State);
        let taken = self.store.take_login(&browser, key).await.map_err(store_refusal)?;
        let pending = taken.ok_or(LoginFailure::StateUnknown)?;
        if self.clock.now().seconds_since(pending.begun_at) > PENDING_SECONDS {
            return Err(LoginFailure::StateExpired.into());
        }
        Ok(pending)
    }

    /// Exchanges the code, saves the grant and signs the creator in.
    async fn connect(&self, session: &WebSession, accepted: Accepted) -> Result<(), LoginRefusal> {
        let Accepted { pending, code } = accepted;
        let code = code?;
        let code_verifier = self.open_verifier(&pending)?;
        let requested_at = self.clock.now();
        let token = self.tiktok.exchange_code(&code, code_verifier.as_ref()).await?;
        let creator = self.save_grant(&token, requested_at).await?;
        if let Err(error) = self.profiles.update(&creator, &token.access_token, &token.scopes).await {
            tracing::error!(%error, %creator, "profile could not be saved");
        }
        session.sign_in(&creator).await.map_err(store_refusal)?;
        tracing::info!(%creator, scopes = %token.scopes, "creator connected");
        Ok(())
    }

    fn open_verifier(&self, pending: &PendingLogin) -> Result<Option<SecretString>, LoginRefusal> {
        let place = Place::code_verifier(&pending.state_digest);
        let opened = pending.code_verifier.as_ref().map(|sealed| self.vault.open(sealed, &place));
        opened.transpose().map_err(vault_refusal)
    }

    /// Seals and saves the tokens, before anything else can fail.
    async fn save_grant(
        &self,
        token: &TokenResponse,
        requested_at: Timestamp,
    ) -> Result<CreatorId, LoginRefusal> {
        if token.refresh_token.is_none() {
            // The stored refresh token stays then: it must be the newest one that TikTok issued.
            self.refresher.replay().await;
        }
        let grant = self.new_grant(token, requested_at).map_err(vault_refusal)?;
        let new_id = CreatorId::from_u128(uuid(&*self.entropy).as_u128());
        self.store.save_grant(&grant, &new_id).await.map_err(store_refusal)
    }

    /// Expiries are counted from the request, not the response: a slow response must not make a token look
    /// young.
    fn new_grant(&self, token: &TokenResponse, requested_at: Timestamp) -> Result<NewGrant, VaultError> {
        let seal = |secret: &SecretString, field| {
            let place = Place::token(&self.tiktok.client_key, &token.open_id, field);
            self.vault.seal(secret, &place)
        };
        let refresh_token = token.refresh_token.as_ref();
        let access_expires_at = requested_at.plus_seconds(token.expires_in);
        let refresh_expires_at = token.refresh_expires_in.map(|seconds| requested_at.plus_seconds(seconds));
        let jitter = Jitter::new(&*self.entropy);
        Ok(NewGrant {
            client_key: self.tiktok.client_key.clone(),
            open_id: token.open_id.clone(),
            access_token: seal(&token.access_token, TokenField::Access)?,
            refresh_token: refresh_token.map(|secret| seal(secret, TokenField::Refresh)).transpose()?,
            scopes: token.scopes.clone(),
            token_type: token.token_type.clone(),
            granted_at: self.clock.now(),
            access_expires_at,
            refresh_due_at: schedule::due(requested_at, access_expires_at, refresh_expires_at, jitter),
            refresh_expires_at,
        })
    }
}

/// `false` for a session that cannot be read.
async fn is_signed_in(session: &WebSession) -> bool {
    session.creator().await.is_ok_and(|creator| creator.is_some())
}

/// `false` for a session that cannot be read: its login ends with a page that every window can show.
async fn is_popup(session: &WebSession, state_digest: Option<String>) -> bool {
    match state_digest {
        Some(state_digest) => session.is_popup(&state_digest).await.unwrap_or(false),
        None => false,
    }
}

fn digest(state: &str) -> String {
    hex::encode(Sha256::digest(state))
}

fn store_refusal(error: StoreError) -> LoginRefusal {
    tracing::error!(%error, "login failed: the store is unavailable");
    match error {
        StoreError::Unavailable(_) => LoginFailure::StoreUnavailable.into(),
        StoreError::Unreadable(_) => LoginFailure::Internal.into(),
    }
}

fn vault_refusal(error: VaultError) -> LoginRefusal {
    tracing::error!(%error, "login failed at the vault");
    LoginFailure::Internal.into()
}
