//! Telling TikTok of a connection that ended here: tried until it knows, over restarts.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::task::JoinSet;

use crate::{
    domain::{RefreshFailure, Timestamp},
    server::{
        backoff::{Backoff, Jitter},
        clock::Clock,
        entropy::Entropy,
        store::{Revocation, RevocationOutcome, Store, StoreError, WhichRevocations},
        tiktok::{TikTok, revoke::RevokeError, token::TokenResponse},
        vault::{Place, Sealed, TokenField, Vault, VaultError},
    },
};

/// A claim outlasts all that is asked of TikTok under it: two revocations and a refresh.
const LEASE_SECONDS: u32 = 120;

/// So many are told at once; more wait for the next step.
const AT_ONCE: u32 = 8;

/// How often it is looked whether a revocation is due.
const EVERY: Duration = Duration::from_secs(20);

/// The delays between tries, before jitter.
const BACKOFF: Backoff = Backoff { first: 30, longest: 6 * 60 * 60 };

/// No refresh token of TikTok's lives longer than a consent, and most consents not longer than this.
const GIVEN_UP_AFTER_SECONDS: i64 = 180 * 86_400;

/// A refresh that was under way when the creator left ends within this time, and its tokens then come to
/// the revocation. Until then a dead token may have a living successor.
const SETTLED_AFTER_SECONDS: i64 = 180;

/// An access token that ends sooner is taken for dead: it would die on the way.
const MARGIN_SECONDS: i64 = 30;

/// The parts of disconnecting and of revocations.
#[derive(Clone)]
pub struct Parts {
    /// The store of grants and revocations.
    pub store: Arc<dyn Store>,
    /// The client for TikTok's API.
    pub tiktok: Arc<TikTok>,
    /// Seals and opens tokens.
    pub vault: Arc<Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// TikTok has confirmed it.
    Told,
    /// Nothing is left of which TikTok could be told.
    NothingLeft,
    /// TikTok knows none of the tokens.
    TokensDead,
    /// TikTok cannot now.
    Later,
    /// The creator has connected again: nobody may revoke any more.
    TakenBack,
}

/// Does what is due, step by step, for as long as the process runs.
pub async fn revoke_forever(state: Parts) {
    let mut interval = tokio::time::interval(EVERY);
    loop {
        interval.tick().await;
        revocation_step(&state).await;
    }
}

/// Tries what is due, and answers how many revocations are over with it.
pub async fn revocation_step(state: &Parts) -> usize {
    match claimed(state, WhichRevocations::Due(AT_ONCE)).await {
        Ok(verdicts) => verdicts.iter().filter(|verdict| **verdict != Verdict::Later).count(),
        Err(error) => {
            tracing::warn!(%error, "revocations wait for the store");
            0
        }
    }
}

/// Claims revocations and tries each, side by side.
pub(super) async fn claimed(state: &Parts, which: WhichRevocations) -> Result<Vec<Verdict>, StoreError> {
    let claimed = state.store.claim_revocations(which, LEASE_SECONDS).await?;
    let mut tries = JoinSet::new();
    for revocation in claimed.due {
        let (state, now) = (state.clone(), claimed.now);
        tries.spawn(async move { attempt(&state, &revocation, now).await });
    }
    tries.join_all().await.into_iter().collect()
}

async fn attempt(state: &Parts, revocation: &Revocation, now: Timestamp) -> Result<Verdict, StoreError> {
    let verdict = match tell(state, revocation, now).await? {
        Verdict::TokensDead if now.seconds_since(revocation.ended_at) < SETTLED_AFTER_SECONDS => {
            Verdict::Later
        }
        Verdict::TokensDead => Verdict::NothingLeft,
        verdict => verdict,
    };
    let outcome = match verdict {
        Verdict::Later => RevocationOutcome::Retry(next_try(state, revocation, now)),
        Verdict::TakenBack => return Ok(verdict),
        _ => RevocationOutcome::Done,
    };
    let settled = state.store.complete_revocation(revocation.id, revocation.fence, &outcome).await?;
    tracing::info!(
        revocation = revocation.id,
        ?verdict,
        settled,
        attempts = revocation.attempts,
        "TikTok was to be told of a connection's end"
    );
    Ok(verdict)
}

