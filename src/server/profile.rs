//! The stored profile, and the avatar that goes with it.

mod cooldowns;
mod news;
mod renewal;

use super::{
    activity,
    state::AppState,
    store::{GrantTimes, StoreError, StoredAvatar, StoredCreator},
};
use crate::domain::{ConnectionState, CreatorId, Profile, Scopes};
pub use cooldowns::Cooldowns;
pub use news::learn;
pub use renewal::refresh_now;

/// The profile of a creator; `None` when the store does not know them.
///
/// # Errors
/// When the store cannot be reached.
pub async fn load(state: &AppState, creator: &CreatorId) -> Result<Option<Profile>, StoreError> {
    let Some(stored) = state.store.creator(creator).await? else { return Ok(None) };
    with_activity(state, stored).await.map(Some)
}

/// The profile, with what happened to the creator lately.
async fn with_activity(state: &AppState, stored: StoredCreator) -> Result<Profile, StoreError> {
    let activity = activity::of(state, &stored.id).await?;
    Ok(Profile { activity, ..of(state, stored) })
}

/// The profile of a creator who has opened their own page. What is stored is shown; what is old is
/// asked of TikTok anew, and is shown too if it comes in no time.
///
/// # Errors
/// When the store cannot be reached.
pub async fn opened(state: &AppState, creator: &CreatorId) -> Result<Option<Profile>, StoreError> {
    let Some(stored) = state.store.creator(creator).await? else { return Ok(None) };
    if news::came_at_once(state, &stored).await {
        return load(state, creator).await;
    }
    with_activity(state, stored).await.map(Some)
}

/// The profile of a creator as they are stored.
#[must_use]
pub fn of(state: &AppState, stored: StoredCreator) -> Profile {
    let now = state.clock.now();
    let grant = stored.grant.as_ref();
    let grant_status = grant.map(|grant| grant.grant_status);
    let granted = grant.map_or_else(Scopes::default, |grant| grant.scopes.clone());
    Profile {
        id: stored.id,
        username: stored.username,
        nickname: stored.nickname,
        has_avatar: stored.avatar_url.is_some(),
        posting: stored.posting,
        user_info: stored.user_info,
        creator_info: stored.creator_info,
        log_id: stored.log_id,
        missing: missing(state, grant),
        granted,
        state: grant_status.map_or(ConnectionState::Disconnected, |grant_status| grant_status.state(now)),
        refresh_failure: grant_status.and_then(|grant_status| grant_status.refresh_failure),
        trouble_since: grant_status
            .and_then(|grant_status| grant_status.needs_reconnect_since.or(grant_status.failing_since)),
        failure_log_id: grant.and_then(|grant| grant.log_id.clone()),
        connected_at: stored.connected_at,
        refreshed_at: grant.map(|grant| grant.refreshed_at),
        refresh_due_at: grant.and_then(|grant| grant.due_at),
        access_expires_at: grant_status.map(|grant_status| grant_status.access_expires_at),
        ended: stored.ended,
        profile_known_at: stored.profile_known_at,
        profile_asked_at: stored.profile_asked_at,
        refresh_expires_at: grant_status.and_then(|grant_status| grant_status.refresh_expires_at),
        activity: Vec::new(),
        as_of: now,
    }
}

/// What a creator who is connected did not allow; there is nothing to miss without a connection.
fn missing(state: &AppState, grant: Option<&GrantTimes>) -> Scopes {
    grant.map_or_else(Scopes::default, |grant| state.config.site.scopes.missing_from(&grant.scopes))
}

/// The creator's avatar: from the cache, unless TikTok has told us of a newer one.
///
/// A picture that cannot be fetched leaves the old one in place; `None` means that there is none.
///
/// # Errors
/// When the store cannot be reached.
pub async fn avatar(state: &AppState, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
    let Some(stored) = state.store.creator(creator).await? else { return Ok(None) };
    let cached = state.store.avatar(creator).await?;
    let (Some(address), Some(known_at)) = (stored.avatar_url, stored.avatar_url_known_at) else {
        return Ok(cached);
    };
    if cached.as_ref().is_some_and(|avatar| avatar.fetched_at >= known_at) {
        return Ok(cached);
    }
    Ok(fetch_avatar(state, creator, &address).await?.or(cached))
}

async fn fetch_avatar(
    state: &AppState,
    creator: &CreatorId,
    address: &str,
) -> Result<Option<StoredAvatar>, StoreError> {
    let picture = match state.tiktok.avatar(address).await {
        Ok(picture) => picture,
        Err(error) => {
            tracing::warn!(%error, %creator, "an avatar could not be fetched");
            return Ok(None);
        }
    };
    let avatar = StoredAvatar {
        media_type: picture.media_type.to_owned(),
        bytes: picture.bytes,
        fetched_at: state.clock.now(),
    };
    state.store.save_avatar(creator, &avatar).await?;
    Ok(Some(avatar))
}
