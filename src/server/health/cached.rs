//! A value that is computed once at a time, and kept for a while.

use tokio::sync::Mutex;

use crate::{domain::Timestamp, server::clock::Clock};

/// The last value and when it was computed.
pub(super) struct Cached<T> {
    seconds: i64,
    last: Mutex<Option<(Timestamp, T)>>,
}

impl<T: Clone> Cached<T> {
    /// Keeps a value for `seconds`.
    pub(super) fn new(seconds: i64) -> Self {
        Self { seconds, last: Mutex::default() }
    }

    /// The last value, or a new one that `compute` gives if that is too old. Concurrent callers wait for the first.
    pub(super) async fn get(&self, clock: &dyn Clock, compute: impl Future<Output = T>) -> T {
        let mut last = self.last.lock().await;
        if let Some((at, value)) = &*last
            && (0..self.seconds).contains(&clock.now().seconds_since(*at))
        {
            return value.clone();
        }
        let value = compute.await;
        // Those who waited meanwhile get it too, however long it took.
        *last = Some((clock.now(), value.clone()));
        value
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::server::clock::ManualClock;

    #[tokio::test]
    async fn value_is_computed_once_at_a_time_and_kept() {
        let (clock, cached) = (ManualClock::new(Timestamp(100)), Cached::new(10));
        let (computed, gate) = (AtomicU32::new(0), tokio::sync::Semaphore::new(0));
        let get = async || {
            let compute = async {
                let permit = gate.acquire().await;
                drop(permit);
                computed.fetch_add(1, Ordering::SeqCst) + 1
            };
            cached.get(&clock, compute).await
        };
        let slow = async {
            tokio::task::yield_now().await;
            clock.advance(60);
            gate.add_permits(1);
        };
        assert_eq!(tokio::join!(get(), get(), get(), slow), (1, 1, 1, ()));
        clock.advance(9);
        assert_eq!(get().await, 1);
        clock.advance(1);
        assert_eq!(get().await, 2);
        clock.advance(-1);
        assert_eq!(get().await, 3, "the clock was set back");
    }
}
