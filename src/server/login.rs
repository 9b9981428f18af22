//! The login use case: sends a browser to TikTok and takes its callback (design: Login).

pub mod browser;
mod saving;

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use tracing::Instrument as _;
use url::Url;

use self::browser::LoginBrowser;
use super::{
    clock::{Clock, ReadClock},
    entropy::{Entropy, random},
    in_flight::InFlight,
    metrics::LoginMetrics,
    profile::ProfileUpdater,
    refresh::Refresher,
    single_flight::SingleFlight,
    store::{LoginKey, LoginOutcome, PendingLogin, Store, StoreError, TakenLogin},
    tiktok::{
        TikTok,
        authorize::{AuthorizeRequest, new_code_verifier},
        callback::Callback,
        token::TokenResponse,
    },
    vault::{Place, Vault, VaultError},
};
use crate::domain::{CreatorId, LoginFailure, LoginRefusal, Timestamp};

/// Pending logins of one browser: two tabs must both work, a hundred need not.
const PENDING_LOGINS: u8 = 5;

/// A pending login expires after ten minutes; so long after its callback that may be loaded again.
pub const PENDING_SECONDS: i64 = 10 * 60;

/// How often a repeated callback looks for the outcome of the first: for longer than TikTok may take to answer.
const OUTCOME_POLLS: u32 = 80;

/// By how much TikTok's clock may be ahead of the store's.
const MAX_SKEW_SECONDS: i64 = 60 * 60;

const OUTCOME_POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Options of a login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoginOptions {
    /// Makes TikTok show its consent page even to a creator who consented before: to switch accounts, or to
    /// grant missing scopes.
    pub show_consent: bool,
    /// Whether another site opened the login in a popup and is to receive its result.
    pub popup: bool,
}

/// The login use case; cheap to clone.
#[derive(Clone)]
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
    /// The callbacks that are being completed.
    pub callbacks: Callbacks,
    /// Where their ends are counted.
    pub metrics: LoginMetrics,
}

/// How a callback ended.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The creator who is connected, or why there is none.
    pub outcome: LoginOutcome,
    /// Whether the login runs in a popup.
    pub popup: bool,
    /// Whether its callback came for the first time.
    pub is_first: bool,
}

impl Completion {
    fn failed(failure: impl Into<LoginRefusal>) -> Self {
        Self { outcome: LoginOutcome::Failed(failure.into()), popup: false, is_first: true }
    }

    const fn failure(&self) -> Option<LoginFailure> {
        match &self.outcome {
            LoginOutcome::Connected(_) => None,
            LoginOutcome::Failed(refusal) => Some(refusal.failure),
        }
    }
}

/// The timestamps of a new grant, by the store's clock: this process's may be wrong.
#[derive(Clone, Copy)]
struct GrantTimes {
    /// Expiries are counted from the request: a slow response must not make a token look young.
    requested_at: Timestamp,
    granted_at: Timestamp,
}

/// When TikTok gave the grant. TikTok's events carry its own time; where the store's clock is behind that, a grant
/// would seem older than the removal that it came after.
fn granted_at(token: &TokenResponse, store_clock: ReadClock) -> Timestamp {
    let now = store_clock.now();
    let latest = now.plus_seconds(MAX_SKEW_SECONDS);
    token.answered_at.map_or(now, |answered_at| now.max(answered_at.min(latest)))
}

/// The browser and the digest of its state: what a callback that is loaded again has in common with the first.
type CallbackKey = (String, Option<String>);

/// The callbacks that are being completed.
#[derive(Clone, Default)]
pub struct Callbacks {
    in_flight: Arc<SingleFlight<CallbackKey, Completion>>,
    /// Everything that must end before the process does. It is never stopped: a callback that arrives while the process
    /// stops is completed too.
    work: InFlight,
}

