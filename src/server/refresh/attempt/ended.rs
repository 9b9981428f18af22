//! The attempt to refresh a grant that has ended, for its revocation.

use super::{Attempt, PreflightError};
use crate::{
    domain::{RefreshFailure, Timestamp},
    server::{
        refresh::journal::{Reservation, Reserved},
        tiktok::token::TokenResponse,
    },
};

/// How such an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Ended {
    /// The revocation has new tokens, or gets them from the journal once the store is available.
    Renewed,
    /// TikTok says that the refresh token is dead.
    Dead,
    /// It is retried later.
    Later,
}

impl Attempt<'_> {
    /// The steps of [`Attempt::run`], for a grant that is no longer in the store as one.
    pub(in crate::server::refresh) async fn run_ended(self) -> Ended {
        let claim = &self.claimed.claim;
        let refresh_token = match self.preflight() {
            Ok(token) => token,
            Err(PreflightError::Dead(_)) => return Ended::Dead,
            Err(PreflightError::Failed(_) | PreflightError::OtherApp) => return Ended::Later,
        };
        let reservation = match self.engine.journal.reserve_for_ended(claim.grant).await {
            Ok(Reserved::New(reservation)) => reservation,
            Ok(Reserved::HasResponse) => {
                self.engine.replay().await;
                return Ended::Later;
            }
            Err(error) => {
                tracing::error!(%error, "a revocation waits: the journal has no space for TikTok's response");
                return Ended::Later;
            }
        };
        let requested_at = self.claimed.now();
        match self.engine.tiktok.refresh(&refresh_token, &claim.open_id).await {
            Ok(response) => self.keep_ended(response, requested_at, reservation).await,
            Err(refusal) if refusal.refresh_failure == RefreshFailure::Refused => Ended::Dead,
            Err(_) => Ended::Later,
        }
    }

    /// Writes new tokens to the journal, then to the revocation, then clears the journal.
    async fn keep_ended(
        &self,
        response: TokenResponse,
        requested_at: Timestamp,
        reservation: Reservation,
    ) -> Ended {
        let (result, _) = match self.seal(response, requested_at) {
            Ok(sealed) => sealed,
            Err(error) => {
                tracing::error!(%error, "new tokens of an ended grant cannot be encrypted");
                return Ended::Later;
            }
        };
        let kept = self.journal(reservation, &result, requested_at).await;
        match self.engine.store.renew_revocation(&result).await {
            Ok(_) => {
                self.engine.clear(kept).await;
                Ended::Renewed
            }
            Err(error) => {
                tracing::warn!(%error, "new tokens of an ended grant wait in the journal: the store is unavailable");
                if kept.is_none() {
                    self.engine.keep_in_memory(self.claimed.claim.creator.clone(), result);
                }
                Ended::Later
            }
        }
    }
}
