//! Heartbeats of the background loops: which of them run, and when each last made a turn.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use super::{clock::Stopwatch, fail_points};

/// A background loop of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loop {
    /// Refreshes due grants and replays the journal.
    Refresh,
    /// Handles stored events.
    Events,
    /// Forwards events to the operator's receiver.
    Forward,
    /// Revokes tokens of ended grants at TikTok.
    Revocations,
    /// Purges expired rows.
    Purge,
    /// Renews or reloads the TLS certificate.
    Certificate,
    /// Tells the operator of trouble.
    Notices,
}

impl Loop {
    /// Every loop, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::Refresh,
        Self::Events,
        Self::Forward,
        Self::Revocations,
        Self::Purge,
        Self::Certificate,
        Self::Notices,
    ];

    /// Its name in logs and in `/readyz`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Events => "events",
            Self::Forward => "forward",
            Self::Revocations => "revocations",
            Self::Purge => "purge",
            Self::Certificate => "certificate",
            Self::Notices => "notices",
        }
    }

    /// The longest time between two turns, in seconds: its longest pause, and what a turn takes while the store or
    /// TikTok is slow.
    const fn longest_turn(self) -> i64 {
        match self {
            Self::Refresh | Self::Events => 2 * 60,
            Self::Forward => 7 * 60,
            Self::Revocations | Self::Notices => 5 * 60,
            Self::Purge => 20 * 60,
            Self::Certificate => 65 * 60,
        }
    }
}

/// The last turn of a loop that this process does not run.
const NOT_RUN: i64 = -1;

/// The last turn of a loop that ended and has not made a turn since.
const STOPPED: i64 = -2;

/// The last turn of each loop, in seconds since the registry was made.
///
/// A stopwatch measures them: a clock that is set makes no loop look stuck.
#[derive(Debug)]
pub struct Heartbeats {
    since: Stopwatch,
    last_turns: [AtomicI64; Loop::ALL.len()],
}

impl Default for Heartbeats {
    fn default() -> Self {
        Self { since: Stopwatch::start(), last_turns: [const { AtomicI64::new(NOT_RUN) }; Loop::ALL.len()] }
    }
}

impl Heartbeats {
    /// The seconds since the loop's last turn; `None` for one that does not run.
    #[must_use]
    pub fn age_seconds(&self, task: Loop) -> Option<i64> {
        let last = self.last_turn(task).load(Ordering::Relaxed);
        (last >= 0).then(|| self.now() - last)
    }

    /// The loops that have ended, or have made no turn for too long.
    pub fn failing(&self) -> impl Iterator<Item = Loop> {
        let now = self.now();
        let last = |task| self.last_turn(task).load(Ordering::Relaxed);
        Loop::ALL.into_iter().filter(move |task| is_failing(*task, last(*task), now))
    }

    fn last_turn(&self, task: Loop) -> &AtomicI64 {
        let [refresh, events, forward, revocations, purge, certificate, notices] = &self.last_turns;
        match task {
            Loop::Refresh => refresh,
            Loop::Events => events,
            Loop::Forward => forward,
            Loop::Revocations => revocations,
            Loop::Purge => purge,
            Loop::Certificate => certificate,
            Loop::Notices => notices,
        }
    }

    fn now(&self) -> i64 {
        i64::try_from(self.since.elapsed().as_secs()).unwrap_or(i64::MAX)
    }
}

const fn is_failing(task: Loop, last_turn: i64, now: i64) -> bool {
    match last_turn {
        NOT_RUN => false,
        STOPPED => true,
        _ => now - last_turn > task.longest_turn(),
    }
}

/// The heartbeat of one loop.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    heartbeats: Arc<Heartbeats>,
    task: Loop,
}

impl Heartbeat {
    /// The heartbeat of `task` in a registry.
    #[must_use]
    pub const fn new(heartbeats: Arc<Heartbeats>, task: Loop) -> Self {
        Self { heartbeats, task }
    }

    /// The loop.
    #[must_use]
    pub const fn task(&self) -> Loop {
        self.task
    }

    /// Records that the loop begins a turn.
    pub fn beat(&self) {
        // The registry's address distinguishes the apps of one test process.
        fail_points::reach("loop::turn", format_args!("{} {:p}", self.task.name(), self.heartbeats));
        self.set(self.heartbeats.now());
    }

    /// Records that the loop has ended.
    pub fn stop(&self) {
        self.set(STOPPED);
    }

    fn set(&self, last_turn: i64) {
        self.heartbeats.last_turn(self.task).store(last_turn, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(heartbeats: &Heartbeats) -> Vec<Loop> {
        heartbeats.failing().collect()
    }

    #[test]
    fn loop_that_ended_fails_until_its_next_turn() {
        for task in Loop::ALL {
            let heartbeats = Arc::new(Heartbeats::default());
            let heartbeat = Heartbeat::new(Arc::clone(&heartbeats), task);
            assert_eq!((failing(&heartbeats), heartbeats.age_seconds(task)), (vec![], None), "not run");
            heartbeat.beat();
            assert_eq!((failing(&heartbeats), heartbeats.age_seconds(task)), (vec![], Some(0)), "runs");
            heartbeat.stop();
            assert_eq!((failing(&heartbeats), heartbeats.age_seconds(task)), (vec![task], None), "ended");
            heartbeat.beat();
            assert_eq!(failing(&heartbeats), [], "restarted");
        }
    }

    #[test]
    fn loop_without_a_turn_for_too_long_fails() {
        for task in Loop::ALL {
            let longest = task.longest_turn();
            assert!(!is_failing(task, 10, 10 + longest) && is_failing(task, 10, 11 + longest), "{task:?}");
        }
    }
}
