//! The time, as a parameter: nothing else in the server reads the system's clock.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use ::time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::domain::Timestamp;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time, in whole seconds.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// A machine whose clock stands before 1970 is taken to stand at 1970.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
    }
}

/// A monotonic stopwatch, for durations in logs.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// A stopwatch that runs from now on.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// The time since the start in whole milliseconds.
    #[must_use]
    pub fn elapsed_ms(self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Another machine's clock: its time when it was read, and the time that has passed here since.
#[derive(Clone, Copy, Debug)]
pub struct ReadClock {
    read: Timestamp,
    since: Stopwatch,
}

impl ReadClock {
    /// A clock that showed `read` just now.
    #[must_use]
    pub fn new(read: Timestamp) -> Self {
        Self { read, since: Stopwatch::start() }
    }

    /// The time that it shows now.
    #[must_use]
    pub fn now(self) -> Timestamp {
        self.read.plus_seconds(i64::try_from(self.since.elapsed().as_secs()).unwrap_or(i64::MAX))
    }
}

/// Formats a timestamp by RFC 3339, in UTC: `2027-01-02T03:04:05Z`.
///
/// A timestamp beyond the year 9999 is written as the seconds since 1970.
#[must_use]
pub fn rfc3339(timestamp: Timestamp) -> String {
    let written =
        OffsetDateTime::from_unix_timestamp(timestamp.0).ok().and_then(|date| date.format(&Rfc3339).ok());
    written.unwrap_or_else(|| timestamp.0.to_string())
}

/// A clock that stands still until it is moved, for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the clock on by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_clock_is_past_the_first_release() {
        assert!(SystemClock.now() > Timestamp(1_735_689_600));
    }

    #[test]
    fn timestamps_are_formatted_as_rfc_3339() {
        assert_eq!(rfc3339(Timestamp(1_798_858_800)), "2027-01-02T03:00:00Z");
        assert_eq!(rfc3339(Timestamp(i64::MAX)), i64::MAX.to_string());
    }

    #[test]
    fn manual_clock_moves_only_when_set() {
        let clock = ManualClock::new(Timestamp(100));
        clock.advance(5);
        assert_eq!(clock.now(), Timestamp(105));
        clock.set(Timestamp(7));
        assert_eq!(clock.now(), Timestamp(7));
    }
}
