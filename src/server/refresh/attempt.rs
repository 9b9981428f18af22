//! One attempt to refresh a claimed grant, step by step (ARCHITECTURE.md, "How a grant is kept").

mod completion;
mod ended;

use secrecy::SecretString;

pub(in crate::server) use self::ended::Ended;
use super::{
    FreshToken, Refresher,
    breaker::Permit,
    journal::{Entry, Kept, Reservation, Reserved, Response, renewal},
    schedule,
};
use crate::{
    domain::{GrantEvent, RefreshFailure, Timestamp},
    server::{
        backoff::Jitter,
        clock::Stopwatch,
        fail_points,
        metrics::RefreshOutcome,
        store::{Claim, NewTokens, RefreshResult},
        tiktok::token::TokenResponse,
        vault::{Place, TokenField, VaultError},
    },
};

/// The fail points of an attempt, in the order in which a successful one reaches them.
pub const STEPS: [&str; 7] = [
    "refresh::claimed",
    "refresh::reserved",
    "refresh::requested",
    "refresh::responded",
    "refresh::journalled",
    "refresh::stored",
    "refresh::cleared",
];

/// A grant that this process has claimed for the length of a lease.
///
/// Its time is the store's at the claim plus a stopwatch, so that a wrong clock of this process is never stored.
pub(super) struct ClaimedGrant {
    pub(super) claim: Claim,
    claimed_at: Timestamp,
    since_claimed: Stopwatch,
    since_requested: Stopwatch,
}

/// How an attempt ended.
pub(super) enum Outcome {
    /// TikTok issued new tokens. They are in the store, or in the journal while the store is unavailable.
    Renewed(FreshToken),
    /// The claim was no longer current; the result was discarded.
    Overtaken,
    /// It failed and is retried.
    Failed { refresh_failure: RefreshFailure, retry_at: Timestamp },
    /// Only a reconnect by the creator helps.
    Dead(RefreshFailure),
    /// TikTok was not called, for a reason that lies outside the grant.
    Postponed,
}

impl Outcome {
    /// The outcome and its cause as metrics have them.
    pub(super) const fn label(&self) -> (RefreshOutcome, Option<RefreshFailure>) {
        match self {
            Self::Renewed(_) => (RefreshOutcome::Refreshed, None),
            Self::Overtaken | Self::Postponed => (RefreshOutcome::Unchanged, None),
            Self::Dead(failure) => (RefreshOutcome::Lost, Some(*failure)),
            Self::Failed { refresh_failure, .. } => {
                let outcome = match refresh_failure {
                    RefreshFailure::Refused => RefreshOutcome::Refused,
                    RefreshFailure::AnswerLost => RefreshOutcome::Unsure,
                    _ => RefreshOutcome::Transient,
                };
                (outcome, Some(*refresh_failure))
            }
        }
    }
}

/// Why TikTok is not called for a claimed grant.
enum PreflightError {
    /// Only a reconnect by the creator helps.
    Dead(RefreshFailure),
    /// It is retried later.
    Failed(RefreshFailure),
    /// The grant belongs to another TikTok app.
    OtherApp,
}

impl ClaimedGrant {
    /// A claim that the store granted at `claimed_at`; `since_requested` runs since before the store was called.
    pub(super) fn new(claim: Claim, claimed_at: Timestamp, since_requested: Stopwatch) -> Self {
        Self { claim, claimed_at, since_claimed: Stopwatch::start(), since_requested }
    }

    /// The current time by the store's clock.
    pub(super) fn now(&self) -> Timestamp {
        let seconds = i64::try_from(self.since_claimed.elapsed().as_secs()).unwrap_or(i64::MAX);
        self.claimed_at.plus_seconds(seconds)
    }
}

/// One attempt to refresh a claimed grant.
pub(super) struct Attempt<'a> {
    engine: &'a Refresher,
    claimed: ClaimedGrant,
}

impl<'a> Attempt<'a> {
    pub(super) const fn new(engine: &'a Refresher, claimed: ClaimedGrant) -> Self {
        Self { engine, claimed }
    }

    /// Runs all steps, from the claim to the completed result.
    pub(super) async fn run(self, permit: Permit) -> Outcome {
        self.reach("refresh::claimed");
        let refresh_token = match self.preflight() {
            Ok(token) => token,
            Err(PreflightError::Dead(failure)) => return self.dead(failure, None).await,
            Err(PreflightError::Failed(failure)) => {
                return self.failed(failure, self.claimed.claim.unsure, None).await;
            }
            Err(PreflightError::OtherApp) => return self.leave_to_other_app().await,
        };
        let reservation = match self.reserve().await {
            Ok(reservation) => reservation,
            Err(outcome) => return outcome,
        };
        self.reach("refresh::reserved");
        if self.is_late() {
            return self.postpone().await;
        }
        self.reach("refresh::requested");
        let requested_at = self.claimed.now();
        match self.engine.tiktok.refresh(&refresh_token, &self.claimed.claim.open_id).await {
            Ok(response) => {
                self.reach("refresh::responded");
                permit.succeeded();
                self.engine.refusals.reset();
                self.keep(response, requested_at, reservation).await
            }
            Err(refusal) => {
                drop(reservation);
                permit.failed(&self.claimed.claim.creator, refusal.refresh_failure);
                self.refused(refusal).await
            }
        }
    }

