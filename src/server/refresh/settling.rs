//! The last word on a claim: how it is written, and what the log says of it.

use std::sync::atomic::Ordering;

use super::{
    Refresher,
    attempt::{Held, Outcome},
    journal::Kept,
    policy::{self, Failure},
    schedule::{self, Draw},
};
use crate::{
    domain::{CreatorId, GrantEvent, LogId, Timestamp, Trouble},
    server::store::{Claim, Settlement, StoreError},
};

impl Failure {
    pub(super) fn settlement(self, claim: &Claim, unsure: bool, log_id: Option<LogId>) -> Settlement {
        let Self { standing, due_at, failures } = self;
        Settlement {
            grant: claim.grant,
            standing,
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
        held: &Held,
        trouble: Trouble,
        unsure: bool,
        log_id: Option<LogId>,
    ) -> Outcome {
        let failure = self.failure(&held.claim, trouble, held.now());
        let retry_at = failure.due_at;
        self.conclude(held, failure.settlement(&held.claim, unsure, log_id), trouble)
            .await
            .unwrap_or(Outcome::Failed { trouble, retry_at })
    }

    pub(super) fn failure(&self, claim: &Claim, trouble: Trouble, now: Timestamp) -> Failure {
        policy::failed(claim, trouble, now, &self.pace, Draw::new(&*self.entropy))
    }

    /// A verdict: only the creator can help. Nobody gives it while the answer lies in our own journal.
    pub(super) async fn dead(&self, held: &Held, trouble: Trouble, log_id: Option<LogId>) -> Outcome {
        if self.is_answered(held).await {
            return self.answered_already(held).await;
        }
        let Claim { grant, standing, failures, unsure, .. } = &held.claim;
        let settlement = Settlement {
            grant: *grant,
            standing: standing.after(GrantEvent::Dead(trouble), held.now()),
            tokens: None,
            due_at: None,
            failures: *failures,
            unsure: *unsure,
            log_id,
        };
        self.conclude(held, settlement, trouble).await.unwrap_or(Outcome::Dead(trouble))
    }

    async fn is_answered(&self, held: &Held) -> bool {
        match &self.journal {
            Some(journal) if self.safeguards.reread => journal.holds(&held.claim).await.unwrap_or(false),
            _ => false,
        }
    }

    /// An answer to these very tokens is in the journal: it is written instead of asking again.
    pub(super) async fn answered_already(&self, held: &Held) -> Outcome {
        self.replay().await;
        self.postponed(held).await
    }

    /// A grant of another TikTok app: another process over the same store may serve that one, or the
    /// operator has changed the client key and may change it back.
    pub(super) async fn foreign(&self, held: &Held) -> Outcome {
        if !self.foreign_told.swap(true, Ordering::Relaxed) {
            let creator = &held.claim.creator;
            tracing::error!(%creator, "there are grants of another TikTok app: they are left alone, look at TIKTOK_CLIENT_KEY");
        }
        let is_alive = held.claim.standing.access_ends_at > held.now();
        let seconds = if is_alive { self.pace.retry_seconds } else { self.pace.longest_retry_seconds };
        self.give_back(held, seconds).await
    }

    /// Gives the claim back as it was, to be taken up again soon.
    pub(super) async fn postponed(&self, held: &Held) -> Outcome {
        self.give_back(held, self.pace.retry_seconds).await
    }

    async fn give_back(&self, held: &Held, seconds: i64) -> Outcome {
        let Claim { grant, standing, failures, unsure, .. } = &held.claim;
        let pause = schedule::shortened(seconds, Draw::new(&*self.entropy));
        let settlement = Settlement {
            grant: *grant,
            standing: *standing,
            tokens: None,
            due_at: Some(held.now().plus_seconds(pause)),
            failures: *failures,
            unsure: *unsure,
            log_id: None,
        };
        match self.settle(&held.claim.creator, &settlement).await {
            Ok(false) => Outcome::Overtaken,
            Ok(true) => Outcome::Postponed,
            Err(error) => {
                tracing::warn!(creator = %held.claim.creator, %error, "a claim could not be given back: it ends by itself");
                Outcome::Postponed
            }
        }
    }

    /// Writes a last word without tokens; an outcome only when it was not the last.
    async fn conclude(&self, held: &Held, settlement: Settlement, trouble: Trouble) -> Option<Outcome> {
        match self.settle(&held.claim.creator, &settlement).await {
            Ok(true) => {
                tell(held, &settlement, Some(trouble));
                None
            }
            Ok(false) => Some(Outcome::Overtaken),
            Err(error) => {
                let creator = &held.claim.creator;
                tracing::warn!(%creator, %trouble, %error, "how a refresh ended could not be written down");
                let retry_at = held.now().plus_seconds(self.pace.retry_seconds);
                Some(Outcome::Failed { trouble, retry_at })
            }
        }
    }

    /// Writes to the store. With a safeguard off, in a test, nothing is proved to it: the numbers are
    /// whatever is there now.
    pub(super) async fn settle(
        &self,
        creator: &CreatorId,
        settlement: &Settlement,
    ) -> Result<bool, StoreError> {
        let is_verdict = settlement.standing.needs_reconnect_since.is_some();
        if self.safeguards.fence && (self.safeguards.reread || !is_verdict) {
            return self.store.settle(settlement).await;
        }
        let Some(grant) = self.store.active_grant(creator).await? else { return Ok(false) };
        let blind = Settlement { grant: grant.grant, ..settlement.clone() };
        self.store.settle(&blind).await
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
pub(super) fn tell(held: &Held, settlement: &Settlement, met: Option<Trouble>) {
    let (before, after, now) = (&held.claim.standing, &settlement.standing, held.now());
    let creator = &held.claim.creator;
    let state = after.state(now).as_str();
    let trouble = after.trouble.map(Trouble::as_str);
    let log_id = settlement.log_id.as_ref().map(LogId::as_str);
    let is_news = before.state(now) != after.state(now) || before.trouble != after.trouble;
    match met {
        _ if !is_news => tracing::debug!(%creator, state, trouble, log_id, "a grant stands as it stood"),
        None => tracing::info!(%creator, state, "a grant works again"),
        Some(met) if policy::row(met).alarms => {
            tracing::error!(%creator, state, trouble, log_id, "a grant could not be refreshed");
        }
        Some(_) => tracing::warn!(%creator, state, trouble, log_id, "a grant could not be refreshed"),
    }
}
