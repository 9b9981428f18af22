//! One refresh, from its claim to its last word.

use secrecy::SecretString;

use super::{
    FreshToken, Refresher,
    breaker::Permit,
    config::Step,
    journal::{Entry, Kept, Placed, Reservation, renewal},
    refusals::{RefusalDecision, Verdict},
    schedule::{self, Draw},
    settling::tell,
};
use crate::{
    domain::{GrantEvent, LogId, RefreshFailure, Timestamp},
    server::{
        clock::Stopwatch,
        store::{Claim, NewTokens, RefreshResult},
        tiktok::{refresh::RefreshRefusal, token::TokenResponse},
        vault::{Place, TokenField, VaultError},
    },
};

/// A claim that we hold.
///
/// Moments are counted from the store's own at the claim: a process whose clock is wrong writes none of it
/// down.
pub(super) struct ClaimedGrant {
    pub(super) claim: Claim,
    claimed_at: Timestamp,
    since_claimed: Stopwatch,
    since_wished: Stopwatch,
}

/// How a refresh ended.
pub(super) enum Outcome {
    /// TikTok gave new tokens. They are in the store, or in the journal while it is away.
    Renewed(FreshToken),
    /// The claim was no longer the last word.
    Overtaken,
    /// It may work later.
    Failed { refresh_failure: RefreshFailure, retry_at: Timestamp },
    /// Only the creator can help.
    Dead(RefreshFailure),
    /// TikTok was not asked, for nothing that lies with the grant.
    Postponed,
}

/// What stands in the way of asking.
enum PreflightError {
    Dead(RefreshFailure),
    Failed(RefreshFailure),
    /// It is a grant of another TikTok app.
    Foreign,
}

impl ClaimedGrant {
    /// A claim that the store gave at `claimed_at`, `since_wished` after it was asked to.
    pub(super) fn new(claim: Claim, claimed_at: Timestamp, since_wished: Stopwatch) -> Self {
        Self { claim, claimed_at, since_claimed: Stopwatch::start(), since_wished }
    }

    /// The present moment by the store's clock.
    pub(super) fn now(&self) -> Timestamp {
        let seconds = i64::try_from(self.since_claimed.elapsed().as_secs()).unwrap_or(i64::MAX);
        self.claimed_at.plus_seconds(seconds)
    }
}

impl Refresher {
    /// Refreshes a grant that is ours for the lease.
    pub(super) async fn refresh(&self, mut claimed: ClaimedGrant, permit: Permit) -> Outcome {
        claimed.claim.unsure &= self.safeguards.reread;
        self.reached(Step::Claimed, &claimed);
        let refresh_token = match self.to_ask_with(&claimed) {
            Ok(token) => token,
            Err(PreflightError::Dead(refresh_failure)) => {
                return self.dead(&claimed, refresh_failure, None).await;
            }
            Err(PreflightError::Failed(refresh_failure)) => {
                return self.failed(&claimed, refresh_failure, claimed.claim.unsure, None).await;
            }
            Err(PreflightError::Foreign) => return self.foreign(&claimed).await,
        };
        let place = match self.reserve(&claimed).await {
            Ok(place) => place,
            Err(outcome) => return outcome,
        };
        self.reached(Step::Reserved, &claimed);
        if self.is_late(&claimed) {
            return self.postponed(&claimed).await;
        }
        self.reached(Step::Asked, &claimed);
        let asked_at = claimed.now();
        match self.ask(&claimed, &refresh_token).await {
            Ok(answer) => {
                self.reached(Step::Answered, &claimed);
                permit.succeeded();
                self.refusals.forget();
                self.renewed(&claimed, answer, asked_at, place).await
            }
            Err(refusal) => {
                drop(place);
                permit.failed(&claimed.claim.creator, refusal.refresh_failure);
                self.refused(&claimed, refusal).await
            }
        }
    }

