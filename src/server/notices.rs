//! Notices to the operator at `NOTIFY_URL`, for those without a monitoring system: what the alerts would say.
//!
//! Once a minute the conditions are looked at; one that has held for its patience is sent, and again after an hour while it
//! holds. A notice has no name, id or token in it.

mod condition;
mod sender;

use std::{sync::Arc, time::Duration};

pub use self::{
    condition::{Condition, Observed, Watch},
    sender::Notifier,
};

use super::{heartbeats::Heartbeat, scrape};

/// The interval at which the conditions are looked at.
const EVERY: Duration = Duration::from_mins(1);

/// The parts of notices.
#[derive(Clone)]
pub struct Parts {
    /// What a scrape asks.
    pub observed: scrape::Parts,
    /// Sends them.
    pub notifier: Arc<Notifier>,
}

/// Looks at the conditions until the task is aborted.
pub async fn run(parts: Parts, heartbeat: Heartbeat) {
    let mut watch = Watch::default();
    let mut interval = tokio::time::interval(EVERY);
    loop {
        interval.tick().await;
        heartbeat.beat();
        step(&parts, &mut watch).await;
    }
}

/// Looks at the conditions once, sends what is due, and returns how many notices arrived.
pub async fn step(parts: &Parts, watch: &mut Watch) -> usize {
    let now = parts.observed.clock.now();
    let observed = Observed::new(&scrape::Snapshot::take(&parts.observed).await, &parts.observed, now);
    let mut sent = 0;
    for condition in watch.due(&observed, now) {
        // One that did not arrive is due again at the next turn.
        if parts.notifier.send(condition.as_str(), condition.sentence()).await {
            watch.record_sent(condition, now);
            sent += 1;
        }
    }
    sent
}
