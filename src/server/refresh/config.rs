//! The configuration of the refresh engine: intervals, limits and timeouts.

use std::time::Duration;

/// Every figure of the refresh engine.
#[derive(Clone, Copy, Debug)]
pub struct RefreshConfig {
    /// The interval between two steps; `None` disables the loop, for tests.
    pub tick: Option<Duration>,
    /// The lease of a claim. Longer than [`Timeouts::refresh`](crate::server::tiktok::Timeouts::refresh), so that
    /// no process requests tokens while another one still waits for a response.
    pub lease_seconds: u32,
    /// The largest number of grants in one claim.
    pub claims: u32,
    /// The largest number of refreshes in flight.
    pub concurrency: usize,
    /// The first retry delay after a failure; it doubles with each further failure.
    pub retry_seconds: i64,
    /// The longest retry delay.
    pub longest_retry_seconds: i64,
    /// The retry delay of a failure that the operator has to fix.
    pub fault_seconds: i64,
    /// How long a refused token waits, after a response was lost, for a journal that has the response.
    pub lost_response_seconds: i64,
    /// The circuit breaker opens after so many different grants have failed in a row.
    pub outage_threshold: usize,
    /// How long the circuit breaker stays open first; it doubles with each failed probe.
    pub open_seconds: i64,
    /// The longest time that the circuit breaker stays open between two probes.
    pub longest_open_seconds: i64,
    /// Refusals are no longer believed from so many different grants in a row on.
    pub refusal_threshold: usize,
    /// Refusals that are older than this no longer count.
    pub refusal_window_seconds: i64,
    /// The capacity of the journal.
    pub journal_entries: usize,
    /// How often a caller polls the store while another process refreshes the grant.
    pub poll_interval: Duration,
    /// How long a caller waits for a refresh, or for a permit, on demand.
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
            lost_response_seconds: 10 * 60,
            outage_threshold: 5,
            open_seconds: 5,
            longest_open_seconds: 5 * 60,
            refusal_threshold: 5,
            refusal_window_seconds: 60 * 60,
            journal_entries: 1000,
            poll_interval: Duration::from_millis(250),
            wait_timeout: Duration::from_secs(10),
        }
    }
}
