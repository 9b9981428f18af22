//! The server functions with which a creator disconnects.

use super::request::{forget_login, or_redirect, see_other, with_session};
use crate::{
    api::ApiError,
    domain::{ProfileChoice, Receipt},
    server::{disconnect as leaving, session::WebSession, store::StoreError},
};

const RECEIPT_PAGE: &str = "/disconnected";

/// See [`api::disconnect`](crate::api::disconnect).
///
/// # Errors
/// When the store is unavailable: nothing has ended then.
pub async fn disconnect(profile: ProfileChoice) -> Result<(), ApiError> {
    let ended = with_session(|state, session| async move {
        let Some(creator) = session.creator().await? else { return Ok("/") };
        // Other browsers first: with the connection they lose the right to see what is left of it.
        session.end_others(&creator).await?;
        let receipt = leaving::disconnect(&state.disconnect, &creator, profile).await?;
        let Some(receipt) = receipt else { return Ok("/") };
        save_first_receipt(&session, &receipt).await?;
        forget_login();
        Ok(RECEIPT_PAGE)
    });
    ended.await.map(see_other)
}

/// A repeated request keeps the receipt of the first one, which lists the effects.
async fn save_first_receipt(session: &WebSession, receipt: &Receipt) -> Result<(), StoreError> {
    let saved = session.receipt().await?;
    if !receipt.was_connected && saved.is_some_and(|saved| saved.remains == receipt.remains) {
        return Ok(());
    }
    session.save_receipt(receipt).await
}

/// See [`api::delete_everything`](crate::api::delete_everything).
///
/// # Errors
/// When the store is unavailable.
pub async fn delete_everything() -> Result<(), ApiError> {
    let deleted = with_session(|state, session| async move {
        let Some(creator) = session.creator().await? else { return Ok("/") };
        let receipt = leaving::delete_everything(&state.disconnect, &creator).await?;
        let Some(receipt) = receipt else { return Ok("/") };
        session.replace_with_receipt(&receipt).await?;
        forget_login();
        Ok(RECEIPT_PAGE)
    });
    deleted.await.map(see_other)
}

/// See [`api::kept_receipt`](crate::api::kept_receipt).
///
/// # Errors
/// When the store is unavailable.
pub async fn kept_receipt() -> Result<Option<Receipt>, ApiError> {
    let receipt = with_session(|_, session| async move { session.receipt().await }).await?;
    Ok(or_redirect(receipt, "/"))
}
