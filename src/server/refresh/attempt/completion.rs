//! How an attempt without new tokens is completed: what is stored, and what is logged.

use std::sync::atomic::Ordering;

use super::{Attempt, Outcome};
use crate::{
    domain::{GrantEvent, GrantStatus, LogId, RefreshFailure, Timestamp},
    server::{
        backoff::Jitter,
        refresh::{
            Refresher,
            policy::{self, Failure},
            refusals::{RefusalDecision, Verdict},
        },
        store::{Claim, RefreshResult},
        tiktok::refresh::RefreshRefusal,
    },
};

impl Attempt<'_> {
    /// Completes with what TikTok's refusal leads to.
    pub(super) async fn refused(&self, refusal: RefreshRefusal) -> Outcome {
        let RefreshRefusal { refresh_failure, unsure, log_id, code } = refusal;
        let creator = &self.claimed.claim.creator;
        tracing::debug!(%creator, %refresh_failure, unsure, code, "TikTok issued no new tokens");
        let unsure = unsure || self.claimed.claim.unsure;
        match refresh_failure {
            RefreshFailure::Refused if unsure => {
                self.failed(RefreshFailure::AnswerLost, unsure, log_id).await
            }
            RefreshFailure::Refused => self.token_refused(log_id).await,
            _ => self.failed(refresh_failure, unsure, log_id).await,
        }
    }

    /// TikTok calls the token dead, and the response to every earlier request with it arrived.
    async fn token_refused(&self, log_id: Option<LogId>) -> Outcome {
        let refusals = &self.engine.refusals;
        let Claim { creator, unsure, .. } = &self.claimed.claim;
        let outcome = match refusals.evaluate(creator, self.claimed.now()) {
            RefusalDecision::Confirmed => return self.dead(RefreshFailure::Refused, log_id).await,
            RefusalDecision::Believed => self.dead(RefreshFailure::Refused, log_id.clone()).await,
            RefusalDecision::Doubted { is_first } => {
                if is_first {
                    tracing::error!(
                        "TikTok refuses many creators in a row: no creator is asked to reconnect"
                    );
                }
                self.failed(RefreshFailure::Refused, *unsure, log_id.clone()).await
            }
        };
        match outcome {
            Outcome::Dead(_) => refusals.record(Verdict { claim: self.claimed.claim.clone(), log_id }),
            Outcome::Overtaken => refusals.remove(creator),
            _ => {}
        }
        self.engine.revert_verdicts(self.claimed.now()).await;
        outcome
    }

    /// Completes with a failure that is retried.
    pub(super) async fn failed(
        &self,
        refresh_failure: RefreshFailure,
        unsure: bool,
        log_id: Option<LogId>,
    ) -> Outcome {
        let claim = &self.claimed.claim;
        let failure = self.engine.failure(claim, refresh_failure, self.claimed.now());
        let retry_at = failure.due_at;
        let result = failure.result(claim, unsure, log_id);
        self.complete(result, refresh_failure).await.unwrap_or(Outcome::Failed { refresh_failure, retry_at })
    }

    /// Completes with the verdict that only a reconnect helps, unless a response to these tokens is in our journal.
    pub(super) async fn dead(&self, refresh_failure: RefreshFailure, log_id: Option<LogId>) -> Outcome {
        let claim = &self.claimed.claim;
        if self.engine.journal.holds(claim).await.unwrap_or(false) {
            return self.replay_instead().await;
        }
        let grant_status = claim.grant_status.after(GrantEvent::Dead(refresh_failure), self.claimed.now());
        let result = RefreshResult { log_id, ..without_tokens(claim, grant_status, None) };
        self.complete(result, refresh_failure).await.unwrap_or(Outcome::Dead(refresh_failure))
    }

    /// A response to these very tokens is in the journal: it is written to the store instead of a new request.
    pub(super) async fn replay_instead(&self) -> Outcome {
        self.engine.replay().await;
        self.postpone().await
    }

    /// Releases a grant of another TikTok app: another process over the same store may refresh that one, or the
    /// operator has changed the client key and may change it back.
    pub(super) async fn leave_to_other_app(&self) -> Outcome {
        let claim = &self.claimed.claim;
        if !self.engine.other_app_logged.swap(true, Ordering::Relaxed) {
            let creator = &claim.creator;
            tracing::error!(%creator, "grants of another TikTok app are not refreshed: check TIKTOK_CLIENT_KEY");
        }
        let config = &self.engine.config;
        let is_alive = claim.grant_status.access_expires_at > self.claimed.now();
        let seconds = if is_alive { config.retry_seconds } else { config.longest_retry_seconds };
        self.release(seconds).await
    }

    /// Releases the claim unchanged, to be claimed again soon.
    pub(super) async fn postpone(&self) -> Outcome {
        self.release(self.engine.config.retry_seconds).await
    }

    /// Gives back a claim of tokens that another task has just renewed: due when they are due.
    pub(in crate::server::refresh) async fn give_back(&self) -> Outcome {
        self.release_until(self.claimed.claim.due_at).await
    }

    async fn release(&self, seconds: i64) -> Outcome {
        let pause = Jitter::new(&*self.engine.entropy).shorten(seconds);
        self.release_until(Some(self.claimed.now().plus_seconds(pause))).await
    }

    async fn release_until(&self, due_at: Option<Timestamp>) -> Outcome {
        let claim = &self.claimed.claim;
        let result = without_tokens(claim, claim.grant_status, due_at);
        match self.engine.store.complete_refresh(&result).await {
            Ok(false) => Outcome::Overtaken,
            Ok(true) => Outcome::Postponed,
            Err(error) => {
                let creator = &claim.creator;
                tracing::warn!(%creator, %error, "claim cannot be released: its lease expires by itself");
                Outcome::Postponed
            }
        }
    }

    /// Stores a result without tokens; an outcome only when the store did not take it.
    async fn complete(&self, result: RefreshResult, refresh_failure: RefreshFailure) -> Option<Outcome> {
        match self.engine.store.complete_refresh(&result).await {
            Ok(true) => {
                self.log_transition(&result, Some(refresh_failure));
                None
            }
            Ok(false) => Some(Outcome::Overtaken),
            Err(error) => {
                let creator = &self.claimed.claim.creator;
                tracing::warn!(%creator, %refresh_failure, %error, "refresh result cannot be stored");
                let retry_at = self.claimed.now().plus_seconds(self.engine.config.retry_seconds);
                Some(Outcome::Failed { refresh_failure, retry_at })
            }
        }
    }

    /// Logs one line for each change of the connection state or of its cause.
    pub(super) fn log_transition(&self, result: &RefreshResult, failed_with: Option<RefreshFailure>) {
        let (before, after) = (&self.claimed.claim.grant_status, &result.grant_status);
        let (creator, now) = (&self.claimed.claim.creator, self.claimed.now());
        let state = after.state(now).as_str();
        let refresh_failure = after.refresh_failure.map(RefreshFailure::as_str);
        let log_id = result.log_id.as_ref().map(LogId::as_str);
        let has_changed =
            before.state(now) != after.state(now) || before.refresh_failure != after.refresh_failure;
        match failed_with {
            _ if !has_changed => {
                tracing::debug!(%creator, state, refresh_failure, log_id, "grant status unchanged");
            }
            None => tracing::info!(%creator, state, "grant works again"),
            Some(failure) if policy::row(failure).alarms => {
                tracing::error!(%creator, state, refresh_failure, log_id, "grant refresh failed");
            }
            Some(_) => tracing::warn!(%creator, state, refresh_failure, log_id, "grant refresh failed"),
        }
    }
}

