//! Revocations: the tokens of an ended connection are revoked at TikTok, and retried until it confirms.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{
    domain::Timestamp,
    server::{
        backoff::{Backoff, Jitter},
        clock::Clock,
        entropy::Entropy,
        heartbeats::Heartbeat,
        refresh::{Ended, Refresher},
        store::{Revocation, RevocationOutcome, Revocations, Store, StoreError, WhichRevocations},
        tiktok::{TikTok, revoke::RevokeError},
        vault::{Place, TokenField, Vault},
    },
};

/// The lease of a claim; longer than its requests to TikTok, which are two revocations and a refresh.
const LEASE_SECONDS: u32 = 120;

/// The largest number of revocations in one step.
const AT_ONCE: u32 = 8;

/// The interval between two steps.
const EVERY: Duration = Duration::from_secs(20);

/// The delays between tries, before jitter.
const BACKOFF: Backoff = Backoff { first: 30, longest: 6 * 60 * 60 };

/// When a revocation is given up: most consents, and so their refresh tokens, are not valid for longer.
const GIVEN_UP_AFTER_SECONDS: i64 = 180 * 86_400;

/// A refresh in flight when the creator disconnected ends within this time, and its tokens are then added to the
/// revocation. Until then a dead token may have a valid successor.
const COMPLETE_AFTER_SECONDS: i64 = 180;

/// An access token that expires sooner counts as dead: it could expire before TikTok gets the request.
const MARGIN_SECONDS: i64 = 30;

/// The parts of disconnecting and of revocations.
#[derive(Clone)]
pub struct Parts {
    /// The store of grants and revocations.
    pub store: Arc<dyn Store>,
    /// The client for TikTok's API.
    pub tiktok: Arc<TikTok>,
    /// The refresh engine, which refreshes dead tokens and journals the new ones.
    pub refresher: Arc<Refresher>,
    /// Opens tokens.
    pub vault: Arc<Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// The result of one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RevocationResult {
    /// TikTok has confirmed the revocation.
    Revoked,
    /// No token is left that could be revoked.
    NothingToRevoke,
    /// TikTok knows none of the tokens.
    TokensDead,
    /// TikTok is unavailable, or refuses for now.
    Retry,
    /// The creator has reconnected: the tokens must not be revoked any more.
    Cancelled,
}

/// Runs [`revocation_step`] at an interval, until the process stops.
pub async fn revoke_forever(parts: Parts, heartbeat: Heartbeat) {
    let mut interval = tokio::time::interval(EVERY);
    loop {
        interval.tick().await;
        heartbeat.beat();
        revocation_step(&parts).await;
    }
}

/// Tries the revocations that are due, and returns how many are completed.
pub async fn revocation_step(parts: &Parts) -> usize {
    match claim_and_revoke(parts, WhichRevocations::Due(AT_ONCE)).await {
        Ok(results) => results.iter().filter(|result| **result != RevocationResult::Retry).count(),
        Err(error) => {
            tracing::warn!(%error, "revocations postponed: store unavailable");
            0
        }
    }
}

/// Claims revocations and tries them concurrently, on a task of its own: neither a browser that goes away nor a loop
/// that ends cancels it, and a shutdown waits for it. A process that stops claims none.
pub(super) async fn claim_and_revoke(
    parts: &Parts,
    which: WhichRevocations,
) -> Result<Vec<RevocationResult>, StoreError> {
    let Some(underway) = parts.refresher.in_flight().begin("revocations") else { return Ok(Vec::new()) };
    let parts = parts.clone();
    let tried = tokio::spawn(async move {
        let claimed = parts.store.claim_revocations(which, LEASE_SECONDS).await?;
        let mut tries = JoinSet::new();
        for revocation in claimed.due {
            let (parts, now) = (parts.clone(), claimed.now);
            tries.spawn(async move { attempt(&parts, &revocation, now).await });
        }
        let results = tries.join_all().await.into_iter().collect();
        drop(underway);
        results
    });
    // It ends early only with a panic, which the runtime reports.
    tried.await.unwrap_or_else(|_| Ok(Vec::new()))
}

