//! The simulator's state, shared by its handlers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::calls::CallLog;
use super::clock::{Clock, Seconds};
use super::content_posting::posts::Posts;
use super::creators::Creator;
use super::deliveries::Retries;
use super::faults::Faults;
use super::grants::Grants;
use super::mint::{self, Mint};
use super::rate::RateLimiter;
use super::refresh_history::PendingRefreshes;
use super::settings::{App, Lifetimes, PkceDemand, Registration, Settings};

pub(crate) type SharedSimulator = Arc<Simulator>;

/// Long enough for a person to see that a post is being processed.
const PROCESSING_SECONDS: Seconds = 3;

pub(crate) struct Simulator {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) mint: Mint,
    /// Signs avatar URLs; generated at each start, so that URLs are valid within one process.
    pub(crate) avatar_key: [u8; 32],
    /// Sends webhooks. Built at the first delivery: without a webhook URL no TLS set-up is needed.
    pub(crate) webhook_client: OnceCell<reqwest::Client>,
    memory: Mutex<Memory>,
}

/// The mutable state. Handlers hold its lock briefly and never across an `await`.
pub(crate) struct Memory {
    pub(crate) live: LiveSettings,
    pub(crate) grants: Grants,
    /// Which creator each browser is signed in as, by the simulator's own cookie.
    pub(crate) browsers: HashMap<String, &'static Creator>,
    pub(crate) calls: CallLog,
    pub(crate) pending_refreshes: PendingRefreshes,
    pub(crate) faults: Faults,
    pub(crate) rates: RateLimiter,
    pub(crate) retries: Retries,
    pub(crate) posts: Posts,
}

/// The settings that may change while the simulator runs.
#[derive(Clone, Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own, as an order names it")]
pub(crate) struct LiveSettings {
    pub(crate) enabled_scopes: Vec<String>,
    pub(crate) pkce: PkceDemand,
    /// Only target users can log in to a sandbox app.
    pub(crate) sandbox: bool,
    /// Whether a refresh rotates the refresh token. TikTok documents that it may.
    pub(crate) rotate: bool,
    /// Whether a retried webhook has a new `t` and signature. TikTok does not say.
    pub(crate) renew_signature: bool,
    /// Whether webhooks are sent when something happens. At TikTok one may be hours late.
    pub(crate) announce: bool,
    /// The lifetime of access tokens that are issued from now on.
    pub(crate) access_seconds: Seconds,
    /// The lifetime of consents that are given from now on.
    pub(crate) refresh_seconds: Seconds,
    pub(crate) callback: CallbackMode,
    /// The name on the consent page.
    pub(crate) app_name: String,
    /// Whether the app passed TikTok's audit. Until then it posts to private accounts alone.
    pub(crate) audited: bool,
    /// The prefixes of URLs that media may be pulled from.
    pub(crate) verified_url_prefixes: Vec<String>,
    /// How long the processing of a post takes, and the moderation of a public one.
    pub(crate) processing_seconds: Seconds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallbackMode {
    Get,
    Post,
}

impl LiveSettings {
    pub(crate) fn lifetimes(&self) -> Lifetimes {
        let Self { access_seconds, refresh_seconds, .. } = *self;
        Lifetimes::Custom { access_seconds, refresh_seconds }
    }
}

impl Simulator {
    pub(crate) fn new(app: App) -> SharedSimulator {
        let App { settings, registration } = app;
        Arc::new(Self {
            memory: Mutex::new(Memory::new(&settings, registration)),
            mint: Mint::new(settings.token_marker.clone()),
            clock: Clock::new(),
            avatar_key: mint::key(),
            webhook_client: OnceCell::new(),
            settings,
        })
    }

    /// The state stays usable after a panic in a handler: no update spans one.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn live(&self) -> LiveSettings {
        self.memory().live.clone()
    }
}

impl Memory {
    fn new(settings: &Settings, registration: Registration) -> Self {
        Self {
            live: LiveSettings {
                enabled_scopes: settings.enabled_scopes.clone(),
                pkce: settings.pkce,
                sandbox: true,
                rotate: true,
                renew_signature: true,
                announce: true,
                access_seconds: settings.lifetimes.access_seconds(),
                refresh_seconds: settings.lifetimes.refresh_seconds(),
                callback: CallbackMode::Get,
                app_name: registration.app_name,
                audited: registration.audited,
                verified_url_prefixes: registration.verified_url_prefixes,
                processing_seconds: PROCESSING_SECONDS,
            },
            grants: Grants::default(),
            browsers: HashMap::new(),
            calls: CallLog::default(),
            pending_refreshes: PendingRefreshes::default(),
            faults: Faults::default(),
            rates: RateLimiter::default(),
            retries: Retries::default(),
            posts: Posts::default(),
        }
    }
}
