//! "Refresh now": a creator wants to see that their connection works.

use std::time::Duration;

use super::{
    super::{
        refresh::RefreshError,
        state::AppState,
        store::{GrantTimes, StoreError},
    },
    cooldowns::age,
};
use crate::domain::{CreatorId, RefreshFailure, Renewal};

/// A connection that was renewed so recently is not renewed again.
const RECENT_SECONDS: u64 = 60;

/// Whoever pressed the button waits no longer than this. The renewal goes on without them.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks TikTok for new tokens, unless that has just been done.
///
/// # Errors
/// When the store cannot be reached.
pub async fn refresh_now(state: &AppState, creator: &CreatorId) -> Result<Renewal, StoreError> {
    let Some(stored) = state.store.creator(creator).await? else { return Ok(Renewal::NotConnected) };
    let Some(grant) = stored.grant else { return Ok(Renewal::NotConnected) };
    let now = state.clock.now();
    let is_recent =
        age(grant.refreshed_at, now) < RECENT_SECONDS && grant.grant_status.refresh_failure.is_none();
    if is_recent || !state.cooldowns.may_renew(creator, now) {
        return Ok(as_it_stands(&grant));
    }
    let renewed = state.refresher.refresh_now(creator);
    match tokio::time::timeout(PATIENCE, renewed).await.unwrap_or(Err(no_answer_yet(&grant))) {
        Ok(_) => Ok(Renewal::Renewed),
        Err(RefreshError::NotConnected) => Ok(Renewal::NotConnected),
        Err(RefreshError::NeedsReconnect(_)) => Ok(Renewal::NeedsReconnect),
        Err(RefreshError::Later { refresh_failure, .. }) => Ok(Renewal::Later(refresh_failure)),
        Err(RefreshError::Store(error)) => Err(error),
        Err(RefreshError::Internal) => Ok(Renewal::Later(RefreshFailure::Unexpected)),
    }
}

/// The answer where TikTok is not asked.
fn as_it_stands(grant: &GrantTimes) -> Renewal {
    match grant.grant_status.refresh_failure {
        _ if grant.grant_status.needs_reconnect_since.is_some() => Renewal::NeedsReconnect,
        Some(refresh_failure) => Renewal::Later(refresh_failure),
        None => Renewal::Recent,
    }
}

const fn no_answer_yet(grant: &GrantTimes) -> RefreshError {
    RefreshError::Later {
        refresh_failure: RefreshFailure::NoAnswer,
        retry_at: grant.grant_status.access_expires_at,
    }
}