impl Login {
    /// Begins a login and returns the address at TikTok to which the browser is sent.
    ///
    /// # Errors
    /// The failure to show, when the pending login could not be stored.
    pub async fn begin(&self, browser: &LoginBrowser, options: LoginOptions) -> Result<Url, LoginRefusal> {
        let LoginOptions { show_consent, popup } = options;
        let state = URL_SAFE_NO_PAD.encode(random::<32>(&*self.entropy));
        let code_verifier = self.tiktok.pkce.then(|| new_code_verifier(&*self.entropy));
        let login =
            self.pending(browser, digest(&state), code_verifier.as_ref(), popup).map_err(vault_refusal)?;
        self.store.begin_login(&login, PENDING_LOGINS.into()).await.map_err(store_refusal)?;
        let request = AuthorizeRequest { state: &state, code_verifier: code_verifier.as_ref(), show_consent };
        Ok(self.tiktok.authorize_url(&request))
    }

    fn pending(
        &self,
        browser: &LoginBrowser,
        state_digest: String,
        code_verifier: Option<&SecretString>,
        popup: bool,
    ) -> Result<PendingLogin, VaultError> {
        let place = Place::code_verifier(&state_digest);
        Ok(PendingLogin {
            browser: browser.digest(),
            code_verifier: code_verifier.map(|verifier| self.vault.seal(verifier, &place)).transpose()?,
            scopes: self.tiktok.scopes.clone(),
            popup,
            begun_at: self.clock.now(),
            state_digest,
        })
    }

    /// Completes a login with TikTok's callback. The state is used up either way.
    ///
    /// The work is a task of its own: neither a browser that goes away nor a timeout cancels it. The same callback of
    /// the same browser joins that task, or learns how it ended. `permit` is held until the task ends.
    pub async fn complete(
        &self,
        browser: Option<&LoginBrowser>,
        callback: Callback,
        permit: impl Send + 'static,
    ) -> Completion {
        let (state, code) = match callback {
            Callback::Malformed => return self.refused(LoginFailure::CallbackMalformed),
            Callback::Refused { state, failure, log_id } => (state, Err(LoginRefusal::new(failure, log_id))),
            Callback::Code { code, state } => (Some(state), Ok(code)),
        };
        let Some(browser) = browser else { return self.refused(LoginFailure::StateUnknown) };
        let key = (browser.digest(), state.as_deref().map(digest));
        let (login, underway, callback) = (self.clone(), self.callbacks.work.begin("logins"), key.clone());
        let work = async move {
            let metrics = login.metrics.clone();
            let completion = login.complete_once(callback, code).await;
            if completion.is_first {
                metrics.ended(completion.failure());
            }
            drop((underway, permit));
            completion
        };
        let completion = self.callbacks.in_flight.join(&key, work).wait().await;
        completion.unwrap_or_else(|| Completion::failed(LoginFailure::Internal))
    }

    /// A callback that leads to no pending login.
    fn refused(&self, failure: LoginFailure) -> Completion {
        self.metrics.ended(Some(failure));
        Completion::failed(failure)
    }

    /// The logins in progress, with the profiles that they request: TikTok's answers to them must not be lost.
    #[must_use]
    pub const fn in_flight(&self) -> &InFlight {
        &self.callbacks.work
    }

    /// Takes the pending login out of the store before anything that came with it is evaluated.
    async fn complete_once(self, key: CallbackKey, code: Result<SecretString, LoginRefusal>) -> Completion {
        let taken = match self.take(&key).await {
            Ok(Some(taken)) => taken,
            Ok(None) => return Completion::failed(LoginFailure::StateUnknown),
            Err(refusal) => return Completion::failed(refusal),
        };
        let (popup, is_first) = (taken.login.popup, taken.taken_at.is_none());
        let outcome = match taken.taken_at {
            None => self.first_outcome(taken, code).await,
            Some(taken_at) if taken.now.seconds_since(taken_at) > PENDING_SECONDS => {
                LoginOutcome::Failed(LoginFailure::StateUnknown.into())
            }
            Some(_) => self.repeated_outcome(&key, taken.outcome).await,
        };
        Completion { outcome, popup, is_first }
    }

