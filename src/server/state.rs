//! What every request may use.

use std::sync::Arc;

use leptos::prelude::LeptosOptions;

use super::{
    clock::Clock, config::Config, entropy::Entropy, events::Inbox, forward::Forwarder, profile::Cooldowns,
    refresh::Refresher, store::Store, tiktok::TikTok, vault::Vault,
};

/// The parts of a running server; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The settings.
    pub config: Arc<Config>,
    /// What outlives a request.
    pub store: Arc<dyn Store>,
    /// TikTok, for this app.
    pub tiktok: Arc<TikTok>,
    /// Seals and opens tokens.
    pub vault: Arc<Vault>,
    /// Keeps grants alive.
    pub refresher: Arc<Refresher>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Events on their way.
    pub inbox: Arc<Inbox>,
    /// The way to the operator's own address, if events are passed on.
    pub forwarder: Option<Arc<Forwarder>>,
    /// What was done for whom a moment ago.
    pub cooldowns: Arc<Cooldowns>,
    /// Where the browser's half of the app is.
    pub leptos: LeptosOptions,
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
