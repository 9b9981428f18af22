//! Avatars: fetched from TikTok's image hosts, stored, and served from the store.

use std::sync::Arc;

use super::cooldowns::Cooldowns;
use crate::{
    domain::CreatorId,
    server::{
        clock::Clock,
        store::{Store, StoreError, StoredAvatar},
        tiktok::TikTok,
    },
};

/// The time for which an address that failed is not fetched again. A newer address is fetched at once.
const COOLDOWN_SECONDS: u64 = 10 * 60;

/// Serves avatars from the store, and fetches those that are out of date.
pub struct Avatars {
    store: Arc<dyn Store>,
    tiktok: Arc<TikTok>,
    clock: Arc<dyn Clock>,
    /// The addresses that failed recently.
    failed: Cooldowns<(CreatorId, String)>,
}

impl Avatars {
    /// Avatars over these parts.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, tiktok: Arc<TikTok>, clock: Arc<dyn Clock>) -> Self {
        Self { store, tiktok, clock, failed: Cooldowns::new(COOLDOWN_SECONDS) }
    }

    /// The creator's avatar: from the store, unless TikTok has sent a newer address since. When a fetch fails, and for
    /// a while after that, the stored picture is returned; `None` without one.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn load(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        let Some(profile) = self.store.creator(creator).await? else { return Ok(None) };
        let stored = self.store.avatar(creator).await?;
        let (Some(address), Some(known_at)) = (profile.avatar_url, profile.avatar_url_known_at) else {
            return Ok(stored);
        };
        if stored.as_ref().is_some_and(|avatar| avatar.fetched_at >= known_at) {
            return Ok(stored);
        }
        Ok(self.fetch(creator, address).await.or(stored))
    }

    /// Fetches a picture and stores it, unless its address has failed recently.
    async fn fetch(&self, creator: &CreatorId, address: String) -> Option<StoredAvatar> {
        let key = (creator.clone(), address);
        if self.failed.is_running(&key, self.clock.now()) {
            return None;
        }
        let fetched = self.tiktok.avatar(&key.1).await;
        let now = self.clock.now();
        let Ok(picture) = fetched.inspect_err(|error| self.remember_failure(&key, error)) else {
            return None;
        };
        let avatar =
            StoredAvatar { media_type: picture.media_type.to_owned(), bytes: picture.bytes, fetched_at: now };
        // The picture is shown although it could not be stored.
        if let Err(error) = self.store.save_avatar(creator, &avatar).await {
            self.remember_failure(&key, &error);
        }
        Some(avatar)
    }

    fn remember_failure(&self, key: &(CreatorId, String), error: &dyn std::error::Error) {
        tracing::warn!(%error, creator = %key.0, "avatar could not be fetched or stored");
        self.failed.try_start(key, self.clock.now());
    }
}
