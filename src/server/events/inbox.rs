//! What receiving and handling of events share.

use std::{fmt, sync::Arc};

use tokio::sync::Notify;

use crate::server::{clock::Clock, entropy::Entropy, refresh::Refresher, store::Store, tiktok::TikTok};

/// Limit of how far a sender's clock may be ahead, in seconds.
pub const MAX_CLOCK_SKEW_SECONDS: i64 = 300;

/// A place on an event's way at which a process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is stored, and TikTok has no answer yet.
    Stored,
    /// It is claimed, and nothing is done.
    Claimed,
    /// Its effect is there, and that is not stored.
    Handled,
    /// It is about to be passed on.
    Sending,
    /// The receiver has answered, and that is not stored.
    Sent,
}

/// Watches events go by; for tests, which end the process there.
pub trait Steps: Send + Sync {
    /// An event has come to `step`.
    fn reached(&self, step: Step);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSteps;

impl Steps for NoSteps {
    fn reached(&self, _: Step) {}
}

/// The parts of receiving and handling events.
#[derive(Clone)]
pub struct Parts {
    /// The store of events and grants.
    pub store: Arc<dyn Store>,
    /// The client for TikTok's API, which knows the webhook's secrets.
    pub tiktok: Arc<TikTok>,
    /// The refresh engine, which checks grants that an event may have ended.
    pub refresher: Arc<Refresher>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Wakes the handling of events.
    pub inbox: Arc<Inbox>,
    /// `EVENT_MAX_AGE`: a signature that is older is refused.
    pub max_age_seconds: i64,
    /// Wakes the forwarding of events, if they are forwarded.
    pub forwarding: Option<Arc<Notify>>,
}

/// The link between the request that stores an event and the task that handles it.
pub struct Inbox {
    pub(super) arrived: Notify,
    steps: Arc<dyn Steps>,
}

impl Inbox {
    /// An inbox that `steps` watches.
    #[must_use]
    pub fn new(steps: Arc<dyn Steps>) -> Self {
        Self { arrived: Notify::new(), steps }
    }

    /// Signals that an event was stored.
    pub fn wake(&self) {
        self.arrived.notify_one();
    }

    pub(in crate::server) fn reached(&self, step: Step) {
        self.steps.reached(step);
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbox")
    }
}
