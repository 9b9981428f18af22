//! Refresh on demand: a valid access token for a caller that waits for it.

use std::sync::Arc;

use secrecy::SecretString;

use super::{
    Refresher,
    attempt::{Attempt, ClaimedGrant, Outcome},
    breaker::Open,
};
use crate::{
    domain::{ConnectionState, CreatorId, RefreshFailure, Scopes, Timestamp},
    server::{
        clock::Stopwatch,
        fail_points,
        store::{GrantClaim, GrantRef, StoreError, StoredGrant},
        vault::{Place, TokenField},
    },
};

/// A valid access token.
#[derive(Clone, Debug)]
pub struct FreshToken {
    /// The token.
    pub access_token: SecretString,
    /// TikTok's `token_type`.
    pub token_type: String,
    /// What it allows.
    pub scopes: Scopes,
    /// When it expires, by the store's clock.
    pub expires_at: Timestamp,
    /// Counts the creator's token pairs: a later pair has a greater one.
    pub generation: i64,
    /// How long it is valid yet, in seconds, by the store's clock.
    pub expires_in: i64,
}

/// What became of a token that TikTok refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The generation of the token that is stored now.
    pub generation: i64,
    /// Whether the report led to a refresh; else there was a newer token already.
    pub refreshed: bool,
}

/// Why there is no fresh token.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RefreshError {
    /// The creator is unknown, or their grant has ended.
    #[error("the creator is not connected")]
    NotConnected,
    /// The creator must reconnect.
    #[error("the creator must connect again: {0}")]
    NeedsReconnect(RefreshFailure),
    /// The refresh failed, and is retried by the loop.
    #[error("the grant cannot be refreshed now: {refresh_failure}")]
    Later {
        /// The failure.
        refresh_failure: RefreshFailure,
        /// When it is retried.
        retry_at: Timestamp,
    },
    /// The process stops: no refresh begins any more. Another process, or this one after its restart, takes the
    /// request.
    #[error("no grant is refreshed while the app stops: ask again once it has restarted")]
    Stopping,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An internal error, which is logged.
    #[error("an internal fault")]
    Internal,
}

impl From<Open> for RefreshError {
    fn from(Open { refresh_failure, until }: Open) -> Self {
        Self::Later { refresh_failure, retry_at: until }
    }
}

impl Refresher {
    /// Returns a token that is valid for at least `min_valid_seconds`; refreshes the stored one first if it is not.
    /// A fresh token is returned even if its whole lifetime is shorter than that.
    ///
    /// # Errors
    /// [`RefreshError`] says whether to retry, or whether the creator must reconnect.
    pub async fn token(
        self: &Arc<Self>,
        creator: &CreatorId,
        min_valid_seconds: i64,
    ) -> Result<FreshToken, RefreshError> {
        let grant = self.usable_grant(creator).await?;
        let left = grant.grant_status.access_expires_at.seconds_since(grant.read_at);
        if left >= min_valid_seconds {
            return self.open_token(&grant);
        }
        self.refresh_shared(creator, Some(grant.grant)).await
    }

    /// Verifies a token that TikTok refused before it expired, by a refresh: one for each generation, however many
    /// callers report it.
    ///
    /// # Errors
    /// As [`Self::token`].
    pub async fn verify_rejected(
        self: &Arc<Self>,
        creator: &CreatorId,
        generation: i64,
    ) -> Result<Rejected, RefreshError> {
        let grant = self.usable_grant(creator).await?;
        if grant.grant.generation > generation {
            return Ok(Rejected { generation: grant.grant.generation, refreshed: false });
        }
        let fresh = self.refresh_shared(creator, Some(grant.grant)).await?;
        Ok(Rejected { generation: fresh.generation, refreshed: true })
    }

    /// Refreshes the creator's grant, whether it is due or not.
    ///
    /// # Errors
    /// As [`Self::token`].
    pub async fn refresh_now(self: &Arc<Self>, creator: &CreatorId) -> Result<FreshToken, RefreshError> {
        self.refresh_shared(creator, None).await
    }

    /// Refreshes the grant; concurrent callers for the same creator share one refresh.
    async fn refresh_shared(
        self: &Arc<Self>,
        creator: &CreatorId,
        seen: Option<GrantRef>,
    ) -> Result<FreshToken, RefreshError> {
        let underway = self.begin().ok_or(RefreshError::Stopping)?;
        let (engine, creator) = (Arc::clone(self), creator.clone());
        let work = {
            let creator = creator.clone();
            async move {
                let result = engine.refresh_unless_newer(&creator, seen).await;
                drop(underway);
                result
            }
        };
        self.single_flight.join(&creator, work).wait().await.unwrap_or(Err(RefreshError::Internal))
    }