    async fn take(&self, (browser, state_digest): &CallbackKey) -> Result<Option<TakenLogin>, LoginRefusal> {
        let which = state_digest.as_deref().map_or(LoginKey::Newest, LoginKey::State);
        self.store.take_login(browser, which).await.map_err(store_refusal)
    }

    /// The outcome of a callback that arrives for the first time. It is stored behind the response.
    async fn first_outcome(
        &self,
        taken: TakenLogin,
        code: Result<SecretString, LoginRefusal>,
    ) -> LoginOutcome {
        let state_digest = taken.login.state_digest.clone();
        let requested = taken.login.scopes.clone();
        let failed = |refusal: LoginRefusal| LoginOutcome::Failed(refusal.of_login(&requested));
        let outcome = self.connect(taken, code).await.map_or_else(failed, LoginOutcome::Connected);
        if is_kept(&outcome) {
            // It succeeds once the consent is saved; a callback that is loaded again waits for that.
            return outcome;
        }
        let (store, stored) = (Arc::clone(&self.store), outcome.clone());
        self.spawn(async move {
            if let Err(error) = store.end_login(&state_digest, &stored).await {
                tracing::warn!(%error, "the outcome of a login is not stored");
            }
        });
        outcome
    }

    /// The outcome of a callback that arrived before. Another process may be completing it, or have died with it.
    async fn repeated_outcome(&self, key: &CallbackKey, mut outcome: Option<LoginOutcome>) -> LoginOutcome {
        for _ in 0..OUTCOME_POLLS {
            if let Some(outcome) = outcome {
                return outcome;
            }
            tokio::time::sleep(OUTCOME_POLL_INTERVAL).await;
            outcome = self.take(key).await.ok().flatten().and_then(|taken| taken.outcome);
        }
        LoginOutcome::Failed(LoginFailure::StateUnknown.into())
    }

    /// Exchanges the code and saves the grant; the profile is requested behind the response.
    async fn connect(
        &self,
        TakenLogin { login, now, .. }: TakenLogin,
        code: Result<SecretString, LoginRefusal>,
    ) -> Result<CreatorId, LoginRefusal> {
        let store_clock = ReadClock::new(now);
        if self.clock.now().seconds_since(login.begun_at) > PENDING_SECONDS {
            return Err(LoginFailure::StateExpired.into());
        }
        let code = code?;
        let code_verifier = self.open_verifier(&login)?;
        let requested_at = store_clock.now();
        let token = self.tiktok.exchange_code(&code, code_verifier.as_ref()).await?;
        let times = GrantTimes { requested_at, granted_at: granted_at(&token, store_clock) };
        let creator = self.save_grant(&token, times, login.state_digest).await?;
        tracing::info!(%creator, scopes = %token.scopes, "creator connected");
        let profile = self.profiles.update_soon(&creator, token.access_token, token.scopes);
        self.spawn(async move {
            profile.wait().await;
        });
        Ok(creator)
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let underway = self.callbacks.work.begin("logins");
        let tracked = async move {
            task.await;
            drop(underway);
        };
        tokio::spawn(tracked.in_current_span());
    }

    fn open_verifier(&self, pending: &PendingLogin) -> Result<Option<SecretString>, LoginRefusal> {
        let place = Place::code_verifier(&pending.state_digest);
        let opened = pending.code_verifier.as_ref().map(|sealed| self.vault.open(sealed, &place));
        opened.transpose().map_err(vault_refusal)
    }
}

/// Whether the consent of a login waits in the journal.
fn is_kept(outcome: &LoginOutcome) -> bool {
    matches!(outcome, LoginOutcome::Failed(refusal) if refusal.failure == LoginFailure::ConsentKept)
}

fn digest(state: &str) -> String {
    hex::encode(Sha256::digest(state))
}

/// The failure to show when the store cannot be used; logs why.
#[must_use]
pub fn store_refusal(error: StoreError) -> LoginRefusal {
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