/// Revokes with the access token; with a new one if that is dead.
async fn attempt(
    parts: &Parts,
    revocation: &Revocation,
    now: Timestamp,
) -> Result<RevocationResult, StoreError> {
    if is_over(revocation, now) {
        return complete(parts, revocation, RevocationResult::NothingToRevoke, now).await;
    }
    let result = match revoke(parts, revocation, now).await {
        RevocationResult::TokensDead => match renew(parts, revocation, now).await {
            Ended::Renewed => return attempt_renewed(parts, revocation).await,
            Ended::Dead => RevocationResult::TokensDead,
            Ended::Later => RevocationResult::Retry,
        },
        result => result,
    };
    complete(parts, revocation, result, now).await
}

/// Revokes with the tokens that the revocation has just got.
async fn attempt_renewed(parts: &Parts, former: &Revocation) -> Result<RevocationResult, StoreError> {
    let Revocations { now, due } =
        parts.store.claim_revocations(WhichRevocations::One(former.id), LEASE_SECONDS).await?;
    let Some(renewed) = due.into_iter().next() else { return Ok(RevocationResult::Cancelled) };
    // Both claims are one try.
    let renewed = Revocation { attempts: former.attempts, ..renewed };
    let result = revoke(parts, &renewed, now).await;
    complete(parts, &renewed, result, now).await
}

/// Stores how a try ended.
async fn complete(
    parts: &Parts,
    revocation: &Revocation,
    result: RevocationResult,
    now: Timestamp,
) -> Result<RevocationResult, StoreError> {
    let result = match result {
        RevocationResult::TokensDead if now.seconds_since(revocation.ended_at) < COMPLETE_AFTER_SECONDS => {
            RevocationResult::Retry
        }
        RevocationResult::TokensDead => RevocationResult::NothingToRevoke,
        result => result,
    };
    let outcome = match result {
        RevocationResult::Retry => RevocationOutcome::Retry(next_try(parts, revocation, now)),
        _ => RevocationOutcome::Done,
    };
    let completed = parts.store.complete_revocation(revocation.id, revocation.fence, &outcome).await?;
    tracing::info!(
        revocation = revocation.id,
        ?result,
        completed,
        attempts = revocation.attempts,
        "revocation tried"
    );
    Ok(result)
}

/// Revokes with the stored access token.
async fn revoke(parts: &Parts, revocation: &Revocation, now: Timestamp) -> RevocationResult {
    if revocation.access_expires_at.seconds_since(now) <= MARGIN_SECONDS {
        return RevocationResult::TokensDead;
    }
    let place = Place::token(&revocation.client_key, &revocation.open_id, TokenField::Access);
    match parts.vault.open(&revocation.access_token, &place) {
        Ok(token) => result_of(parts.tiktok.revoke(&token).await),
        // It is retried, because the operator may restore the key.
        Err(error) => {
            tracing::error!(%error, revocation = revocation.id, "revocation failed: token cannot be decrypted");
            RevocationResult::Retry
        }
    }
}

/// Gets new tokens for the revocation, if it has a refresh token.
async fn renew(parts: &Parts, revocation: &Revocation, now: Timestamp) -> Ended {
    match &revocation.refresh_token {
        Some(refresh_token) => parts.refresher.refresh_ended(revocation, refresh_token, now).await,
        None => Ended::Dead,
    }
}

/// Whether the consent has expired, or TikTok has not confirmed for as long as a consent lasts.
fn is_over(revocation: &Revocation, now: Timestamp) -> bool {
    let ended = revocation.refresh_expires_at.is_some_and(|end| end <= now);
    let given_up = now.seconds_since(revocation.ended_at) >= GIVEN_UP_AFTER_SECONDS;
    if given_up && !ended {
        tracing::warn!(revocation = revocation.id, "revocation given up: TikTok has not confirmed it");
    }
    ended || given_up
}

fn result_of(revoked: Result<(), RevokeError>) -> RevocationResult {
    match revoked {
        Ok(()) => RevocationResult::Revoked,
        Err(RevokeError::TokenDead) => RevocationResult::TokensDead,
        Err(error @ (RevokeError::AppRefused | RevokeError::RequestRefused)) => {
            tracing::error!(%error, "revocation refused: the operator has to check the app's settings");
            RevocationResult::Retry
        }
        Err(RevokeError::RateLimited | RevokeError::Unavailable | RevokeError::Unexpected) => {
            RevocationResult::Retry
        }
    }
}

/// When a revocation is tried again.
fn next_try(parts: &Parts, revocation: &Revocation, now: Timestamp) -> Timestamp {
    let delay = BACKOFF.delay(revocation.attempts);
    now.plus_seconds(Jitter::new(&*parts.entropy).spread(delay))
}
