//! The configuration of the refresh engine: intervals, limits and timeouts.

use std::time::Duration;

/// Intervals, limits and timeouts of the refresh engine.
#[derive(Clone, Copy, Debug)]
pub struct RefreshConfig {
    /// Interval of claiming due grants; `None` disables the loop, so that a test runs each step.
    pub tick: Option<Duration>,
    /// Length of a lease. Longer than [`Timeouts::refresh`](crate::server::tiktok::Timeouts::refresh), so that no
    /// other process calls TikTok while this one still waits for a response.
    pub lease_seconds: u32,
    /// Limit of grants that are claimed at once.
    pub claims: u32,
    /// Limit of concurrent refreshes.
    pub concurrency: usize,
    /// First delay after a failed refresh; it doubles with each further failure, …
    pub retry_seconds: i64,
    /// … up to this.
    pub longest_retry_seconds: i64,
    /// Delay after a failure that the operator has to fix.
    pub fault_seconds: i64,
    /// Time that the journals of other processes have to replay a lost response before a refused token is final.
    pub guarded_seconds: i64,
    /// Number of different grants failing in a row that opens the circuit breaker.
    pub outages: usize,
    /// Time that the circuit breaker stays open first; it doubles with each failed probe, …
    pub pause_seconds: i64,
    /// … up to this.
    pub longest_pause_seconds: i64,
    /// Number of different grants refused in a row after which refusals are not believed.
    pub refusals: usize,
    /// Refusals further apart than this do not form a row.
    pub refusals_seconds: i64,
    /// Time for which a refused token is doubted at most: no fault of TikTok's lasts longer.
    pub doubt_seconds: i64,
    /// Limit of entries in the journal.
    pub journal_entries: usize,
    /// Polling interval of a caller that waits for the refresh of another process, …
    pub poll_interval: Duration,
    /// … and its timeout.
    pub wait_timeout: Duration,
}

impl Default for RefreshConfig {
    fn default() -> Self {
        Self {
            tick: Some(Duration::from_secs(1)),
            lease_seconds: 120,
            claims: 100,
            concurrency: 32,
            retry_seconds: 30,
            longest_retry_seconds: 15 * 60,
            fault_seconds: 5 * 60,
            guarded_seconds: 10 * 60,
            outages: 5,
            pause_seconds: 5,
            longest_pause_seconds: 5 * 60,
            refusals: 5,
            refusals_seconds: 60 * 60,
            doubt_seconds: 6 * 60 * 60,
            journal_entries: 1000,
            poll_interval: Duration::from_millis(250),
            wait_timeout: Duration::from_secs(10),
        }
    }
}
