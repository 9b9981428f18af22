//! The supervisor of the background loops: one that ends is logged and restarted.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use super::{
    backoff::{Backoff, Jitter},
    clock::Stopwatch,
    entropy::Entropy,
    heartbeats::{Heartbeat, Heartbeats, Loop},
    in_flight::InFlight,
};

/// The pauses before restarts.
const BACKOFF: Backoff = Backoff { first: 1, longest: 60 };

/// A loop that ran for this long before it ended begins again with the first pause.
const STABLE: Duration = Duration::from_mins(5);

/// Runs background loops.
#[derive(Clone)]
pub struct Supervisor {
    /// Where each loop records its turns.
    pub heartbeats: Arc<Heartbeats>,
    /// Once this stops, a loop that ends is not restarted.
    pub in_flight: InFlight,
    /// Randomness for the pauses.
    pub entropy: Arc<dyn Entropy>,
}

impl Supervisor {
    /// Runs a loop that `start` begins, and begins it again whenever it panics or returns. Ends when the loop ends
    /// while the process stops; dropping this future aborts the loop.
    pub async fn watch<F>(self, task: Loop, start: impl Fn(Heartbeat) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let heartbeat = Heartbeat::new(Arc::clone(&self.heartbeats), task);
        let mut failures = 0;
        loop {
            let running = Stopwatch::start();
            let reason = end_of(start(heartbeat.clone())).await;
            if self.in_flight.is_stopping() {
                return;
            }
            heartbeat.stop();
            failures = if running.elapsed() > STABLE { 1 } else { failures + 1 };
            let pause = Jitter::new(&*self.entropy).shorten(BACKOFF.delay(failures));
            tracing::error!(task = task.name(), reason, pause, "background loop ended and will be restarted");
            tokio::select! {
                () = self.in_flight.stopping() => return,
                () = tokio::time::sleep(Duration::from_secs(pause.unsigned_abs())) => {}
            }
        }
    }
}

/// Runs a future on a task of its own, and says how it ended.
async fn end_of(running: impl Future<Output = ()> + Send + 'static) -> &'static str {
    // Dropping the set aborts the task.
    let mut task = JoinSet::new();
    task.spawn(running);
    match task.join_next().await {
        Some(Err(error)) if error.is_panic() => "it panicked",
        _ => "it returned",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;
    use crate::server::entropy::SystemEntropy;

    fn supervisor() -> Supervisor {
        Supervisor {
            heartbeats: Arc::default(),
            in_flight: InFlight::default(),
            entropy: Arc::new(SystemEntropy),
        }
    }

    #[tokio::test]
    async fn panicked_and_returned_loops_are_restarted() {
        let (supervisor, starts, third) =
            (supervisor(), Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let (counted, reached) = (Arc::clone(&starts), Arc::clone(&third));
        let watched = supervisor.clone().watch(Loop::Events, move |heartbeat| {
            let (start, reached) = (counted.fetch_add(1, Ordering::SeqCst), Arc::clone(&reached));
            async move {
                heartbeat.beat();
                match start {
                    0 => panic!("a bug"),
                    1 => {}
                    _ => {
                        reached.notify_one();
                        std::future::pending::<()>().await;
                    }
                }
            }
        });
        tokio::select! { () = watched => panic!("it ended"), () = third.notified() => {} }
        assert_eq!((starts.load(Ordering::SeqCst), supervisor.heartbeats.failing().count()), (3, 0));
    }

    #[tokio::test]
    async fn loop_is_not_restarted_while_the_process_stops() {
        let (supervisor, again) = (supervisor(), Notify::new());
        let watched = supervisor.clone().watch(Loop::Refresh, |_| {
            again.notify_one();
            async {}
        });
        let stopped = async {
            again.notified().await;
            supervisor.in_flight.stop();
        };
        tokio::join!(watched, stopped);
    }
}
