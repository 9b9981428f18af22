//! What stands behind the server functions with which a creator leaves.

use tracing::Instrument as _;

use super::{call, see_other, span, store_error};
use crate::{
    api::ApiError,
    domain::{ProfileChoice, Receipt},
    server::{disconnect as leaving, session::WebSession},
};

/// See [`api::disconnect`](crate::api::disconnect).
///
/// # Errors
/// When the store cannot be reached: nothing has ended then.
pub async fn disconnect(profile: ProfileChoice) -> Result<(), ApiError> {
    end(profile).instrument(span()).await.map(see_other)
}

/// Ends the connection and answers where the receipt is; who is not signed in has nothing to end.
async fn end(profile: ProfileChoice) -> Result<&'static str, ApiError> {
    let (state, session) = call().await?;
    let Some(creator) = session.creator().await.map_err(store_error)? else { return Ok("/") };
    let ended = leaving::disconnect(&state, &creator, profile).await.map_err(store_error)?;
    let Some(receipt) = ended else { return Ok("/") };
    hand_over(&session, &receipt).await?;
    Ok("/disconnected")
}

/// Whoever presses twice keeps the receipt that says what the first time did.
async fn hand_over(session: &WebSession, receipt: &Receipt) -> Result<(), ApiError> {
    let kept = session.receipt().await.map_err(store_error)?;
    if !receipt.was_connected && kept.is_some_and(|kept| kept.remains == receipt.remains) {
        return Ok(());
    }
    session.keep_receipt(receipt).await.map_err(store_error)
}

/// See [`api::delete_everything`](crate::api::delete_everything).
///
/// # Errors
/// When the store cannot be reached.
pub async fn delete_everything() -> Result<(), ApiError> {
    forget().instrument(span()).await.map(see_other)
}

/// Forgets the creator, this session too, and answers where the receipt is.
async fn forget() -> Result<&'static str, ApiError> {
    let (state, session) = call().await?;
    let Some(creator) = session.creator().await.map_err(store_error)? else { return Ok("/") };
    let forgotten = leaving::delete_everything(&state, &creator).await.map_err(store_error)?;
    let Some(receipt) = forgotten else { return Ok("/") };
    session.end_with(&receipt).await.map_err(store_error)?;
    Ok("/disconnected")
}

/// See [`api::kept_receipt`](crate::api::kept_receipt).
///
/// # Errors
/// When the store cannot be reached.
pub async fn kept_receipt() -> Result<Option<Receipt>, ApiError> {
    let receipt = read_receipt().instrument(span()).await?;
    if receipt.is_none() {
        see_other("/");
    }
    Ok(receipt)
}

async fn read_receipt() -> Result<Option<Receipt>, ApiError> {
    let (_, session) = call().await?;
    session.receipt().await.map_err(store_error)
}
