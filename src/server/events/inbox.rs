//! The loop that handles events, and the signal that wakes it.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::handling::{self, CLAIM_LIMIT};
use crate::server::state::AppState;

/// Polling interval for events that another process stored, and for retries that are due.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Pause between batches while events keep arriving: each claim is a write of its own, which delays the storing of
/// events.
const BATCH_INTERVAL: Duration = Duration::from_millis(100);

/// Pause before a retry while the store is unavailable.
const STORE_RETRY: Duration = Duration::from_secs(2);

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

/// Wakes the handling loop when an event was stored.
pub struct Inbox {
    arrived: Notify,
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

/// Runs the handling loop until the task is aborted.
pub async fn forever(state: AppState) {
    loop {
        match handling::step(&state).await {
            Ok(count) if count >= CLAIM_LIMIT as usize => {}
            Ok(count) => {
                // A signal or a timeout, whichever comes first.
                drop(tokio::time::timeout(POLL_INTERVAL, state.inbox.arrived.notified()).await);
                if count > 0 {
                    tokio::time::sleep(BATCH_INTERVAL).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "event handling paused: the store is unavailable");
                tokio::time::sleep(STORE_RETRY).await;
            }
        }
    }
}