    /// The refresh token, unless something is wrong with the grant already.
    fn to_ask_with(&self, claimed: &ClaimedGrant) -> Result<SecretString, PreflightError> {
        let Claim { client_key, open_id, refresh_token, grant_status, unsure, .. } = &claimed.claim;
        if grant_status.refresh_expires_at.is_some_and(|end| end <= claimed.now()) {
            return Err(PreflightError::Dead(RefreshFailure::ConsentEnded));
        }
        // The journals have had their time: the answer lies in none of them.
        if *unsure && grant_status.refresh_failure == Some(RefreshFailure::AnswerLost) {
            return Err(PreflightError::Dead(RefreshFailure::AnswerLost));
        }
        // TikTok would call the token dead.
        if *client_key != self.tiktok.client_key {
            return Err(PreflightError::Foreign);
        }
        let place = Place::token(client_key, open_id, TokenField::Refresh);
        self.vault.open(refresh_token, &place).map_err(|error| {
            tracing::error!(creator = %claimed.claim.creator, %error, "a stored token does not open");
            PreflightError::Failed(RefreshFailure::Unreadable)
        })
    }

    /// A place for the answer. Without one TikTok is not asked.
    async fn reserve(&self, claimed: &ClaimedGrant) -> Result<Option<Reservation>, Outcome> {
        let Some(journal) = &self.journal else { return Ok(None) };
        match journal.reserve(&claimed.claim).await {
            Ok(Placed::Reserved(place)) => {
                self.journal_takes(true);
                Ok(Some(place))
            }
            Ok(Placed::Answered) => Err(self.answered_already(claimed).await),
            Err(error) => {
                if self.journal_takes(false) {
                    tracing::error!(%error, "no grant is refreshed: an answer of TikTok's could not be kept");
                }
                Err(self.postponed(claimed).await)
            }
        }
    }

    /// Whether so little of the lease is left that somebody else might ask while we still wait.
    fn is_late(&self, claimed: &ClaimedGrant) -> bool {
        let lease = std::time::Duration::from_secs(u64::from(self.refresh_config.lease_seconds));
        let latest = lease.saturating_sub(self.tiktok.refresh_timeout()).max(lease / 2);
        self.safeguards.fence && claimed.since_wished.elapsed() > latest
    }

    /// Asks TikTok. Tokens of somebody else are no answer.
    async fn ask(
        &self,
        claimed: &ClaimedGrant,
        token: &SecretString,
    ) -> Result<TokenResponse, RefreshRefusal> {
        let answer = self.tiktok.refresh(token).await?;
        if answer.open_id == claimed.claim.open_id {
            return Ok(answer);
        }
        tracing::error!(creator = %claimed.claim.creator, "TikTok gave the tokens of another creator: they are dropped");
        Err(RefreshRefusal {
            refresh_failure: RefreshFailure::Unexpected,
            unsure: true,
            log_id: None,
            code: None,
        })
    }

    /// Keeps new tokens: on the disk, then in the store.
    async fn renewed(
        &self,
        claimed: &ClaimedGrant,
        answer: TokenResponse,
        asked_at: Timestamp,
        place: Option<Reservation>,
    ) -> Outcome {
        let (refresh_result, fresh) = match self.refresh_result(claimed, answer, asked_at) {
            Ok(renewal) => renewal,
            Err(error) => {
                tracing::error!(creator = %claimed.claim.creator, %error, "new tokens could not be sealed");
                return self.failed(claimed, RefreshFailure::Unreadable, true, None).await;
            }
        };
        let kept = self.keep(claimed, place, &refresh_result, asked_at).await;
        self.reached(Step::Journalled, claimed);
        match self.complete_refresh(&claimed.claim.creator, &refresh_result).await {
            Ok(is_stored) => {
                self.reached(Step::Stored, claimed);
                self.clear(kept).await;
                self.reached(Step::Cleared, claimed);
                if !is_stored {
                    return Outcome::Overtaken;
                }
                tell(claimed, &refresh_result, None);
            }
            Err(error) => {
                let creator = &claimed.claim.creator;
                tracing::warn!(%creator, %error, "new tokens wait for the store in the journal");
                if kept.is_none() {
                    self.unpersisted(creator.clone(), refresh_result);
                }
            }
        }
        Outcome::Renewed(fresh)
    }

