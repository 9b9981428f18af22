//! All that the simulator knows, shared by its handlers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::calls::Calls;
use super::clock::{Clock, Seconds};
use super::content_posting::posts::Posts;
use super::creators::Creator;
use super::deliveries::Retries;
use super::faults::Faults;
use super::grants::Grants;
use super::history::Waiting;
use super::mint::{self, Mint};
use super::rate::Rates;
use super::settings::{App, Lifetimes, PkceDemand, Registration, Settings};

pub(crate) type Shared = Arc<World>;

/// Long enough for a person to see that a post is being processed.
const PROCESSING_SECONDS: Seconds = 3;

pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) mint: Mint,
    /// Signs avatar URLs; made anew at each start, so that old URLs die with the process.
    pub(crate) avatar_key: [u8; 32],
    /// Built at the first delivery: without a webhook URL no TLS set-up is needed.
    pub(crate) poster: OnceCell<reqwest::Client>,
    memory: Mutex<Memory>,
}

/// What changes. Every handler takes the lock for moments only and never over an `await`.
pub(crate) struct Memory {
    pub(crate) live: Live,
    pub(crate) grants: Grants,
    /// Which creator each browser is signed in as, by the simulator's own cookie.
    pub(crate) browsers: HashMap<String, &'static Creator>,
    pub(crate) calls: Calls,
    pub(crate) waiting: Waiting,
    pub(crate) faults: Faults,
    pub(crate) rates: Rates,
    pub(crate) retries: Retries,
    pub(crate) posts: Posts,
}

/// The settings that may change while the simulator runs.
#[derive(Clone, Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own, as an order names it")]
pub(crate) struct Live {
    pub(crate) enabled_scopes: Vec<String>,
    pub(crate) pkce: PkceDemand,
    /// A sandbox app lets only its target users in.
    pub(crate) sandbox: bool,
    /// Whether a refresh answers with a new refresh token. TikTok documents that it may.
    pub(crate) rotate: bool,
    /// Whether a retried webhook carries a new `t` and signature. TikTok does not say.
    pub(crate) renew_signature: bool,
    /// Whether events are sent when something happens. One may be late for hours.
    pub(crate) announce: bool,
    /// How long an access token lives, of those that are issued from now on.
    pub(crate) access_seconds: Seconds,
    /// How long a consent lives, of those that are given from now on.
    pub(crate) refresh_seconds: Seconds,
    pub(crate) callback: CallbackMode,
    /// The name on the consent page.
    pub(crate) app_name: String,
    /// Whether the app passed TikTok's audit. Until then it posts to private accounts alone.
    pub(crate) audited: bool,
    /// What a URL begins with that TikTok may fetch media from.
    pub(crate) verified_url_prefixes: Vec<String>,
    /// How long TikTok takes over the media of a post, and over its moderation.
    pub(crate) processing_seconds: Seconds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallbackMode {
    Get,
    Post,
}

impl Live {
    pub(crate) fn lifetimes(&self) -> Lifetimes {
        let Self { access_seconds, refresh_seconds, .. } = *self;
        Lifetimes::Custom { access_seconds, refresh_seconds }
    }
}

impl World {
    pub(crate) fn new(app: App) -> Shared {
        let App { settings, registration } = app;
        Arc::new(Self {
            memory: Mutex::new(Memory::new(&settings, registration)),
            mint: Mint::new(settings.token_marker.clone()),
            clock: Clock::new(),
            avatar_key: mint::key(),
            poster: OnceCell::new(),
            settings,
        })
    }

    /// A handler that panicked leaves the memory usable: no change here spans a panic.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn live(&self) -> Live {
        self.memory().live.clone()
    }
}

impl Memory {
    fn new(settings: &Settings, registration: Registration) -> Self {
        Self {
            live: Live {
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
            calls: Calls::default(),
            waiting: Waiting::default(),
            faults: Faults::default(),
            rates: Rates::default(),
            retries: Retries::default(),
            posts: Posts::default(),
        }
    }
}
