//! "Refresh now": a creator wants to see that their connection works.

use super::super::{refresh::RefreshError, state::AppState, store::StoreError};
use crate::domain::{CreatorId, Renewal, Trouble};

/// A connection that was renewed so recently is not renewed again: each renewal is a question to TikTok,
/// and the button can be pressed without end.
const RECENT_SECONDS: u64 = 60;

/// Asks TikTok for new tokens, unless that has just been done.
///
/// # Errors
/// When the store cannot be reached.
pub async fn refresh_now(state: &AppState, creator: &CreatorId) -> Result<Renewal, StoreError> {
    let Some(stored) = state.store.creator(creator).await? else { return Ok(Renewal::NotConnected) };
    let Some(grant) = stored.grant else { return Ok(Renewal::NotConnected) };
    let age = state.clock.now().seconds_since(grant.refreshed_at).unsigned_abs();
    if age < RECENT_SECONDS && grant.standing.trouble.is_none() {
        return Ok(Renewal::Recent);
    }
    match state.refresher.refresh_now(creator).await {
        Ok(_) => Ok(Renewal::Renewed),
        Err(RefreshError::NotConnected) => Ok(Renewal::NotConnected),
        Err(RefreshError::NeedsReconnect(_)) => Ok(Renewal::NeedsReconnect),
        Err(RefreshError::Later { trouble, .. }) => Ok(Renewal::Later(trouble)),
        Err(RefreshError::Store(error)) => Err(error),
        Err(RefreshError::Internal) => Ok(Renewal::Later(Trouble::Unexpected)),
    }
}
