//! The login: to TikTok and back (design: Login).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    entropy::{random, uuid},
    profile,
    refresh::schedule::{self, Draw},
    session::WebSession,
    state::AppState,
    store::{LoginKey, NewGrant, PendingLogin, StoreError},
    tiktok::{
        authorize::{AuthorizeRequest, new_code_verifier},
        callback::Callback,
        token::TokenResponse,
    },
    vault::{Place, TokenField, VaultError},
};
use crate::domain::{CreatorId, LoginEnd, LoginFailure, LoginRefusal, Timestamp};

/// Two tabs must both work; a hundred need not.
const PENDING_LOGINS: u8 = 5;

/// A login must come back within ten minutes.
pub const PENDING_SECONDS: i64 = 10 * 60;

/// How a login is to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoginOptions {
    /// Makes TikTok ask even a creator who consented before: to switch accounts, or to grant what was
    /// missing.
    pub show_consent: bool,
    /// Whether another site opened it in a popup and wants to hear how it ends.
    pub popup: bool,
}

/// Begins a login and answers the address at TikTok to send the browser to.
///
/// # Errors
/// The failure to show, when the login could not be remembered.
pub async fn begin(
    state: &AppState,
    session: &WebSession,
    options: LoginOptions,
) -> Result<Url, LoginRefusal> {
    let LoginOptions { show_consent, popup } = options;
    let login_state = URL_SAFE_NO_PAD.encode(random::<32>(&*state.entropy));
    let code_verifier = state.tiktok.pkce.then(|| new_code_verifier(&*state.entropy));
    remember(state, session, &login_state, code_verifier.as_ref()).await?;
    if popup {
        let keep = PENDING_LOGINS.into();
        session.note_popup(&digest(&login_state), keep).await.map_err(our_store)?;
    }
    let request =
        AuthorizeRequest { state: &login_state, code_verifier: code_verifier.as_ref(), show_consent };
    Ok(state.tiktok.authorize_url(&request))
}

async fn remember(
    state: &AppState,
    session: &WebSession,
    login_state: &str,
    code_verifier: Option<&SecretString>,
) -> Result<(), LoginRefusal> {
    let state_digest = digest(login_state);
    let place = Place::code_verifier(&state_digest);
    let sealed = code_verifier.map(|verifier| state.vault.seal(verifier, &place)).transpose();
    let login = PendingLogin {
        browser: session.browser_or_new(&*state.entropy).await.map_err(our_store)?,
        code_verifier: sealed.map_err(our_vault)?,
        scopes: state.tiktok.scopes.clone(),
        begun_at: state.clock.now(),
        state_digest,
    };
    state.store.begin_login(&login, PENDING_LOGINS.into()).await.map_err(our_store)
}

/// Finishes a login with what TikTok sent back, and signs the creator in.
///
/// However it ends, the state is used up.
pub async fn complete(state: &AppState, session: &WebSession, callback: Callback) -> LoginEnd {
    let returned = callback.state().map(digest);
    let accepted = accept(state, session, callback).await;
    let taken = accepted.as_ref().ok().map(|accepted| accepted.pending.state_digest.clone());
    let popup = ends_a_popup(session, taken.or(returned)).await;
    let refusal = match accepted {
        Ok(accepted) => connect(state, session, accepted).await.err(),
        Err(refusal) => Some(refusal),
    };
    let still_signed_in = refusal.is_some() && is_signed_in(session).await;
    LoginEnd { refusal, popup, still_signed_in }
}

/// Of a session that cannot be read nothing is said.
async fn is_signed_in(session: &WebSession) -> bool {
    session.creator().await.is_ok_and(|creator| creator.is_some())
}

/// A session that cannot be read ends its login in the page that every browser understands.
async fn ends_a_popup(session: &WebSession, state_digest: Option<String>) -> bool {
    match state_digest {
        Some(state_digest) => session.is_popup(&state_digest).await.unwrap_or(false),
        None => false,
    }
}

/// A callback that belongs to a login of this browser.
struct Accepted {
    pending: PendingLogin,
    /// What TikTok said: the code, or why there is none.
    answer: Result<SecretString, LoginRefusal>,
}

