//! The configuration of the refresh engine: intervals, limits and timeouts.

use std::time::Duration;

/// Every figure of the refresh engine.
#[derive(Clone, Copy, Debug)]
pub struct RefreshConfig {
    /// How often it looks for what is due; `None` never by itself, so that a test says when.
    pub tick: Option<Duration>,
    /// How long a claim holds. Longer than [`Timeouts::refresh`](crate::server::tiktok::Timeouts::refresh),
    /// so that nobody asks TikTok while somebody else still waits for an answer.
    pub lease_seconds: u32,
    /// So many grants are claimed at once.
    pub claims: u32,
    /// So many grants are refreshed at the same time.
    pub concurrency: usize,
    /// A failed refresh is tried again after so long, then after twice that, …
    pub retry_seconds: i64,
    /// … but never after longer than this.
    pub longest_retry_seconds: i64,
    /// What the operator must mend is tried again after so long.
    pub fault_seconds: i64,
    /// A token that TikTok refuses after an answer was lost waits so long for a journal that holds the answer.
    pub guarded_seconds: i64,
    /// So many different grants failing in a row stop all asking.
    pub outages: usize,
    /// The first stop lasts so long, the next one twice that, …
    pub pause_seconds: i64,
    /// … but none longer than this.
    pub longest_pause_seconds: i64,
    /// So many different grants refused in a row, and no refusal is believed any longer.
    pub refusals: usize,
    /// Refusals further apart than this are no row.
    pub refusals_seconds: i64,
    /// The journal takes so many answers.
    pub journal_entries: usize,
    /// Who waits for somebody else's refresh looks so often …
    pub look_every: Duration,
    /// … and waits no longer than this.
    pub patience: Duration,
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
            journal_entries: 1000,
            look_every: Duration::from_millis(250),
            patience: Duration::from_secs(10),
        }
    }
}
