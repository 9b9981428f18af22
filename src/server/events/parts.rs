//! What receiving and handling of events share.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::server::{clock::Clock, entropy::Entropy, refresh::Refresher, store::Store, tiktok::TikTok};

/// Limit of how far a sender's clock may be ahead, in seconds.
pub const MAX_CLOCK_SKEW_SECONDS: i64 = 300;

/// The fail points of an event, in the order in which it reaches them.
pub const STEPS: [&str; 5] =
    ["event::stored", "event::claimed", "event::handled", "event::sending", "event::sent"];

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
    pub arrived: Arc<Notify>,
    /// `EVENT_MAX_AGE`: a signature that is older is refused.
    pub max_age_seconds: i64,
    /// Wakes the forwarding of events, if they are forwarded.
    pub forwarding: Option<Arc<Notify>>,
}
