//! What wakes the handling of events, and the loop around it.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::handling::{self, AT_ONCE};
use crate::server::state::AppState;

/// Events that were stored elsewhere, and those whose time has come, are noticed within this time.
const TICK: Duration = Duration::from_secs(5);

/// While events keep coming they are handled together, so often: each claim is a write of its own, for which whoever
/// is storing an event has to wait.
const GATHERING: Duration = Duration::from_millis(100);

/// While the store is away it is asked again after this time.
const REST: Duration = Duration::from_secs(2);

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

/// What those who store events and those who handle them share.
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

    /// Says that an event was stored.
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

/// Handles events for ever.
pub async fn forever(state: AppState) {
    loop {
        match handling::step(&state).await {
            Ok(count) if count >= AT_ONCE as usize => {}
            Ok(count) => {
                // Whichever comes first; which it was does not matter.
                drop(tokio::time::timeout(TICK, state.inbox.arrived.notified()).await);
                if count > 0 {
                    tokio::time::sleep(GATHERING).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "events cannot be handled: the store is away");
                tokio::time::sleep(REST).await;
            }
        }
    }
}
