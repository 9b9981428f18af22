//! The proxy use case: calls TikTok for a program, which never sees the creator's token.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};

use super::{
    refresh::{FreshToken, RefreshError, Refresher},
    tiktok::{
        TikTok, TransportError,
        proxy::{Proxied, ProxyError, ProxyRoute, ROUTES},
    },
};
use crate::domain::CreatorId;

/// The token must outlive the call.
const VALID_SECONDS: i64 = 60;

/// Creators whose rate is remembered; checks after which those who may use all of it again are forgotten.
const REMEMBERED: usize = 10_000;

/// Calls TikTok for programs.
pub struct TikTokProxy {
    refresher: Arc<Refresher>,
    tiktok: Arc<TikTok>,
    /// TikTok's limit for each creator, by the place in [`ROUTES`].
    limits: Vec<DefaultKeyedRateLimiter<CreatorId>>,
    /// Whether direct posts may be made.
    direct_posts: bool,
}

/// Why a call was not made, or has no response.
#[derive(Debug)]
pub enum CallError {
    /// TikTok's endpoint is not on the list, or the operator has not allowed it.
    NotAllowed,
    /// The creator has not granted any of these.
    ScopeMissing(&'static [&'static str]),
    /// TikTok would refuse it for its rate.
    RateLimited(Duration),
    /// There is no token.
    Refresh(RefreshError),
    /// TikTok's response cannot be passed on.
    Unusable(u16),
    /// TikTok did not respond.
    NoResponse {
        /// Whether it took too long.
        timed_out: bool,
        /// Whether the call may be made again without harm.
        retry_safe: bool,
    },
}

impl TikTokProxy {
    /// A proxy with nobody's rate used.
    #[must_use]
    pub fn new(refresher: Arc<Refresher>, tiktok: Arc<TikTok>, direct_posts: bool) -> Self {
        let quota = |route: &ProxyRoute| {
            Quota::per_minute(NonZeroU32::new(route.per_minute).unwrap_or(NonZeroU32::MIN))
        };
        let limits = ROUTES.iter().map(|route| DefaultKeyedRateLimiter::keyed(quota(route))).collect();
        Self { refresher, tiktok, limits, direct_posts }
    }

    /// The endpoint of a program's request, if it may be called here.
    ///
    /// # Errors
    /// [`CallError::NotAllowed`].
    pub fn route(&self, method: &str, path: &str) -> Result<&'static ProxyRoute, CallError> {
        let route = ProxyRoute::find(method, path).filter(|route| self.direct_posts || !route.direct_post);
        route.ok_or(CallError::NotAllowed)
    }

    /// Calls TikTok. Where it refuses the token, that is refreshed, and a call that may be repeated is.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call(
        &self,
        creator: &CreatorId,
        route: &'static ProxyRoute,
        query: Option<&str>,
        body: &[u8],
    ) -> Result<Proxied, CallError> {
        let token = self.refresher.token(creator, VALID_SECONDS).await.map_err(CallError::Refresh)?;
        if !route.scopes.iter().any(|scope| token.scopes.contains(scope)) {
            return Err(CallError::ScopeMissing(route.scopes));
        }
        self.count(creator, route)?;
        let response = self.send(route, query, body, &token).await?;
        if !response.refuses_token() {
            return Ok(response);
        }
        // One refresh for all who were refused; its result counts for the next call, too.
        let verified = self.refresher.verify_rejected(creator, token.generation).await;
        match (route.repeatable, verified) {
            (true, Ok(_)) => {
                let token = self.refresher.token(creator, VALID_SECONDS).await.map_err(CallError::Refresh)?;
                self.send(route, query, body, &token).await
            }
            (_, Err(error @ RefreshError::NeedsReconnect(_))) => Err(CallError::Refresh(error)),
            _ => Ok(response),
        }
    }

    async fn send(
        &self,
        route: &ProxyRoute,
        query: Option<&str>,
        body: &[u8],
        token: &FreshToken,
    ) -> Result<Proxied, CallError> {
        let response = self.tiktok.proxy(route, query, body, &token.access_token).await;
        response.map_err(|error| match error {
            ProxyError::Unusable(status) => CallError::Unusable(status),
            ProxyError::Transport(TransportError::TooLarge) => CallError::Unusable(200),
            ProxyError::Transport(error) => CallError::NoResponse {
                timed_out: error == TransportError::Timeout,
                retry_safe: route.repeatable || error == TransportError::Unreachable,
            },
        })
    }

    /// Counts a call against TikTok's limit for the creator.
    fn count(&self, creator: &CreatorId, route: &ProxyRoute) -> Result<(), CallError> {
        let place = ROUTES.iter().position(|listed| listed == route);
        let Some(limit) = place.and_then(|place| self.limits.get(place)) else { return Ok(()) };
        if limit.len() > REMEMBERED {
            limit.retain_recent();
        }
        limit
            .check_key(creator)
            .map_err(|refused| CallError::RateLimited(refused.wait_time_from(DefaultClock::default().now())))
    }
}
