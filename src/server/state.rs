//! The state that every request handler shares.

use std::{ops::Deref, sync::Arc};

use leptos::prelude::LeptosOptions;
use tokio::sync::Notify;

use super::{
    api_keys::ApiKeys,
    audit::Audit,
    clock::Clock,
    config::Config,
    disconnect,
    entropy::Entropy,
    events,
    forward::{self, Forwarder},
    health::HealthChecks,
    heartbeats::Heartbeats,
    limits::Limits,
    login::Login,
    metrics::Metrics,
    profile::{Avatars, ManualRefresh, Profiles},
    refresh::Refresher,
    store::Store,
    tiktok::TikTok,
    tiktok_proxy::TikTokProxy,
    vault::Vault,
};

/// The parts of a running server behind one [`Arc`]; cheap to clone.
///
/// Handlers take from it the use case that they call. Use cases have parts of their own and never see it.
#[derive(Clone)]
pub struct AppState(Arc<Services>);

impl AppState {
    /// Shares `services`.
    #[must_use]
    pub fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }
}

impl Deref for AppState {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// The systems that the server uses, and its use cases.
pub struct Services {
    /// The settings.
    pub config: Config,
    /// The store of grants, profiles, sessions and events.
    pub store: Arc<dyn Store>,
    /// The client for TikTok's API, with this app's credentials.
    pub tiktok: Arc<TikTok>,
    /// Seals and opens tokens.
    pub vault: Arc<Vault>,
    /// The refresh engine.
    pub refresher: Arc<Refresher>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Limits on clients.
    pub limits: Limits,
    /// The login use case.
    pub login: Login,
    /// Reads stored profiles.
    pub profiles: Profiles,
    /// Serves avatars.
    pub avatars: Avatars,
    /// The "Refresh now" button.
    pub manual_refresh: ManualRefresh,
    /// The parts of disconnecting and of revocations.
    pub disconnect: disconnect::Parts,
    /// The parts of receiving and handling events.
    pub events: events::Parts,
    /// The parts of forwarding events.
    pub forward: forward::Parts,
    /// The client for `EVENT_FORWARD_URL`, if events are forwarded.
    pub forwarder: Option<Arc<Forwarder>>,
    /// The keys of programs.
    pub api_keys: Arc<ApiKeys>,
    /// The audit log.
    pub audit: Audit,
    /// Calls TikTok for programs.
    pub tiktok_proxy: TikTokProxy,
    /// The turns of the background loops.
    pub heartbeats: Arc<Heartbeats>,
    /// What this process records.
    pub metrics: Metrics,
    /// The health checks.
    pub health: Arc<HealthChecks>,
    /// Wakes the task that reads the TLS certificate again.
    pub reload_certificate: Arc<Notify>,
    /// Where the browser's half of the app is.
    pub leptos: LeptosOptions,
}
