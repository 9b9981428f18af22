//! The refresh engine: keeps every grant alive, and loses none (ARCHITECTURE.md, "How a grant is kept").
//!
//! [`Refresher::step`] claims and refreshes the grants that are due; [`Refresher::run`] repeats that until the server
//! stops; [`Refresher::token`] and [`Refresher::refresh_now`] refresh one grant on demand.

mod attempt;
mod breaker;
mod config;
mod consents;
mod demand;
mod ended;
pub mod journal;
mod observation;
mod policy;
mod refusals;
mod replay;
pub mod schedule;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinHandle, time::MissedTickBehavior};

pub(super) use self::attempt::Ended;
pub use self::{
    attempt::STEPS,
    config::RefreshConfig,
    demand::{FreshToken, RefreshError, Rejected},
    observation::EngineStatus,
};
use self::{
    attempt::{ClaimedGrant, Outcome},
    breaker::{Breaker, Entry, Open, Permit},
    journal::{Journal, JournalError},
    refusals::Refusals,
};
use super::{
    clock::{Clock, Stopwatch},
    entropy::Entropy,
    heartbeats::Heartbeat,
    in_flight::{InFlight, Underway},
    metrics::RefreshMetrics,
    single_flight::SingleFlight,
    store::{Claim, Claims, GrantClaim, RefreshResult, Store, StoreError},
    tiktok::TikTok,
    vault::Vault,
};
use crate::domain::CreatorId;

/// The dependencies of a [`Refresher`].
pub struct Parts {
    /// The store of grants.
    pub store: Arc<dyn Store>,
    /// The client for TikTok's API.
    pub tiktok: Arc<TikTok>,
    /// Seals and opens tokens.
    pub vault: Arc<Vault>,
    /// The process's clock: for the circuit breaker and age limits, never for stored timestamps.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// TikTok's responses that are not stored yet.
    pub journal: Journal,
    /// Its intervals, limits and timeouts.
    pub config: RefreshConfig,
    /// Where outcomes are counted.
    pub metrics: RefreshMetrics,
}

/// The refresh engine of one process. Any number of processes may share a store.
pub struct Refresher {
    store: Arc<dyn Store>,
    tiktok: Arc<TikTok>,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    journal: Journal,
    config: RefreshConfig,
    metrics: RefreshMetrics,
    breaker: Arc<Breaker>,
    refusals: Refusals,
    single_flight: SingleFlight<CreatorId, Result<FreshToken, RefreshError>>,
    unpersisted: Mutex<Vec<(CreatorId, RefreshResult)>>,
    in_flight: InFlight,
    /// Whether the last claim reached the store; each change is logged once.
    store_available: AtomicBool,
    /// Whether the last reservation in the journal succeeded; each change is logged once.
    journal_writable: AtomicBool,
    other_app_logged: AtomicBool,
}

/// The kind of work in flight that a refresh is.
const REFRESHES: &str = "refreshes";

/// Counts of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Journal entries that were written to the store, or that the store had already.
    pub replayed: usize,
    /// Grants that were claimed.
    pub claimed: usize,
    /// Grants with new tokens.
    pub renewed: usize,
    /// Grants whose claim was no longer current.
    pub overtaken: usize,
    /// Grants that failed and are retried.
    pub failed: usize,
    /// Grants that need a reconnect by their creator.
    pub dead: usize,
    /// Grants that were released without a request to TikTok.
    pub postponed: usize,
}

/// Refreshes that were started.
#[derive(Default)]
struct Started {
    replayed: usize,
    tasks: Vec<JoinHandle<Outcome>>,
    /// Whether more grants may be due.
    is_full: bool,
}

