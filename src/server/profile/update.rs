//! Requests a creator's profile from TikTok: at login, and when they open a page whose data is old.

use std::{fmt::Display, sync::Arc, time::Duration};

use secrecy::SecretString;

use super::{
    super::{
        clock::Clock,
        refresh::{RefreshError, Refresher},
        single_flight::{Flight, SingleFlight},
        store::{ProfileUpdate, Store, StoreError, StoredCreator},
        tiktok::{
            TikTok,
            envelope::Fetched,
            profile::{CreatorInfo, UserInfo},
        },
    },
    cooldowns::{Cooldowns, age},
};
use crate::domain::{CreatorId, FetchOutcome, Scopes, Timestamp};

/// A profile is stale after two hours: so long the address of its picture holds.
const STALE_SECONDS: u64 = 2 * 60 * 60;

/// No second request for a creator within a minute: TikTok allows twenty. The store learns of a request
/// only with its response, and a page may be opened many times until then.
const COOLDOWN_SECONDS: u64 = 60;

/// How long a page waits for the update of a stale profile.
const PATIENCE: Duration = Duration::from_millis(300);

/// The token must outlive the requests.
const VALID_SECONDS: i64 = 60;

/// Requests profiles from TikTok and stores them.
pub struct ProfileUpdater {
    store: Arc<dyn Store>,
    tiktok: Arc<TikTok>,
    refresher: Arc<Refresher>,
    clock: Arc<dyn Clock>,
    cooldowns: Cooldowns,
    in_flight: SingleFlight<CreatorId, bool>,
}

impl ProfileUpdater {
    /// An updater over these parts.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        tiktok: Arc<TikTok>,
        refresher: Arc<Refresher>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            tiktok,
            refresher,
            clock,
            cooldowns: Cooldowns::new(COOLDOWN_SECONDS),
            in_flight: SingleFlight::default(),
        }
    }

    /// Starts an update if the profile is stale, or joins the one in flight; `true` when the new profile is stored
    /// before the page's patience ends. A later one is there for the next request.
    pub(super) async fn update_if_stale(self: &Arc<Self>, stored: &StoredCreator) -> bool {
        self.update_when(stored, is_stale(stored, self.clock.now()), PATIENCE).await
    }

    /// Updates a profile that is older than so many seconds, for a caller who waits for it: `true` when the new one is
    /// stored in time.
    pub async fn update_if_older(self: &Arc<Self>, stored: &StoredCreator, seconds: u64) -> bool {
        let now = self.clock.now();
        let is_older = is_connected(stored) && asked_seconds_ago(stored, now) >= seconds;
        self.update_when(stored, is_older, self.tiktok.timeouts.profile).await
    }

    async fn update_when(self: &Arc<Self>, stored: &StoredCreator, is_due: bool, patience: Duration) -> bool {
        let (flight, patience) = if let Some(flight) = self.in_flight.get(&stored.id) {
            (flight, self.tiktok.timeouts.profile)
        } else if is_due && self.cooldowns.try_start(&stored.id, self.clock.now()) {
            (self.start(stored.id.clone()), patience)
        } else {
            return false;
        };
        matches!(tokio::time::timeout(patience, flight.wait()).await, Ok(Some(true)))
    }

    fn start(self: &Arc<Self>, creator: CreatorId) -> Flight<bool> {
        let updater = Arc::clone(self);
        self.in_flight.join(&creator.clone(), async move {
            is_done(&creator, updater.update_or_refresh(&creator).await)
        })
    }

    /// Starts the update of a creator who has just connected.
    pub fn update_soon(
        self: &Arc<Self>,
        creator: &CreatorId,
        token: SecretString,
        scopes: Scopes,
    ) -> Flight<bool> {
        let (updater, id) = (Arc::clone(self), creator.clone());
        self.in_flight.join(creator, async move { is_done(&id, updater.update(&id, &token, &scopes).await) })
    }

    /// Updates with the grant's token. When TikTok refuses it before it expires, it was revoked or is
    /// refused by mistake: a refresh finds out which.
    async fn update_or_refresh(&self, creator: &CreatorId) -> Result<(), RefreshError> {
        let token = self.refresher.token(creator, VALID_SECONDS).await?;
        let update = self.request(&token.access_token, &token.scopes).await;
        if [update.user_info, update.creator_info].contains(&FetchOutcome::TokenRefused) {
            let token = self.refresher.refresh_now(creator).await?;
            return Ok(self.update(creator, &token.access_token, &token.scopes).await?);
        }
        Ok(self.store.save_profile(creator, &update).await?)
    }

    /// Requests all that TikTok knows of a creator, and stores it. What is missing from the response is
    /// stored as unknown, and shown so.
    ///
    /// # Errors
    /// When the store is unavailable.
    async fn update(
        &self,
        creator: &CreatorId,
        token: &SecretString,
        scopes: &Scopes,
    ) -> Result<(), StoreError> {
        let update = self.request(token, scopes).await;
        self.store.save_profile(creator, &update).await
    }

    /// Requests user info and creator info side by side.
    async fn request(&self, token: &SecretString, scopes: &Scopes) -> ProfileUpdate {
        let requested_at = self.clock.now();
        let (user_info, creator_info) =
            tokio::join!(self.tiktok.user_info(token, scopes), self.tiktok.creator_info(token, scopes));
        merge(user_info, creator_info, requested_at)
    }
}

/// Whether an update succeeded; logs why not.
fn is_done(creator: &CreatorId, result: Result<(), impl Display>) -> bool {
    result.inspect_err(|error| tracing::warn!(%error, %creator, "profile update failed")).is_ok()
}

/// Whether there is a grant to request with, and the last response is old or was a passing failure.
fn is_stale(stored: &StoredCreator, now: Timestamp) -> bool {
    let age = asked_seconds_ago(stored, now);
    let transient = is_transient(stored.creator_info) || is_transient(stored.user_info);
    is_connected(stored) && (age >= STALE_SECONDS || transient && age >= COOLDOWN_SECONDS)
}

fn is_connected(stored: &StoredCreator) -> bool {
    stored.grant.as_ref().is_some_and(|grant| grant.grant_status.needs_reconnect_since.is_none())
}

fn asked_seconds_ago(stored: &StoredCreator, now: Timestamp) -> u64 {
    stored.profile_asked_at.map_or(u64::MAX, |asked_at| age(asked_at, now))
}

/// Whether the next request may end otherwise.
const fn is_transient(outcome: FetchOutcome) -> bool {
    matches!(
        outcome,
        FetchOutcome::TokenRefused
            | FetchOutcome::RateLimited
            | FetchOutcome::Unavailable
            | FetchOutcome::Unexpected
    )
}

/// Creator info goes before user info where both have a field.
fn merge(user: Fetched<UserInfo>, info: Fetched<CreatorInfo>, asked_at: Timestamp) -> ProfileUpdate {
    let log_id = if info.outcome == FetchOutcome::Known { user.log_id } else { info.log_id.or(user.log_id) };
    let (user_info, creator_info) = (user.outcome, info.outcome);
    let user = user.value.unwrap_or_default();
    let from_info =
        |field: fn(&CreatorInfo) -> &Option<String>| info.value.as_ref().and_then(|info| field(info).clone());
    ProfileUpdate {
        union_id: user.union_id,
        avatar_url: from_info(|info| &info.avatar_url).or(user.avatar_url),
        username: from_info(|info| &info.username).or(user.username),
        nickname: from_info(|info| &info.nickname).or(user.display_name),
        posting: info.value.map(|info| info.posting),
        user_info,
        creator_info,
        log_id,
        asked_at,
    }
}