/// Revokes with the access token; with a new one if that is dead.
async fn tell(state: &Parts, revocation: &Revocation, now: Timestamp) -> Result<Verdict, StoreError> {
    if is_over(revocation, now) {
        return Ok(Verdict::NothingLeft);
    }
    let revoked = if revocation.access_expires_at.seconds_since(now) > MARGIN_SECONDS {
        match open(state, revocation, &revocation.access_token, TokenField::Access) {
            Ok(token) => state.tiktok.revoke(&token).await,
            Err(error) => return Ok(unreadable(revocation, &error)),
        }
    } else {
        Err(RevokeError::TokenDead)
    };
    match revoked {
        Err(RevokeError::TokenDead) => tell_with_new_token(state, revocation).await,
        revoked => Ok(verdict_of(revoked)),
    }
}

/// Whether the consent has ended by itself, or TikTok has not listened for as long as one lasts.
fn is_over(revocation: &Revocation, now: Timestamp) -> bool {
    let ended = revocation.refresh_expires_at.is_some_and(|end| end <= now);
    let given_up = now.seconds_since(revocation.ended_at) >= GIVEN_UP_AFTER_SECONDS;
    if given_up && !ended {
        tracing::warn!(
            revocation = revocation.id,
            "given up: TikTok could not be told of a connection's end"
        );
    }
    ended || given_up
}

/// The new tokens are stored before the revocation is tried, so that a crash between the two loses
/// neither.
async fn tell_with_new_token(state: &Parts, revocation: &Revocation) -> Result<Verdict, StoreError> {
    let Some(sealed) = &revocation.refresh_token else { return Ok(Verdict::TokensDead) };
    let refresh_token = match open(state, revocation, sealed, TokenField::Refresh) {
        Ok(token) => token,
        Err(error) => return Ok(unreadable(revocation, &error)),
    };
    let asked_at = state.clock.now();
    let token = match state.tiktok.refresh(&refresh_token).await {
        Ok(token) => token,
        Err(refusal) if refusal.refresh_failure == RefreshFailure::Refused => return Ok(Verdict::TokensDead),
        Err(_) => return Ok(Verdict::Later),
    };
    match sealed_anew(state, revocation, &token, asked_at) {
        Ok(outcome) if state.store.complete_revocation(revocation.id, revocation.fence, &outcome).await? => {
            Ok(verdict_of(state.tiktok.revoke(&token.access_token).await))
        }
        Ok(_) => Ok(Verdict::TakenBack),
        Err(error) => Ok(unreadable(revocation, &error)),
    }
}

fn sealed_anew(
    state: &Parts,
    revocation: &Revocation,
    token: &TokenResponse,
    asked_at: Timestamp,
) -> Result<RevocationOutcome, VaultError> {
    let seal = |secret: &SecretString, field| {
        state.vault.seal(secret, &Place::token(&revocation.client_key, &revocation.open_id, field))
    };
    let refresh_token = token.refresh_token.as_ref();
    Ok(RevocationOutcome::NewTokens {
        access_token: seal(&token.access_token, TokenField::Access)?,
        refresh_token: refresh_token.map(|secret| seal(secret, TokenField::Refresh)).transpose()?,
        access_expires_at: asked_at.plus_seconds(token.expires_in),
    })
}

fn open(
    state: &Parts,
    revocation: &Revocation,
    sealed: &Sealed,
    field: TokenField,
) -> Result<SecretString, VaultError> {
    state.vault.open(sealed, &Place::token(&revocation.client_key, &revocation.open_id, field))
}

/// The operator may put the key back.
fn unreadable(revocation: &Revocation, error: &VaultError) -> Verdict {
    tracing::error!(%error, revocation = revocation.id, "a revocation failed at the vault");
    Verdict::Later
}

fn verdict_of(revoked: Result<(), RevokeError>) -> Verdict {
    match revoked {
        Ok(()) => Verdict::Told,
        Err(RevokeError::TokenDead) => Verdict::TokensDead,
        Err(error @ (RevokeError::AppRefused | RevokeError::RequestRefused)) => {
            tracing::error!(%error, "a revocation waits for the operator");
            Verdict::Later
        }
        Err(RevokeError::RateLimited | RevokeError::Unavailable | RevokeError::Unexpected) => Verdict::Later,
    }
}

/// When a revocation is tried again.
fn next_try(state: &Parts, revocation: &Revocation, now: Timestamp) -> Timestamp {
    let delay = BACKOFF.delay(revocation.attempts);
    now.plus_seconds(Jitter::new(&*state.entropy).spread(delay))
}
