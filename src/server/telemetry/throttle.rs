//! Throttles log lines that any stranger can cause, such as those of refused requests: one a second for each kind, and
//! the number of the others.
//!
//! Without this limit anybody could fill the logs and push every other line out of them.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use crate::server::clock::Stopwatch;

/// The time within which lines of a kind are summed up.
const WINDOW: Duration = Duration::from_secs(1);

static THROTTLE: LazyLock<Throttle> = LazyLock::new(|| Throttle::new(WINDOW));

/// Logs a line by `log`, or counts it when one of its kind was logged within the last second. At the end of that
/// second a line has the number.
pub fn log(kind: &'static str, log: impl FnOnce()) {
    match THROTTLE.note(kind) {
        Noted::Logged => log(),
        Noted::FirstCounted => {
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(log_sum(kind));
            }
        }
        Noted::Counted => {}
    }
}

async fn log_sum(kind: &'static str) {
    tokio::time::sleep(WINDOW).await;
    let count = THROTTLE.take(kind);
    tracing::warn!(kind, count, "more refusals of this kind, not logged one by one");
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Noted {
    /// It gets a line of its own.
    Logged,
    /// It is counted, as the first in its window.
    FirstCounted,
    /// It is counted.
    Counted,
}

/// The windows of all kinds; their number is that of the names in the sources.
struct Throttle {
    window: Duration,
    kinds: Mutex<HashMap<&'static str, Kind>>,
}

struct Kind {
    logged: Stopwatch,
    /// How many were counted since then.
    count: u64,
}

impl Throttle {
    fn new(window: Duration) -> Self {
        Self { window, kinds: Mutex::default() }
    }

    fn note(&self, kind: &'static str) -> Noted {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        match kinds.get_mut(kind) {
            // While a sum is due the line is that of the sum.
            Some(Kind { logged, count }) if *count > 0 || logged.elapsed() < self.window => {
                *count += 1;
                if *count == 1 { Noted::FirstCounted } else { Noted::Counted }
            }
            _ => {
                kinds.insert(kind, Kind { logged: Stopwatch::start(), count: 0 });
                Noted::Logged
            }
        }
    }

    fn take(&self, kind: &str) -> u64 {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.get_mut(kind).map_or(0, |kind| std::mem::take(&mut kind.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_within_window_are_counted_by_kind() {
        let throttle = Throttle::new(Duration::MAX);
        let noted = [(); 4].map(|()| throttle.note("a"));
        assert_eq!(noted, [Noted::Logged, Noted::FirstCounted, Noted::Counted, Noted::Counted]);
        assert_eq!(throttle.note("b"), Noted::Logged);
        assert_eq!((throttle.take("a"), throttle.take("a"), throttle.take("c")), (3, 0, 0));
        assert_eq!(throttle.note("a"), Noted::FirstCounted);
    }

    #[test]
    fn lines_apart_are_logged_one_by_one() {
        let throttle = Throttle::new(Duration::ZERO);
        assert_eq!([(); 3].map(|()| throttle.note("a")), [Noted::Logged; 3]);
    }
}