    /// Opens the refresh token, unless the grant cannot be refreshed now.
    fn preflight(&self) -> Result<SecretString, PreflightError> {
        let Claim { client_key, open_id, refresh_token, grant_status, unsure, .. } = &self.claimed.claim;
        if grant_status.refresh_expires_at.is_some_and(|end| end <= self.claimed.now()) {
            return Err(PreflightError::Dead(RefreshFailure::ConsentEnded));
        }
        // Every journal has had the time to replay the lost response: it is in none of them.
        if *unsure && grant_status.refresh_failure == Some(RefreshFailure::AnswerLost) {
            return Err(PreflightError::Dead(RefreshFailure::AnswerLost));
        }
        // TikTok would call the token dead.
        if *client_key != self.engine.tiktok.client_key {
            return Err(PreflightError::OtherApp);
        }
        let place = Place::token(client_key, open_id, TokenField::Refresh);
        self.engine.vault.open(refresh_token, &place).map_err(|error| {
            tracing::error!(creator = %self.claimed.claim.creator, %error, "stored token cannot be decrypted");
            PreflightError::Failed(RefreshFailure::Unreadable)
        })
    }

    /// Reserves space in the journal for the response. Without it TikTok is not called.
    async fn reserve(&self) -> Result<Reservation, Outcome> {
        match self.engine.journal.reserve(&self.claimed.claim).await {
            Ok(Reserved::New(reservation)) => {
                self.engine.set_journal_writable(true);
                Ok(reservation)
            }
            Ok(Reserved::HasResponse) => Err(self.replay_instead().await),
            Err(error) => {
                if self.engine.set_journal_writable(false) {
                    tracing::error!(%error, "no grant is refreshed: the journal has no space for a response");
                }
                Err(self.postpone().await)
            }
        }
    }

    /// Whether so little of the lease is left that another process could claim the grant during the request.
    fn is_late(&self) -> bool {
        let lease = std::time::Duration::from_secs(u64::from(self.engine.config.lease_seconds));
        let latest = lease.saturating_sub(self.engine.tiktok.refresh_timeout()).max(lease / 2);
        self.claimed.since_requested.elapsed() > latest
    }

    /// Writes new tokens to the journal, then to the store, then clears the journal.
    async fn keep(
        &self,
        response: TokenResponse,
        requested_at: Timestamp,
        reservation: Reservation,
    ) -> Outcome {
        let creator = &self.claimed.claim.creator;
        let (result, fresh) = match self.seal(response, requested_at) {
            Ok(sealed) => sealed,
            Err(error) => {
                tracing::error!(%creator, %error, "new tokens cannot be encrypted");
                return self.failed(RefreshFailure::Unreadable, true, None).await;
            }
        };
        let kept = self.journal(reservation, &result, requested_at).await;
        self.reach("refresh::journalled");
        match self.engine.store.complete_refresh(&result).await {
            Ok(is_stored) => {
                self.reach("refresh::stored");
                self.engine.clear(kept).await;
                self.reach("refresh::cleared");
                if !is_stored {
                    return Outcome::Overtaken;
                }
                self.log_transition(&result, None);
            }
            Err(error) => {
                tracing::warn!(%creator, %error, "new tokens wait in the journal: the store is unavailable");
                if kept.is_none() {
                    self.engine.keep_in_memory(creator.clone(), result);
                }
            }
        }
        Outcome::Renewed(fresh)
    }

    /// Encrypts new tokens for their row; returns the result to store, and the access token for those who wait.
    fn seal(
        &self,
        response: TokenResponse,
        requested_at: Timestamp,
    ) -> Result<(RefreshResult, FreshToken), VaultError> {
        let Claim { grant, client_key, open_id, grant_status, .. } = &self.claimed.claim;
        let seal = |token: &SecretString, field| {
            self.engine.vault.seal(token, &Place::token(client_key, open_id, field))
        };
        // Counted from the request: a slow response must not make a token look younger than it is.
        let access_expires_at = requested_at.plus_seconds(response.expires_in);
        let refresh_expires_at =
            response.refresh_expires_in.map(|seconds| requested_at.plus_seconds(seconds));
        let renewed = GrantEvent::Renewed { access_expires_at, refresh_expires_at };
        let grant_status = grant_status.after(renewed, self.claimed.now());
        let jitter = Jitter::new(&*self.engine.entropy);
        let due_at = schedule::due(requested_at, access_expires_at, grant_status.refresh_expires_at, jitter);
        let refresh_token = response.refresh_token.as_ref();
        let tokens = NewTokens {
            access_token: seal(&response.access_token, TokenField::Access)?,
            refresh_token: refresh_token.map(|token| seal(token, TokenField::Refresh)).transpose()?,
            scopes: Some(response.scopes.clone()).filter(|scopes| !scopes.is_empty()),
            token_type: response.token_type.clone(),
            refreshed_at: requested_at,
        };
        let fresh = FreshToken {
            access_token: response.access_token,
            token_type: response.token_type,
            scopes: response.scopes,
            expires_at: access_expires_at,
            generation: grant.generation + 1,
            expires_in: access_expires_at.seconds_since(self.claimed.now()),
        };
        Ok((renewal(*grant, grant_status, tokens, due_at), fresh))
    }

    /// Writes the result to the disk; `None` when the disk does not take it.
    async fn journal(
        &self,
        reservation: Reservation,
        result: &RefreshResult,
        requested_at: Timestamp,
    ) -> Option<Kept> {
        let Claim { creator, grant, .. } = &self.claimed.claim;
        let entry = Entry::new(creator.clone(), *grant, requested_at, self.claimed.now());
        let kept = reservation.keep(entry, &Response::Renewal(result.clone())).await;
        kept.inspect_err(|error| {
            tracing::error!(%creator, %error, "response cannot be journalled: it is only written to the store");
        })
        .ok()
    }

    fn reach(&self, step: &'static str) {
        let Claim { creator, grant, unsure, .. } = &self.claimed.claim;
        let numbers = format_args!("{} {} {}", grant.id, grant.generation, grant.fence);
        fail_points::reach(step, format_args!("{creator} {numbers} {unsure}"));
    }
}