impl Refresher {
    fn failure(&self, claim: &Claim, refresh_failure: RefreshFailure, now: Timestamp) -> Failure {
        policy::failed(claim, refresh_failure, now, &self.config, Jitter::new(&*self.entropy))
    }

    /// Reverts the verdicts that relied on refusals which are no longer believed. No process can have claimed those
    /// grants since.
    pub(in crate::server::refresh) async fn revert_verdicts(&self, now: Timestamp) {
        for verdict in self.refusals.take_doubted() {
            let Verdict { claim, log_id } = &verdict;
            let creator = &claim.creator;
            let failure = self.failure(claim, RefreshFailure::Refused, now);
            match self.store.complete_refresh(&failure.result(claim, claim.unsure, log_id.clone())).await {
                Ok(true) => {
                    tracing::warn!(%creator, "verdict reverted: the creator need not reconnect for now");
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%creator, %error, "verdict cannot be reverted now: that is retried");
                    self.refusals.record(verdict);
                }
            }
        }
    }
}

impl Failure {
    fn result(self, claim: &Claim, unsure: bool, log_id: Option<LogId>) -> RefreshResult {
        let Self { grant_status, due_at, failures } = self;
        RefreshResult { failures, unsure, log_id, ..without_tokens(claim, grant_status, Some(due_at)) }
    }
}

/// A result that keeps the claim's tokens and counts.
fn without_tokens(claim: &Claim, grant_status: GrantStatus, due_at: Option<Timestamp>) -> RefreshResult {
    RefreshResult {
        grant: claim.grant,
        grant_status,
        tokens: None,
        due_at,
        failures: claim.failures,
        unsure: claim.unsure,
        log_id: None,
    }
}
