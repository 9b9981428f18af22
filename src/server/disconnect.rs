//! How a creator leaves: the connection ends here at once, and TikTok is told as soon as it listens.
//!
//! The tokens leave the grant in the store's one transaction. Until TikTok knows, they wait sealed as a
//! revocation, which outlives restarts, and which a reconnect takes back.

mod revocation;

use std::time::Duration;

use super::{
    entropy::random,
    store::{Ended, Ending, StoreError, WhichRevocations},
};
use crate::domain::{CreatorId, EndCause, ProfileChoice, Receipt, ReceiptNumber, Remains, TikTokNotice};
use revocation::Verdict;
pub use revocation::{Parts, revocation_step, revoke_forever};

/// Whoever leaves waits no longer than this for TikTok.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends the creator's connection, and erases or keeps what TikTok said of them. `None` for a creator
/// whom the store does not know.
///
/// # Errors
/// When the store cannot be reached: nothing has ended then. That TikTok cannot be reached is no error.
pub async fn disconnect(
    state: &Parts,
    creator: &CreatorId,
    profile: ProfileChoice,
) -> Result<Option<Receipt>, StoreError> {
    let ending = Ending {
        at: state.clock.now(),
        cause: EndCause::Here,
        given_until: None,
        revoke: true,
        erase_profile: profile == ProfileChoice::Erase,
    };
    let Some(ended) = state.store.end_grant(creator, &ending).await? else { return Ok(None) };
    let receipt = told(state, ended, profile.into()).await;
    tracing::info!(%creator, receipt = %receipt.number, tiktok = ?receipt.tiktok, "a creator disconnected");
    Ok(Some(receipt))
}

/// Forgets the creator: connection, profile, sessions in every browser. `None` for a creator whom the
/// store does not know. The log names nobody: only the receipt can be looked for in it.
///
/// # Errors
/// As [`disconnect`].
pub async fn delete_everything(state: &Parts, creator: &CreatorId) -> Result<Option<Receipt>, StoreError> {
    let Some(ended) = state.store.delete_creator(creator, state.clock.now()).await? else {
        return Ok(None);
    };
    let receipt = told(state, ended, Remains::Nothing).await;
    tracing::info!(receipt = %receipt.number, tiktok = ?receipt.tiktok, "a creator's data was deleted");
    Ok(Some(receipt))
}

/// Tells TikTok if there is something to tell, and writes the receipt.
async fn told(state: &Parts, ended: Ended, remains: Remains) -> Receipt {
    let at = state.clock.now();
    let tiktok = match ended.revocation {
        Some(revocation) => tell_tiktok(state, revocation).await,
        None => TikTokNotice::NothingToTell,
    };
    let number = ReceiptNumber::from_random(u64::from_be_bytes(random(&*state.entropy)));
    Receipt { number, at, was_connected: ended.was_active, tiktok, remains }
}

/// Tries once, on a task of its own: a browser that is closed meanwhile cancels nothing.
async fn tell_tiktok(state: &Parts, revocation: i64) -> TikTokNotice {
    let state = state.clone();
    let one = WhichRevocations::One(revocation);
    let tried = tokio::spawn(async move { revocation::claimed(&state, one).await });
    match tokio::time::timeout(PATIENCE, tried).await {
        Ok(Ok(Ok(verdicts))) => verdicts.first().map_or(TikTokNotice::WillBeTold, |verdict| notice(*verdict)),
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "a revocation waits for the store");
            TikTokNotice::WillBeTold
        }
        Ok(Err(_)) | Err(_) => TikTokNotice::WillBeTold,
    }
}

const fn notice(verdict: Verdict) -> TikTokNotice {
    match verdict {
        Verdict::Told => TikTokNotice::Told,
        Verdict::NothingLeft | Verdict::TakenBack => TikTokNotice::NothingToTell,
        Verdict::TokensDead | Verdict::Later => TikTokNotice::WillBeTold,
    }
}