    /// New tokens as they are written down, and the access token for whoever waits for it.
    fn refresh_result(
        &self,
        claimed: &ClaimedGrant,
        answer: TokenResponse,
        asked_at: Timestamp,
    ) -> Result<(RefreshResult, FreshToken), VaultError> {
        let Claim { grant, client_key, open_id, grant_status, .. } = &claimed.claim;
        let seal =
            |token: &SecretString, field| self.vault.seal(token, &Place::token(client_key, open_id, field));
        // Counted from the question: a slow answer must not make a token look young.
        let access_expires_at = asked_at.plus_seconds(answer.expires_in);
        let refresh_expires_at = answer.refresh_expires_in.map(|seconds| asked_at.plus_seconds(seconds));
        let grant_status =
            grant_status.after(GrantEvent::Renewed { access_expires_at, refresh_expires_at }, claimed.now());
        let draw = Draw::new(&*self.entropy);
        let due_at = schedule::due(asked_at, access_expires_at, grant_status.refresh_expires_at, draw);
        let refresh_token = answer.refresh_token.as_ref();
        let tokens = NewTokens {
            access_token: seal(&answer.access_token, TokenField::Access)?,
            refresh_token: refresh_token.map(|token| seal(token, TokenField::Refresh)).transpose()?,
            scopes: Some(answer.scopes.clone()).filter(|scopes| !scopes.is_empty()),
            token_type: answer.token_type.clone(),
            refreshed_at: asked_at,
        };
        let fresh = FreshToken {
            access_token: answer.access_token,
            token_type: answer.token_type,
            scopes: answer.scopes,
            expires_at: access_expires_at,
        };
        Ok((renewal(*grant, grant_status, tokens, due_at), fresh))
    }

    async fn keep(
        &self,
        claimed: &ClaimedGrant,
        place: Option<Reservation>,
        refresh_result: &RefreshResult,
        asked_at: Timestamp,
    ) -> Option<Kept> {
        let creator = &claimed.claim.creator;
        let entry = Entry::new(creator.clone(), claimed.claim.grant, asked_at, claimed.now());
        match place?.keep(entry, refresh_result).await {
            Ok(kept) => Some(kept),
            Err(error) => {
                tracing::error!(%creator, %error, "an answer of TikTok's is on no disk: it goes to the store alone");
                None
            }
        }
    }

    /// What TikTok's refusal comes to.
    async fn refused(&self, claimed: &ClaimedGrant, refusal: RefreshRefusal) -> Outcome {
        let RefreshRefusal { refresh_failure, unsure, log_id, code } = refusal;
        tracing::debug!(creator = %claimed.claim.creator, %refresh_failure, unsure, code, "TikTok gave no new tokens");
        let unsure = unsure || claimed.claim.unsure;
        match refresh_failure {
            RefreshFailure::Refused if unsure => {
                self.failed(claimed, RefreshFailure::AnswerLost, unsure, log_id).await
            }
            RefreshFailure::Refused => self.judge(claimed, log_id).await,
            _ => self.failed(claimed, refresh_failure, unsure, log_id).await,
        }
    }

    /// TikTok calls the token dead, and every question that was asked with it was answered.
    async fn judge(&self, claimed: &ClaimedGrant, log_id: Option<LogId>) -> Outcome {
        let creator = &claimed.claim.creator;
        let believed = match self.refusals.evaluate(creator, claimed.now()) {
            RefusalDecision::Believed => true,
            RefusalDecision::Doubted { is_first } => {
                if is_first {
                    tracing::error!(
                        "TikTok refuses one creator after the other: nobody is told to connect again"
                    );
                }
                false
            }
        };
        let outcome = if believed {
            self.dead(claimed, RefreshFailure::Refused, log_id.clone()).await
        } else {
            self.failed(claimed, RefreshFailure::Refused, claimed.claim.unsure, log_id.clone()).await
        };
        match outcome {
            Outcome::Dead(_) => self.refusals.remember(Verdict { claim: claimed.claim.clone(), log_id }),
            Outcome::Overtaken => self.refusals.explain(creator),
            _ => {}
        }
        self.take_back(claimed.now()).await;
        outcome
    }

    /// Takes back what was said on the word of a TikTok that is no longer believed. Nobody can have
    /// claimed those grants since.
    async fn take_back(&self, now: Timestamp) {
        for Verdict { claim, log_id } in self.refusals.to_take_back() {
            let failure = self.failure(&claim, RefreshFailure::Refused, now);
            let refresh_result = failure.refresh_result(&claim, claim.unsure, log_id);
            match self.complete_refresh(&claim.creator, &refresh_result).await {
                Ok(true) => {
                    tracing::warn!(creator = %claim.creator, "the creator need not connect again so far");
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(creator = %claim.creator, %error, "a verdict could not be taken back");
                }
            }
        }
    }
}
