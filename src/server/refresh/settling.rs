//! The last word on a claim: how it is written, and what the log says of it.

use std::sync::atomic::Ordering;

use super::{
    Refresher,
    attempt::{ClaimedGrant, Outcome},
    journal::Kept,
    policy::{self, Failure},
    schedule::{self, Draw},
};
use crate::{
    domain::{CreatorId, GrantEvent, LogId, RefreshFailure, Timestamp},
    server::store::{Claim, RefreshResult, StoreError},
};

impl Failure {
    pub(super) fn refresh_result(self, claim: &Claim, unsure: bool, log_id: Option<LogId>) -> RefreshResult {
        let Self { grant_status, due_at, failures } = self;
        RefreshResult {
            grant: claim.grant,
            grant_status,
            tokens: None,
            due_at: Some(due_at),
            failures,
            unsure,
            log_id,
        }
    }
}

impl Refresher {
    /// A failure that may pass.
    pub(super) async fn failed(
        &self,
        claimed: &ClaimedGrant,
        refresh_failure: RefreshFailure,
        unsure: bool,
        log_id: Option<LogId>,
    ) -> Outcome {
        let failure = self.failure(&claimed.claim, refresh_failure, claimed.now());
        let retry_at = failure.due_at;
        self.conclude(claimed, failure.refresh_result(&claimed.claim, unsure, log_id), refresh_failure)
            .await
            .unwrap_or(Outcome::Failed { refresh_failure, retry_at })
    }

    pub(super) fn failure(&self, claim: &Claim, refresh_failure: RefreshFailure, now: Timestamp) -> Failure {
        policy::failed(claim, refresh_failure, now, &self.refresh_config, Draw::new(&*self.entropy))
    }

    /// A verdict: only the creator can help. Nobody gives it while the answer lies in our own journal.
    pub(super) async fn dead(
        &self,
        claimed: &ClaimedGrant,
        refresh_failure: RefreshFailure,
        log_id: Option<LogId>,
    ) -> Outcome {
        if self.is_answered(claimed).await {
            return self.answered_already(claimed).await;
        }
        let Claim { grant, grant_status, failures, unsure, .. } = &claimed.claim;
        let refresh_result = RefreshResult {
            grant: *grant,
            grant_status: grant_status.after(GrantEvent::Dead(refresh_failure), claimed.now()),
            tokens: None,
            due_at: None,
            failures: *failures,
            unsure: *unsure,
            log_id,
        };
        self.conclude(claimed, refresh_result, refresh_failure)
            .await
            .unwrap_or(Outcome::Dead(refresh_failure))
    }

    async fn is_answered(&self, claimed: &ClaimedGrant) -> bool {
        match &self.journal {
            Some(journal) if self.safeguards.reread => journal.holds(&claimed.claim).await.unwrap_or(false),
            _ => false,
        }
    }

    /// An answer to these very tokens is in the journal: it is written instead of asking again.
    pub(super) async fn answered_already(&self, claimed: &ClaimedGrant) -> Outcome {
        self.replay().await;
        self.postponed(claimed).await
    }

    /// A grant of another TikTok app: another process over the same store may serve that one, or the
    /// operator has changed the client key and may change it back.
    pub(super) async fn foreign(&self, claimed: &ClaimedGrant) -> Outcome {
        if !self.foreign_told.swap(true, Ordering::Relaxed) {
            let creator = &claimed.claim.creator;
            tracing::error!(%creator, "there are grants of another TikTok app: they are left alone, look at TIKTOK_CLIENT_KEY");
        }
        let is_alive = claimed.claim.grant_status.access_expires_at > claimed.now();
        let seconds = if is_alive {
            self.refresh_config.retry_seconds
        } else {
            self.refresh_config.longest_retry_seconds
        };
        self.give_back(claimed, seconds).await
    }

    /// Gives the claim back as it was, to be taken up again soon.
    pub(super) async fn postponed(&self, claimed: &ClaimedGrant) -> Outcome {
        self.give_back(claimed, self.refresh_config.retry_seconds).await
    }

