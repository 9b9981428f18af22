//! Disconnecting a creator: the connection ends in the store at once, and the tokens are revoked at TikTok.
//!
//! One transaction of the store moves the tokens from the grant to a revocation, where they stay sealed until TikTok
//! confirms. A revocation survives restarts, and a reconnect cancels it.

mod revocation;

use std::time::Duration;

use super::{
    entropy::random,
    store::{Ended, Ending, StoreError, WhichRevocations},
};
use crate::domain::{
    CreatorId, EndCause, ProfileChoice, Receipt, ReceiptNumber, RemainingData, TikTokNotice,
};
use revocation::RevocationResult;
pub use revocation::{Parts, revocation_step, revoke_forever};

/// How long the creator's request waits for TikTok.
const REVOKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Ends the creator's connection, and erases or keeps their profile. `None` for a creator whom the store does not
/// know.
///
/// # Errors
/// When the store is unavailable: the connection has not ended then. An unavailable TikTok is no error.
pub async fn disconnect(
    parts: &Parts,
    creator: &CreatorId,
    profile: ProfileChoice,
) -> Result<Option<Receipt>, StoreError> {
    let ending = Ending {
        at: parts.clock.now(),
        cause: EndCause::Here,
        given_until: None,
        revoke: true,
        erase_profile: profile == ProfileChoice::Erase,
    };
    let Some(ended) = parts.store.end_grant(creator, &ending).await? else { return Ok(None) };
    let receipt = make_receipt(parts, ended, profile.into()).await;
    tracing::info!(%creator, receipt = %receipt.number, tiktok = ?receipt.tiktok, "creator disconnected");
    Ok(Some(receipt))
}

/// Deletes all data of the creator: connection, profile, sessions in every browser. `None` for a creator whom the
/// store does not know. The log has no id of the creator, only the number of the receipt.
///
/// # Errors
/// As [`disconnect`].
pub async fn delete_everything(parts: &Parts, creator: &CreatorId) -> Result<Option<Receipt>, StoreError> {
    let Some(ended) = parts.store.delete_creator(creator, parts.clock.now()).await? else {
        return Ok(None);
    };
    let receipt = make_receipt(parts, ended, RemainingData::Nothing).await;
    tracing::info!(receipt = %receipt.number, tiktok = ?receipt.tiktok, "creator's data deleted");
    Ok(Some(receipt))
}

/// Revokes the tokens if there are any, and makes the receipt.
async fn make_receipt(parts: &Parts, ended: Ended, remains: RemainingData) -> Receipt {
    let at = parts.clock.now();
    let tiktok = match ended.revocation {
        Some(revocation) => try_revoke(parts, revocation).await,
        None => TikTokNotice::NotNeeded,
    };
    let number = ReceiptNumber::from_random(u64::from_be_bytes(random(&*parts.entropy)));
    Receipt { number, at, was_connected: ended.was_active, tiktok, remains }
}

/// Tries the revocation once; a creator whom TikTok keeps waiting gets their receipt meanwhile.
async fn try_revoke(parts: &Parts, revocation: i64) -> TikTokNotice {
    let one = WhichRevocations::One(revocation);
    match tokio::time::timeout(REVOKE_TIMEOUT, revocation::claim_and_revoke(parts, one)).await {
        Ok(Ok(results)) => results.first().map_or(TikTokNotice::Pending, |result| notice(*result)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "revocation postponed: store unavailable");
            TikTokNotice::Pending
        }
        Err(_) => TikTokNotice::Pending,
    }
}

/// What the receipt says about TikTok.
const fn notice(result: RevocationResult) -> TikTokNotice {
    match result {
        RevocationResult::Revoked => TikTokNotice::Confirmed,
        RevocationResult::NothingToRevoke | RevocationResult::Cancelled => TikTokNotice::NotNeeded,
        RevocationResult::TokensDead | RevocationResult::Retry => TikTokNotice::Pending,
    }
}
