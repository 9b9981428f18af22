//! One refresh, from its claim to its last word.

use secrecy::SecretString;

use super::{
    FreshToken, Refresher,
    breaker::Permit,
    journal::{Entry, Kept, Placed, Reservation, renewal},
    pace::Step,
    refusals::{Belief, Verdict},
    schedule::{self, Draw},
    settling::tell,
};
use crate::{
    domain::{GrantEvent, LogId, Timestamp, Trouble},
    server::{
        clock::Stopwatch,
        store::{Claim, NewTokens, Settlement},
        tiktok::{refresh::RefreshRefusal, token::TokenAnswer},
        vault::{Place, TokenField, VaultError},
    },
};

/// A claim that we hold.
///
/// Moments are counted from the store's own at the claim: a process whose clock is wrong writes none of it
/// down.
pub(super) struct Held {
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
    Failed { trouble: Trouble, retry_at: Timestamp },
    /// Only the creator can help.
    Dead(Trouble),
    /// TikTok was not asked, for nothing that lies with the grant.
    Postponed,
}

/// What stands in the way of asking.
enum Hindrance {
    Dead(Trouble),
    Failed(Trouble),
    /// It is a grant of another TikTok app.
    Foreign,
}

impl Held {
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
    pub(super) async fn refresh(&self, mut held: Held, permit: Permit) -> Outcome {
        held.claim.unsure &= self.safeguards.reread;
        self.reached(Step::Claimed, &held);
        let refresh_token = match self.to_ask_with(&held) {
            Ok(token) => token,
            Err(Hindrance::Dead(trouble)) => return self.dead(&held, trouble, None).await,
            Err(Hindrance::Failed(trouble)) => {
                return self.failed(&held, trouble, held.claim.unsure, None).await;
            }
            Err(Hindrance::Foreign) => return self.foreign(&held).await,
        };
        let place = match self.reserve(&held).await {
            Ok(place) => place,
            Err(outcome) => return outcome,
        };
        self.reached(Step::Reserved, &held);
        if self.is_late(&held) {
            return self.postponed(&held).await;
        }
        self.reached(Step::Asked, &held);
        let asked_at = held.now();
        match self.ask(&held, &refresh_token).await {
            Ok(answer) => {
                self.reached(Step::Answered, &held);
                permit.succeeded();
                self.refusals.forget();
                self.renewed(&held, answer, asked_at, place).await
            }
            Err(refusal) => {
                drop(place);
                permit.failed(&held.claim.creator, refusal.trouble);
                self.refused(&held, refusal).await
            }
        }
    }

    /// The refresh token, unless something is wrong with the grant already.
    fn to_ask_with(&self, held: &Held) -> Result<SecretString, Hindrance> {
        let Claim { client_key, open_id, refresh_token, standing, unsure, .. } = &held.claim;
        if standing.consent_ends_at.is_some_and(|end| end <= held.now()) {
            return Err(Hindrance::Dead(Trouble::ConsentEnded));
        }
        // The journals have had their time: the answer lies in none of them.
        if *unsure && standing.trouble == Some(Trouble::AnswerLost) {
            return Err(Hindrance::Dead(Trouble::AnswerLost));
        }
        // TikTok would call the token dead.
        if *client_key != self.tiktok.client_key {
            return Err(Hindrance::Foreign);
        }
        let place = Place::token(client_key, open_id, TokenField::Refresh);
        self.vault.open(refresh_token, &place).map_err(|error| {
            tracing::error!(creator = %held.claim.creator, %error, "a stored token does not open");
            Hindrance::Failed(Trouble::Unreadable)
        })
    }

    /// A place for the answer. Without one TikTok is not asked.
    async fn reserve(&self, held: &Held) -> Result<Option<Reservation>, Outcome> {
        let Some(journal) = &self.journal else { return Ok(None) };
        match journal.reserve(&held.claim).await {
            Ok(Placed::Reserved(place)) => {
                self.journal_takes(true);
                Ok(Some(place))
            }
            Ok(Placed::Answered) => Err(self.answered_already(held).await),
            Err(error) => {
                if self.journal_takes(false) {
                    tracing::error!(%error, "no grant is refreshed: an answer of TikTok's could not be kept");
                }
                Err(self.postponed(held).await)
            }
        }
    }

    /// Whether so little of the lease is left that somebody else might ask while we still wait.
    fn is_late(&self, held: &Held) -> bool {
        let lease = std::time::Duration::from_secs(u64::from(self.pace.lease_seconds));
        let latest = lease.saturating_sub(self.tiktok.refresh_patience()).max(lease / 2);
        self.safeguards.fence && held.since_wished.elapsed() > latest
    }

    /// Asks TikTok. Tokens of somebody else are no answer.
    async fn ask(&self, held: &Held, token: &SecretString) -> Result<TokenAnswer, RefreshRefusal> {
        let answer = self.tiktok.refresh(token).await?;
        if answer.open_id == held.claim.open_id {
            return Ok(answer);
        }
        tracing::error!(creator = %held.claim.creator, "TikTok gave the tokens of another creator: they are dropped");
        Err(RefreshRefusal { trouble: Trouble::Unexpected, unsure: true, log_id: None, code: None })
    }

