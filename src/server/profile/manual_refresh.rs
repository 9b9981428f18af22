//! "Refresh now": a creator checks that their connection works.

use std::{sync::Arc, time::Duration};

use super::{
    super::{
        clock::Clock,
        refresh::{RefreshError, Refresher},
        store::{GrantTimes, Store, StoreError},
    },
    cooldowns::{Cooldowns, age},
};
use crate::domain::{CreatorId, RefreshFailure, Renewal, Timestamp};

/// A grant that was refreshed so recently is not refreshed again.
const RECENT_SECONDS: u64 = 60;

/// The button may be pressed without end, and each press is a request to TikTok.
const COOLDOWN_SECONDS: u64 = 15;

/// A browser waits no longer than this for the result. The refresh goes on after it.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Refreshes a grant on its creator's request.
pub struct ManualRefresh {
    store: Arc<dyn Store>,
    refresher: Arc<Refresher>,
    clock: Arc<dyn Clock>,
    cooldowns: Cooldowns,
}

impl ManualRefresh {
    /// The use case over these parts.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, refresher: Arc<Refresher>, clock: Arc<dyn Clock>) -> Self {
        Self { store, refresher, clock, cooldowns: Cooldowns::new(COOLDOWN_SECONDS) }
    }

    /// Requests new tokens from TikTok, unless the grant was refreshed recently or the creator's cooldown
    /// runs.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn refresh(&self, creator: &CreatorId) -> Result<Renewal, StoreError> {
        let stored = self.store.creator(creator).await?;
        let Some(grant) = stored.and_then(|stored| stored.grant) else { return Ok(Renewal::NotConnected) };
        let now = self.clock.now();
        if is_recent(&grant, now) || !self.cooldowns.try_start(creator, now) {
            return Ok(without_request(&grant));
        }
        let refreshed = self.refresher.refresh_now(creator);
        match tokio::time::timeout(TIMEOUT, refreshed).await {
            Ok(Ok(_)) => Ok(Renewal::Renewed),
            Ok(Err(error)) => from_error(error),
            Err(_) => Ok(Renewal::Later(RefreshFailure::NoAnswer)),
        }
    }
}

fn is_recent(grant: &GrantTimes, now: Timestamp) -> bool {
    age(grant.refreshed_at, now) < RECENT_SECONDS && grant.grant_status.refresh_failure.is_none()
}

/// The result when TikTok is not called.
fn without_request(grant: &GrantTimes) -> Renewal {
    match grant.grant_status.refresh_failure {
        _ if grant.grant_status.needs_reconnect_since.is_some() => Renewal::NeedsReconnect,
        Some(refresh_failure) => Renewal::Later(refresh_failure),
        None => Renewal::Recent,
    }
}

fn from_error(error: RefreshError) -> Result<Renewal, StoreError> {
    match error {
        RefreshError::NotConnected => Ok(Renewal::NotConnected),
        RefreshError::NeedsReconnect(_) => Ok(Renewal::NeedsReconnect),
        RefreshError::Later { refresh_failure, .. } => Ok(Renewal::Later(refresh_failure)),
        RefreshError::Store(error) => Err(error),
        RefreshError::Stopping | RefreshError::Internal => Ok(Renewal::Later(RefreshFailure::Unexpected)),
    }
}
