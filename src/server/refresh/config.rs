//! How fast the refresh engine goes, what guards it, and where a test may look on.

use std::time::Duration;

use crate::server::store::Claim;

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

/// What keeps a grant from being lost. No setting switches any of it off: only a test does, to show that
/// it would notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Safeguards {
    /// Claims hold, and a writer proves theirs.
    pub fence: bool,
    /// Answers are on the disk before they are in the store.
    pub journal: bool,
    /// Who is told that a grant is dead looks again before they judge it.
    pub reread: bool,
}

impl Default for Safeguards {
    fn default() -> Self {
        Self { fence: true, journal: true, reread: true }
    }
}

/// How far one refresh has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The store has given us the claim.
    Claimed,
    /// The journal has a place for the answer.
    Reserved,
    /// TikTok is about to be asked.
    Asked,
    /// The answer is here, and nowhere on the disk.
    Answered,
    /// The answer is in the journal.
    Journalled,
    /// The answer is in the store.
    Stored,
    /// The journal has forgotten it.
    Cleared,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 7] = [
        Self::Claimed,
        Self::Reserved,
        Self::Asked,
        Self::Answered,
        Self::Journalled,
        Self::Stored,
        Self::Cleared,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Reserved => "reserved",
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Journalled => "journalled",
            Self::Stored => "stored",
            Self::Cleared => "cleared",
        }
    }
}

/// Whoever wants to know how far a refresh has come: a test that ends the process there.
pub trait Steps: Send + Sync {
    /// That refresh has come so far.
    fn reached(&self, step: Step, claim: &Claim);
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Steps for Unwatched {
    fn reached(&self, _: Step, _: &Claim) {}
}