impl Refresher {
    /// Makes an engine; it is idle until [`Self::run`] or another method is called.
    #[must_use]
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { store, tiktok, vault, clock, entropy, journal, config, metrics } = parts;
        Arc::new(Self {
            breaker: Breaker::new(config, Arc::clone(&clock), Arc::clone(&entropy)),
            refusals: Refusals::new(&config),
            single_flight: SingleFlight::default(),
            unpersisted: Mutex::default(),
            in_flight: InFlight::default(),
            store_available: AtomicBool::new(true),
            journal_writable: AtomicBool::new(true),
            other_app_logged: AtomicBool::new(false),
            store,
            tiktok,
            vault,
            clock,
            entropy,
            journal,
            config,
            metrics,
        })
    }

    /// Replays the journal, claims the grants that are due, refreshes them, and counts the outcomes.
    ///
    /// Each refresh is a task of its own: dropping this future cancels none.
    pub async fn step(self: &Arc<Self>) -> Report {
        let engine = Arc::clone(self);
        let started = tokio::spawn(async move { engine.start_due().await }).await;
        let mut report = Report::default();
        let Ok(started) = started else { return report };
        report.replayed = started.replayed;
        report.claimed = started.tasks.len();
        for task in started.tasks {
            // A panic is logged already, and the lease of its claim expires.
            if let Ok(outcome) = task.await {
                report.count(&outcome);
            }
        }
        report
    }

    /// Repeats the step until [`Self::stop`], without waiting for the slowest: a request that hangs at TikTok
    /// delays no other grant.
    pub async fn run(self: Arc<Self>, heartbeat: Heartbeat) {
        let Some(tick) = self.config.tick else { return };
        let mut ticks = tokio::time::interval(tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.in_flight.stopping() => return,
                _ = ticks.tick() => heartbeat.beat(),
            }
            while self.start_due().await.is_full {
                heartbeat.beat();
                self.breaker.wait_for_capacity(tick).await;
            }
        }
    }

    /// Whether [`Self::run`] does anything; a test may disable it and call [`Self::step`] itself.
    #[must_use]
    pub const fn runs_by_itself(&self) -> bool {
        self.config.tick.is_some()
    }

    /// The refreshes in flight. Once that stops, no refresh begins, whatever triggers it.
    #[must_use]
    pub const fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// The longest time that a refresh in flight may take: the length of its lease.
    #[must_use]
    pub fn longest_refresh(&self) -> Duration {
        Duration::from_secs(self.config.lease_seconds.into())
    }

    /// Checks that the journal can take a response.
    ///
    /// # Errors
    /// When it is full or cannot be written: no grant is refreshed then.
    pub async fn check_journal(&self) -> Result<(), JournalError> {
        self.journal.check().await
    }

    async fn start_due(self: &Arc<Self>) -> Started {
        let Some(underway) = self.begin() else { return Started::default() };
        let replayed = self.replay().await;
        let claimed = self.claim().await;
        self.log_store_availability(claimed.as_ref().err());
        if let Ok((permits, claims, _)) = &claimed
            && !permits.is_empty()
        {
            self.revert_verdicts(claims.now).await;
        }
        let (permits, claims, since_requested) = claimed.unwrap_or_else(|_| no_claims());
        let is_full = !permits.is_empty() && permits.len() == claims.grants.len();
        let start = |(claim, permit): (Claim, Permit)| {
            let (engine, claimed) = (Arc::clone(self), ClaimedGrant::new(claim, claims.now, since_requested));
            let underway = underway.clone();
            tokio::spawn(async move {
                let outcome = engine.attempt(claimed, permit).await;
                drop(underway);
                outcome
            })
        };
        let tasks = claims.grants.into_iter().zip(permits).map(start).collect();
        Started { replayed, tasks, is_full }
    }

    /// Claims as many grants as the circuit breaker permits.
    async fn claim(&self) -> Result<(Vec<Permit>, Claims, Stopwatch), StoreError> {
        let since_requested = Stopwatch::start();
        let limit = usize::try_from(self.config.claims).unwrap_or(usize::MAX);
        let permits = match self.breaker.enter(limit) {
            Entry::Permits(permits) if !permits.is_empty() => permits,
            Entry::Permits(_) | Entry::Open(_) => return Ok(no_claims()),
            Entry::Probe(permit, creator) => {
                if self.probe_outage(&permit).await.is_some() {
                    return Ok(no_claims());
                }
                if let Some(creator) = creator
                    && let GrantClaim::Claimed { now, claim } =
                        self.store.claim_grant(&creator, self.lease_seconds()).await?
                {
                    return Ok((vec![permit], Claims { now, grants: vec![*claim] }, since_requested));
                }
                vec![permit]
            }
        };
        let limit = u32::try_from(permits.len()).unwrap_or(u32::MAX);
        let claims = self.store.claim_due(limit, self.lease_seconds()).await?;
        Ok((permits, claims, since_requested))
    }

    /// Checks that TikTok responds at all before a probe risks a grant: an outage that loses responses would cost
    /// a grant with each probe.
    async fn probe_outage(&self, permit: &Permit) -> Option<Open> {
        if !permit.is_probe() {
            return None;
        }
        self.tiktok.probe_outage().await.map(|refresh_failure| permit.probe_failed(refresh_failure))
    }

    /// Begins a refresh; `None` once the process stops.
    fn begin(&self) -> Option<Underway> {
        self.in_flight.begin(REFRESHES)
    }

    const fn lease_seconds(&self) -> u32 {
        self.config.lease_seconds
    }

    fn unpersisted_results(&self) -> MutexGuard<'_, Vec<(CreatorId, RefreshResult)>> {
        self.unpersisted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records whether the journal can be written; returns whether that has changed.
    fn set_journal_writable(&self, writable: bool) -> bool {
        self.journal_writable.swap(writable, Ordering::Relaxed) != writable
    }

    fn log_store_availability(&self, error: Option<&StoreError>) {
        let available = error.is_none();
        if self.store_available.swap(available, Ordering::Relaxed) == available {
            return;
        }
        if let Some(error) = error {
            tracing::error!(%error, "no grant is refreshed: store unavailable");
        } else {
            tracing::info!("store available again: grants are refreshed");
        }
    }
}

/// No claims.
fn no_claims() -> (Vec<Permit>, Claims, Stopwatch) {
    let claims = Claims { now: crate::domain::Timestamp(0), grants: Vec::new() };
    (Vec::new(), claims, Stopwatch::start())
}

impl Report {
    const fn count(&mut self, outcome: &Outcome) {
        let count = match outcome {
            Outcome::Renewed(_) => &mut self.renewed,
            Outcome::Overtaken => &mut self.overtaken,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Dead(_) => &mut self.dead,
            Outcome::Postponed => &mut self.postponed,
        };
        *count += 1;
    }
}