    /// Refreshes, unless the store has newer tokens than those that were `seen`.
    async fn refresh_unless_newer(
        self: &Arc<Self>,
        creator: &CreatorId,
        seen: Option<GrantRef>,
    ) -> Result<FreshToken, RefreshError> {
        let mut grant = self.usable_grant(creator).await?;
        if grant.grant_status.refresh_failure == Some(RefreshFailure::AnswerLost) {
            return Err(self.lost_response_error(creator, grant.read_at).await?);
        }
        let seen = seen.unwrap_or(grant.grant);
        let waiting = Stopwatch::start();
        while !is_newer(grant.grant, seen) {
            if let Some(result) = self.try_refresh(&grant, seen, creator).await? {
                return result;
            }
            if waiting.elapsed() > self.config.wait_timeout {
                let refresh_failure = grant.grant_status.refresh_failure.unwrap_or(RefreshFailure::NoAnswer);
                return Err(RefreshError::Later { refresh_failure, retry_at: grant.read_at.plus_seconds(1) });
            }
            tokio::time::sleep(self.config.poll_interval).await;
            grant = self.usable_grant(creator).await?;
        }
        self.open_token(&grant)
    }

    /// The error while a lost response may still be replayed from a journal, until the due date. A request on demand
    /// must not advance the verdict.
    async fn lost_response_error(
        &self,
        creator: &CreatorId,
        now: Timestamp,
    ) -> Result<RefreshError, RefreshError> {
        let grant = self.store.creator(creator).await?.and_then(|creator| creator.grant);
        let retry_at = grant.and_then(|grant| grant.due_at).unwrap_or(now.plus_seconds(1));
        Ok(RefreshError::Later { refresh_failure: RefreshFailure::AnswerLost, retry_at })
    }

    /// Refreshes the grant unless another process does; `None` when the stored grant has to be read again.
    async fn try_refresh(
        &self,
        grant: &StoredGrant,
        seen: GrantRef,
        creator: &CreatorId,
    ) -> Result<Option<Result<FreshToken, RefreshError>>, RefreshError> {
        let permit = self.breaker.acquire(self.config.wait_timeout).await?;
        if let Some(open) = self.probe_outage(&permit).await {
            return Err(open.into());
        }
        if self.in_flight.is_stopping() {
            return Err(RefreshError::Stopping);
        }
        let since_requested = Stopwatch::start();
        fail_points::reach("refresh::claiming", creator);
        match self.store.claim_grant(creator, self.lease_seconds()).await? {
            GrantClaim::Busy => Ok(None),
            GrantClaim::Nothing => {
                Err(self.usable_grant(creator).await.map_or_else(|error| error, no_refresh_token))
            }
            GrantClaim::Claimed { now, claim } => {
                let claimed = ClaimedGrant::new(*claim, now, since_requested);
                if is_newer(claimed.claim.grant, seen) {
                    Attempt::new(self, claimed).give_back().await;
                    return Ok(None);
                }
                let outcome = self.attempt(claimed, permit).await;
                Ok(to_result(outcome, &grant.scopes))
            }
        }
    }

    /// The creator's grant, if it does not need a reconnect.
    async fn usable_grant(&self, creator: &CreatorId) -> Result<StoredGrant, RefreshError> {
        let grant = self.store.active_grant(creator).await?.ok_or(RefreshError::NotConnected)?;
        match grant.grant_status.state(grant.read_at) {
            ConnectionState::NeedsReconnect if grant.grant_status.needs_reconnect_since.is_some() => {
                Err(RefreshError::NeedsReconnect(
                    grant.grant_status.refresh_failure.unwrap_or(RefreshFailure::Refused),
                ))
            }
            ConnectionState::NeedsReconnect => {
                Err(RefreshError::NeedsReconnect(RefreshFailure::ConsentEnded))
            }
            _ => Ok(grant),
        }
    }

    fn open_token(&self, grant: &StoredGrant) -> Result<FreshToken, RefreshError> {
        let place = Place::token(&grant.client_key, &grant.open_id, TokenField::Access);
        let access_token = self.vault.open(&grant.access_token, &place).map_err(|error| {
            tracing::error!(%error, grant = grant.grant.id, "stored token cannot be decrypted");
            RefreshError::Internal
        })?;
        Ok(FreshToken {
            access_token,
            token_type: grant.token_type.clone(),
            scopes: grant.scopes.clone(),
            expires_at: grant.grant_status.access_expires_at,
            generation: grant.grant.generation,
            expires_in: grant.grant_status.access_expires_at.seconds_since(grant.read_at),
        })
    }
}

fn is_newer(grant: GrantRef, seen: GrantRef) -> bool {
    (grant.id, grant.generation) != (seen.id, seen.generation)
}

/// TikTok issued no refresh token: the grant ends with its access token.
fn no_refresh_token(_: StoredGrant) -> RefreshError {
    RefreshError::NeedsReconnect(RefreshFailure::ConsentEnded)
}

/// The result for a waiting caller; `None` when the stored grant has to be read again. TikTok may omit the scopes.
fn to_result(outcome: Outcome, scopes: &Scopes) -> Option<Result<FreshToken, RefreshError>> {
    match outcome {
        Outcome::Renewed(mut fresh) => {
            if fresh.scopes.is_empty() {
                fresh.scopes = scopes.clone();
            }
            Some(Ok(fresh))
        }
        Outcome::Overtaken => None,
        Outcome::Failed { refresh_failure, retry_at } => {
            Some(Err(RefreshError::Later { refresh_failure, retry_at }))
        }
        Outcome::Dead(refresh_failure) => Some(Err(RefreshError::NeedsReconnect(refresh_failure))),
        Outcome::Postponed => Some(Err(RefreshError::Internal)),
    }
}
