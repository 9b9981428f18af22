//! Wires the use cases: each gets the systems that it uses.

use std::sync::Arc;

use leptos::prelude::LeptosOptions;

use crate::server::{
    api_keys::{ApiKeys, KeyKind},
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
    login::{Callbacks, Login},
    metrics::Metrics,
    profile::{Avatars, ManualRefresh, ProfileUpdater, Profiles},
    refresh::Refresher,
    state::{AppState, Services},
    store::Store,
    tiktok::TikTok,
    tiktok_proxy::TikTokProxy,
    vault::Vault,
};

/// The systems that use cases are made of; cheap to clone.
#[derive(Clone)]
pub(super) struct Systems {
    pub(super) store: Arc<dyn Store>,
    pub(super) tiktok: Arc<TikTok>,
    pub(super) vault: Arc<Vault>,
    pub(super) refresher: Arc<Refresher>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) limits: Limits,
    pub(super) metrics: Metrics,
}

impl Systems {
    /// The state of a server with these settings over these systems.
    pub(super) fn into_state(
        self,
        config: Config,
        forwarder: Option<Arc<Forwarder>>,
        leptos: LeptosOptions,
    ) -> AppState {
        let updater = Arc::new(self.clone().profile_updater());
        let heartbeats = Arc::default();
        let services = Services {
            health: self.clone().health(&config, &heartbeats),
            heartbeats,
            reload_certificate: Arc::default(),
            login: self.clone().login(Arc::clone(&updater)),
            profiles: self.clone().profiles(&config, updater),
            avatars: self.clone().avatars(),
            manual_refresh: self.clone().manual_refresh(),
            disconnect: self.clone().disconnect(),
            events: self.clone().events(&config, forwarder.as_deref()),
            forward: self.clone().forward(),
            api_keys: self.clone().api_keys(&config),
            audit: self.clone().audit(&config),
            tiktok_proxy: self.clone().tiktok_proxy(&config),
            forwarder,
            leptos,
            config,
            store: self.store,
            tiktok: self.tiktok,
            vault: self.vault,
            refresher: self.refresher,
            clock: self.clock,
            entropy: self.entropy,
            limits: self.limits,
            metrics: self.metrics,
        };
        AppState::new(services)
    }

    fn profile_updater(self) -> ProfileUpdater {
        ProfileUpdater::new(self.store, self.tiktok, self.refresher, self.clock)
    }

    fn health(self, config: &Config, heartbeats: &Arc<Heartbeats>) -> Arc<HealthChecks> {
        let Self { store, refresher, clock, .. } = self;
        HealthChecks::new(config, store, refresher, clock, Arc::clone(heartbeats))
    }

    fn login(self, profiles: Arc<ProfileUpdater>) -> Login {
        let Self { store, tiktok, vault, refresher, clock, entropy, .. } = self;
        let (callbacks, metrics) = (Callbacks::default(), self.metrics.logins);
        Login { store, tiktok, vault, refresher, profiles, clock, entropy, callbacks, metrics }
    }

    fn profiles(self, config: &Config, updater: Arc<ProfileUpdater>) -> Profiles {
        let Self { store, clock, .. } = self;
        Profiles { store, clock, updater, requested_scopes: config.site.scopes.clone() }
    }

    fn avatars(self) -> Avatars {
        Avatars::new(self.store, self.tiktok, self.clock)
    }

    fn manual_refresh(self) -> ManualRefresh {
        ManualRefresh::new(self.store, self.refresher, self.clock)
    }

    fn disconnect(self) -> disconnect::Parts {
        let Self { store, tiktok, vault, refresher, clock, entropy, .. } = self;
        disconnect::Parts { store, tiktok, refresher, vault, clock, entropy }
    }

    fn events(self, config: &Config, forwarder: Option<&Forwarder>) -> events::Parts {
        let Self { store, tiktok, refresher, clock, entropy, .. } = self;
        let max_age_seconds = config.events.max_age_seconds;
        let forwarding = forwarder.map(Forwarder::waker);
        events::Parts {
            store,
            tiktok,
            refresher,
            clock,
            entropy,
            arrived: Arc::default(),
            max_age_seconds,
            forwarding,
        }
    }

    fn api_keys(self, config: &Config) -> Arc<ApiKeys> {
        let kind = if config.api.is_demo { KeyKind::Demo } else { KeyKind::Real };
        ApiKeys::new(self.store, self.clock, kind, &config.api.file_keys)
    }

    fn audit(self, config: &Config) -> Audit {
        Audit::start(self.store, config.journal_dir.join("audit"), self.clock, self.entropy)
    }

    fn tiktok_proxy(self, config: &Config) -> TikTokProxy {
        TikTokProxy::new(self.refresher, self.tiktok, config.api.direct_posts)
    }

    fn forward(self) -> forward::Parts {
        let Self { store, clock, entropy, .. } = self;
        forward::Parts { store, clock, entropy }
    }
}
