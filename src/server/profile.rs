//! A creator's stored profile, and how it is kept up to date.

mod avatars;
mod cooldowns;
mod manual_refresh;
mod update;

use std::sync::Arc;

use super::{
    activity,
    clock::Clock,
    store::{GrantTimes, Store, StoreError, StoredCreator, StoredProfile},
};
use crate::domain::{ConnectionState, CreatorId, Profile, Scopes};
pub use avatars::Avatars;
pub use manual_refresh::ManualRefresh;
pub use update::ProfileUpdater;

/// Reads stored profiles, and updates those that are out of date.
pub struct Profiles {
    /// The store of profiles.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Requests profiles from TikTok.
    pub updater: Arc<ProfileUpdater>,
    /// The scopes that a login requests.
    pub requested_scopes: Scopes,
}

impl Profiles {
    /// The stored profile of a creator, with recent activity; `None` for an unknown creator.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn load(&self, creator: &CreatorId) -> Result<Option<Profile>, StoreError> {
        let stored = self.store.profile(creator, activity::LOADED_COUNT).await?;
        Ok(stored.map(|stored| self.with_activity(stored)))
    }

    /// The profile of a creator for their own page. One that is out of date is requested from TikTok, and
    /// is new in the result if TikTok responds at once; otherwise the stored one is returned.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn load_fresh(&self, creator: &CreatorId) -> Result<Option<Profile>, StoreError> {
        let stored = self.store.profile(creator, activity::LOADED_COUNT).await?;
        let Some(stored) = stored else { return Ok(None) };
        if self.updater.update_if_stale(&stored.creator).await {
            return self.load(creator).await;
        }
        Ok(Some(self.with_activity(stored)))
    }

    fn with_activity(&self, StoredProfile { creator, activity, programs }: StoredProfile) -> Profile {
        Profile { activity: activity::recent(&activity), programs, ..self.to_profile(creator) }
    }

    /// The profile in a creator's row, without activity.
    #[must_use]
    pub fn to_profile(&self, stored: StoredCreator) -> Profile {
        let now = self.clock.now();
        let grant = stored.grant.as_ref();
        let status = grant.map(|grant| grant.grant_status);
        Profile {
            id: stored.id,
            username: stored.username,
            nickname: stored.nickname,
            has_avatar: stored.avatar_url.is_some(),
            posting: stored.posting,
            user_info: stored.user_info,
            creator_info: stored.creator_info,
            log_id: stored.log_id,
            missing: self.missing_scopes(grant),
            granted: grant.map_or_else(Scopes::default, |grant| grant.scopes.clone()),
            state: status.map_or(ConnectionState::Disconnected, |status| status.state(now)),
            refresh_failure: status.and_then(|status| status.refresh_failure),
            trouble_since: status.and_then(|status| status.needs_reconnect_since.or(status.failing_since)),
            failure_log_id: grant.and_then(|grant| grant.log_id.clone()),
            connected_at: stored.connected_at,
            refreshed_at: grant.map(|grant| grant.refreshed_at),
            refresh_due_at: grant.and_then(|grant| grant.due_at),
            access_expires_at: status.map(|status| status.access_expires_at),
            ended: stored.ended,
            profile_known_at: stored.profile_known_at,
            profile_asked_at: stored.profile_asked_at,
            refresh_expires_at: status.and_then(|status| status.refresh_expires_at),
            activity: Vec::new(),
            programs: Vec::new(),
            as_of: now,
        }
    }

    /// The requested scopes that a connected creator did not grant; none without a connection.
    fn missing_scopes(&self, grant: Option<&GrantTimes>) -> Scopes {
        grant.map_or_else(Scopes::default, |grant| self.requested_scopes.missing_from(&grant.scopes))
    }
}