    /// Keeps new tokens: on the disk, then in the store.
    async fn renewed(
        &self,
        held: &Held,
        answer: TokenAnswer,
        asked_at: Timestamp,
        place: Option<Reservation>,
    ) -> Outcome {
        let (settlement, fresh) = match self.settlement(held, answer, asked_at) {
            Ok(renewal) => renewal,
            Err(error) => {
                tracing::error!(creator = %held.claim.creator, %error, "new tokens could not be sealed");
                return self.failed(held, Trouble::Unreadable, true, None).await;
            }
        };
        let kept = self.keep(held, place, &settlement, asked_at).await;
        self.reached(Step::Journalled, held);
        match self.settle(&held.claim.creator, &settlement).await {
            Ok(is_stored) => {
                self.reached(Step::Stored, held);
                self.clear(kept).await;
                self.reached(Step::Cleared, held);
                if !is_stored {
                    return Outcome::Overtaken;
                }
                tell(held, &settlement, None);
            }
            Err(error) => {
                let creator = &held.claim.creator;
                tracing::warn!(%creator, %error, "new tokens wait for the store in the journal");
                if kept.is_none() {
                    self.unkept(creator.clone(), settlement);
                }
            }
        }
        Outcome::Renewed(fresh)
    }

    /// New tokens as they are written down, and the access token for whoever waits for it.
    fn settlement(
        &self,
        held: &Held,
        answer: TokenAnswer,
        asked_at: Timestamp,
    ) -> Result<(Settlement, FreshToken), VaultError> {
        let Claim { grant, client_key, open_id, standing, .. } = &held.claim;
        let seal =
            |token: &SecretString, field| self.vault.seal(token, &Place::token(client_key, open_id, field));
        // Counted from the question: a slow answer must not make a token look young.
        let access_ends_at = asked_at.plus_seconds(answer.expires_in);
        let consent_ends_at = answer.refresh_expires_in.map(|seconds| asked_at.plus_seconds(seconds));
        let standing = standing.after(GrantEvent::Renewed { access_ends_at, consent_ends_at }, held.now());
        let draw = Draw::new(&*self.entropy);
        let due_at = schedule::due(asked_at, access_ends_at, standing.consent_ends_at, draw);
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
            expires_at: access_ends_at,
        };
        Ok((renewal(*grant, standing, tokens, due_at), fresh))
    }

    async fn keep(
        &self,
        held: &Held,
        place: Option<Reservation>,
        settlement: &Settlement,
        asked_at: Timestamp,
    ) -> Option<Kept> {
        let creator = &held.claim.creator;
        let entry = Entry::new(creator.clone(), held.claim.grant, asked_at, held.now());
        match place?.keep(entry, settlement).await {
            Ok(kept) => Some(kept),
            Err(error) => {
                tracing::error!(%creator, %error, "an answer of TikTok's is on no disk: it goes to the store alone");
                None
            }
        }
    }

    /// What TikTok's refusal comes to.
    async fn refused(&self, held: &Held, refusal: RefreshRefusal) -> Outcome {
        let RefreshRefusal { trouble, unsure, log_id, code } = refusal;
        tracing::debug!(creator = %held.claim.creator, %trouble, unsure, code, "TikTok gave no new tokens");
        let unsure = unsure || held.claim.unsure;
        match trouble {
            Trouble::Refused if unsure => self.failed(held, Trouble::AnswerLost, unsure, log_id).await,
            Trouble::Refused => self.judge(held, log_id).await,
            _ => self.failed(held, trouble, unsure, log_id).await,
        }
    }

    /// TikTok calls the token dead, and every question that was asked with it was answered.
    async fn judge(&self, held: &Held, log_id: Option<LogId>) -> Outcome {
        let creator = &held.claim.creator;
        let believed = match self.refusals.judge(creator, held.now()) {
            Belief::Believed => true,
            Belief::Doubted { is_first } => {
                if is_first {
                    tracing::error!(
                        "TikTok refuses one creator after the other: nobody is told to connect again"
                    );
                }
                false
            }
        };
        let outcome = if believed {
            self.dead(held, Trouble::Refused, log_id.clone()).await
        } else {
            self.failed(held, Trouble::Refused, held.claim.unsure, log_id.clone()).await
        };
        match outcome {
            Outcome::Dead(_) => self.refusals.remember(Verdict { claim: held.claim.clone(), log_id }),
            Outcome::Overtaken => self.refusals.explain(creator),
            _ => {}
        }
        self.take_back(held.now()).await;
        outcome
    }

    /// Takes back what was said on the word of a TikTok that is no longer believed. Nobody can have
    /// claimed those grants since.
    async fn take_back(&self, now: Timestamp) {
        for Verdict { claim, log_id } in self.refusals.to_take_back() {
            let failure = self.failure(&claim, Trouble::Refused, now);
            let settlement = failure.settlement(&claim, claim.unsure, log_id);
            match self.settle(&claim.creator, &settlement).await {
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