/// Exchanges the code, saves the grant and signs the creator in.
async fn connect(
    state: &AppState,
    session: &WebSession,
    accepted: Accepted,
) -> Result<CreatorId, LoginRefusal> {
    let Accepted { pending, answer } = accepted;
    let code = answer?;
    let code_verifier = open_verifier(state, &pending)?;
    let asked_at = state.clock.now();
    let token = state.tiktok.exchange_code(&code, code_verifier.as_ref()).await?;
    let creator = save_grant(state, &token, asked_at).await?;
    if let Err(error) = profile::learn(state, &creator, &token.access_token, &token.scopes).await {
        tracing::error!(%error, %creator, "a profile could not be saved");
    }
    session.sign_in(&creator).await.map_err(our_store)?;
    tracing::info!(creator = %creator, scopes = %token.scopes, "a creator connected");
    Ok(creator)
}

/// Takes the pending login out of the store, and only then looks at what came with it.
async fn accept(
    state: &AppState,
    session: &WebSession,
    callback: Callback,
) -> Result<Accepted, LoginRefusal> {
    match callback {
        Callback::Malformed => Err(LoginFailure::CallbackMalformed.into()),
        Callback::Refused { state: returned, failure, log_id } => {
            let pending = take(state, session, returned.as_deref()).await?;
            Ok(Accepted { pending, answer: Err(LoginRefusal { failure, log_id }) })
        }
        Callback::Code { code, state: returned } => {
            let pending = take(state, session, Some(&returned)).await?;
            Ok(Accepted { pending, answer: Ok(code) })
        }
    }
}

/// The pending login of this browser and state. TikTok leaves the state out of some errors: then it
/// is the browser's newest.
async fn take(
    state: &AppState,
    session: &WebSession,
    returned: Option<&str>,
) -> Result<PendingLogin, LoginRefusal> {
    let browser = session.browser().await.map_err(our_store)?.ok_or(LoginFailure::StateUnknown)?;
    let state_digest = returned.map(digest);
    let which = state_digest.as_deref().map_or(LoginKey::Newest, LoginKey::State);
    let taken = state.store.take_login(&browser, which).await.map_err(our_store)?;
    let pending = taken.ok_or(LoginFailure::StateUnknown)?;
    if state.clock.now().seconds_since(pending.begun_at) > PENDING_SECONDS {
        return Err(LoginFailure::StateExpired.into());
    }
    Ok(pending)
}

fn open_verifier(state: &AppState, pending: &PendingLogin) -> Result<Option<SecretString>, LoginRefusal> {
    let place = Place::code_verifier(&pending.state_digest);
    let opened = pending.code_verifier.as_ref().map(|sealed| state.vault.open(sealed, &place));
    opened.transpose().map_err(our_vault)
}

/// Seals and saves the tokens, before anything else can fail.
async fn save_grant(
    state: &AppState,
    token: &TokenResponse,
    asked_at: Timestamp,
) -> Result<CreatorId, LoginRefusal> {
    let seal = |secret: &SecretString, field| {
        let place = Place::token(&state.tiktok.client_key, &token.open_id, field);
        state.vault.seal(secret, &place).map_err(our_vault)
    };
    let refresh_token = token.refresh_token.as_ref();
    if refresh_token.is_none() {
        // The stored one is kept then: it must be the newest that TikTok gave.
        state.refresher.replay().await;
    }
    // Counted from the question, not the answer: a slow answer must not make a token look young.
    let access_expires_at = asked_at.plus_seconds(token.expires_in);
    let refresh_expires_at = token.refresh_expires_in.map(|seconds| asked_at.plus_seconds(seconds));
    let draw = Draw::new(&*state.entropy);
    let grant = NewGrant {
        client_key: state.tiktok.client_key.clone(),
        open_id: token.open_id.clone(),
        access_token: seal(&token.access_token, TokenField::Access)?,
        refresh_token: refresh_token.map(|secret| seal(secret, TokenField::Refresh)).transpose()?,
        scopes: token.scopes.clone(),
        token_type: token.token_type.clone(),
        granted_at: state.clock.now(),
        access_expires_at,
        refresh_due_at: schedule::due(asked_at, access_expires_at, refresh_expires_at, draw),
        refresh_expires_at,
    };
    let new_id = CreatorId::from_u128(uuid(&*state.entropy).as_u128());
    state.store.save_grant(&grant, &new_id).await.map_err(our_store)
}

fn digest(login_state: &str) -> String {
    hex::encode(Sha256::digest(login_state))
}

fn our_store(error: StoreError) -> LoginRefusal {
    tracing::error!(%error, "a login failed at the store");
    match error {
        StoreError::Unavailable(_) => LoginFailure::StoreUnavailable.into(),
        StoreError::Unreadable(_) => LoginFailure::Internal.into(),
    }
}

fn our_vault(error: VaultError) -> LoginRefusal {
    tracing::error!(%error, "a login failed at the vault");
    LoginFailure::Internal.into()
}