    async fn give_back(&self, claimed: &ClaimedGrant, seconds: i64) -> Outcome {
        let Claim { grant, grant_status, failures, unsure, .. } = &claimed.claim;
        let pause = schedule::shortened(seconds, Draw::new(&*self.entropy));
        let refresh_result = RefreshResult {
            grant: *grant,
            grant_status: *grant_status,
            tokens: None,
            due_at: Some(claimed.now().plus_seconds(pause)),
            failures: *failures,
            unsure: *unsure,
            log_id: None,
        };
        match self.complete_refresh(&claimed.claim.creator, &refresh_result).await {
            Ok(false) => Outcome::Overtaken,
            Ok(true) => Outcome::Postponed,
            Err(error) => {
                tracing::warn!(creator = %claimed.claim.creator, %error, "a claim could not be given back: it ends by itself");
                Outcome::Postponed
            }
        }
    }

    /// Writes a last word without tokens; an outcome only when it was not the last.
    async fn conclude(
        &self,
        claimed: &ClaimedGrant,
        refresh_result: RefreshResult,
        refresh_failure: RefreshFailure,
    ) -> Option<Outcome> {
        match self.complete_refresh(&claimed.claim.creator, &refresh_result).await {
            Ok(true) => {
                tell(claimed, &refresh_result, Some(refresh_failure));
                None
            }
            Ok(false) => Some(Outcome::Overtaken),
            Err(error) => {
                let creator = &claimed.claim.creator;
                tracing::warn!(%creator, %refresh_failure, %error, "how a refresh ended could not be written down");
                let retry_at = claimed.now().plus_seconds(self.refresh_config.retry_seconds);
                Some(Outcome::Failed { refresh_failure, retry_at })
            }
        }
    }

    /// Writes to the store. With a safeguard off, in a test, nothing is proved to it: the numbers are
    /// whatever is there now.
    pub(super) async fn complete_refresh(
        &self,
        creator: &CreatorId,
        refresh_result: &RefreshResult,
    ) -> Result<bool, StoreError> {
        let is_verdict = refresh_result.grant_status.needs_reconnect_since.is_some();
        if self.safeguards.fence && (self.safeguards.reread || !is_verdict) {
            return self.store.complete_refresh(refresh_result).await;
        }
        let Some(grant) = self.store.active_grant(creator).await? else { return Ok(false) };
        let blind = RefreshResult { grant: grant.grant, ..refresh_result.clone() };
        self.store.complete_refresh(&blind).await
    }

    /// Takes an answer out of the journal that the store has.
    pub(super) async fn clear(&self, kept: Option<Kept>) {
        let Some(kept) = kept else { return };
        let creator = kept.entry.creator.clone();
        if let Err(error) = kept.clear().await {
            tracing::warn!(%creator, %error, "the journal could not be cleared: the answer is replayed once more");
        }
    }
}

/// One line for each change of state.
pub(super) fn tell(claimed: &ClaimedGrant, refresh_result: &RefreshResult, met: Option<RefreshFailure>) {
    let (before, after, now) = (&claimed.claim.grant_status, &refresh_result.grant_status, claimed.now());
    let creator = &claimed.claim.creator;
    let state = after.state(now).as_str();
    let refresh_failure = after.refresh_failure.map(RefreshFailure::as_str);
    let log_id = refresh_result.log_id.as_ref().map(LogId::as_str);
    let is_news = before.state(now) != after.state(now) || before.refresh_failure != after.refresh_failure;
    match met {
        _ if !is_news => {
            tracing::debug!(%creator, state, refresh_failure, log_id, "a grant stands as it stood");
        }
        None => tracing::info!(%creator, state, "a grant works again"),
        Some(met) if policy::row(met).alarms => {
            tracing::error!(%creator, state, refresh_failure, log_id, "a grant could not be refreshed");
        }
        Some(_) => tracing::warn!(%creator, state, refresh_failure, log_id, "a grant could not be refreshed"),
    }
}
