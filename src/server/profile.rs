//! The stored profile, and the avatar that goes with it.

use super::{
    activity,
    state::AppState,
    store::{StoreError, StoredAvatar, StoredCreator},
};
use crate::domain::{ConnectionState, CreatorId, Profile, Scopes};

/// The profile of a creator; `None` when the store does not know them.
///
/// # Errors
/// When the store cannot be reached.
pub async fn load(state: &AppState, creator: &CreatorId) -> Result<Option<Profile>, StoreError> {
    let Some(stored) = state.store.creator(creator).await? else { return Ok(None) };
    let activity = activity::of(state, creator).await?;
    Ok(Some(Profile { activity, ..of(state, stored) }))
}

/// The profile of a creator as they are stored.
#[must_use]
pub fn of(state: &AppState, stored: StoredCreator) -> Profile {
    let now = state.clock.now();
    let connected_at = stored.connected_at;
    let (granted, refreshed_at, consent_ends_at, connection) = match stored.grant {
        Some(grant) => {
            let standing = grant.standing;
            (grant.scopes, grant.refreshed_at, standing.consent_ends_at, standing.state(now))
        }
        None => (Scopes::default(), connected_at, None, ConnectionState::Disconnected),
    };
    Profile {
        id: stored.id,
        username: stored.username,
        nickname: stored.nickname,
        has_avatar: stored.avatar_url.is_some(),
        posting: stored.posting,
        user_info: stored.user_info,
        creator_info: stored.creator_info,
        log_id: stored.log_id,
        missing: state.config.site.scopes.missing_from(&granted),
        granted,
        state: connection,
        connected_at,
        refreshed_at,
        profile_known_at: stored.profile_known_at,
        consent_ends_at,
        activity: Vec::new(),
        as_of: now,
    }
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
