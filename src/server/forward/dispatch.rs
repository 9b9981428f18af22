//! The forwarding loop: every delivery ends by itself, so a slow response delays only its creator's next event.

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::time::Sleep;

use super::{Deliveries, Forwarder, Parts};
use crate::server::heartbeats::Heartbeat;

/// Polling interval for the app's own events and those of other processes.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Longest pause between attempts while no message is delivered.
const MAX_PAUSE: Duration = Duration::from_mins(5);

/// Failures in a row after which the receiver counts as down, and is not tried for every creator in turn.
const FAILURES_BEFORE_PAUSE: u32 = 3;

/// Runs the forwarding loop until the task is aborted; it is idle once the receiver is gone.
pub async fn run(state: Parts, forwarder: Arc<Forwarder>, heartbeat: Heartbeat) {
    let mut deliveries = Deliveries::default();
    let mut pace = Pace::default();
    loop {
        heartbeat.beat();
        if forwarder.gone.load(Ordering::SeqCst) {
            forwarder.wait_for_work().await;
            continue;
        }
        let is_idle = !pace.is_paused() && start(&mut deliveries, &mut pace, &state, &forwarder).await;
        tokio::select! {
            Some(delivered) = deliveries.next() => pace.record(delivered),
            () = pace.pause_over() => {}
            () = forwarder.wait_for_work(), if is_idle => {}
        }
        while let Some(delivered) = deliveries.try_next() {
            pace.record(delivered);
        }
    }
}

/// Starts the deliveries that are due; returns whether there are no others.
async fn start(
    deliveries: &mut Deliveries,
    pace: &mut Pace,
    state: &Parts,
    forwarder: &Arc<Forwarder>,
) -> bool {
    match deliveries.start(state, forwarder).await {
        Ok(is_all) => is_all,
        Err(error) => {
            tracing::warn!(%error, "forwarding paused: the store is unavailable");
            pace.pause(POLL_INTERVAL);
            false
        }
    }
}

impl Forwarder {
    /// Waits for a signal or the next poll, whichever comes first.
    async fn wait_for_work(&self) {
        drop(tokio::time::timeout(POLL_INTERVAL, self.wake.notified()).await);
    }
}

/// When the next events may be claimed.
struct Pace {
    failures: u32,
    next_pause: Duration,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { failures: 0, next_pause: POLL_INTERVAL, pause: None }
    }
}

impl Pace {
    /// A delivery ends every pause; the failures of those that were in flight together count as one.
    fn record(&mut self, delivered: bool) {
        if delivered {
            *self = Self::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES_BEFORE_PAUSE && self.pause.is_none() {
            self.pause(self.next_pause);
            self.next_pause = MAX_PAUSE.min(self.next_pause * 2);
        }
    }

    fn pause(&mut self, duration: Duration) {
        self.pause = Some(Box::pin(tokio::time::sleep(duration)));
    }

    const fn is_paused(&self) -> bool {
        self.pause.is_some()
    }

    /// Waits for the end of the pause; for ever without one.
    async fn pause_over(&mut self) {
        match &mut self.pause {
            Some(pause) => pause.await,
            None => std::future::pending().await,
        }
        self.pause = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pauses_grow_while_the_receiver_is_down() {
        let mut pace = Pace::default();
        pace.record(false);
        pace.record(false);
        assert!(!pace.is_paused(), "two failures may be the events' own");
        for seconds in [10, 20, 40, 80, 160, 300, 300] {
            // All that were in flight fail; a pause begins with the first and does not grow with the others.
            for _ in 0..32 {
                pace.record(false);
            }
            assert_eq!((pace.is_paused(), pace.next_pause), (true, Duration::from_secs(seconds)));
            pace.pause = None;
        }
        pace.record(false);
        pace.record(true);
        assert_eq!((pace.is_paused(), pace.next_pause), (false, POLL_INTERVAL));
    }
}
