//! The refresh engine: keeps every grant alive, and loses none (ARCHITECTURE.md, "How a grant is kept").
//!
//! [`Refresher::step`] claims what is due and refreshes it; [`Refresher::run`] repeats that for as long as
//! the server runs; [`Refresher::token`] and [`Refresher::refresh_now`] are for whoever cannot wait for it.

mod attempt;
mod breaker;
mod config;
mod demand;
pub mod journal;
mod policy;
mod refusals;
mod replay;
pub mod schedule;
mod single_flight;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

pub use self::{
    attempt::STEPS,
    config::RefreshConfig,
    demand::{FreshToken, RefreshError},
};
use self::{
    attempt::{Attempt, ClaimedGrant, Outcome},
    breaker::{Breaker, Entry, Open, Permit},
    journal::Journal,
    refusals::Refusals,
    single_flight::SingleFlight,
};
use super::{
    clock::{Clock, Stopwatch},
    entropy::Entropy,
    store::{Claim, Claims, GrantClaim, RefreshResult, Store, StoreError},
    tiktok::TikTok,
    vault::Vault,
};
use crate::domain::CreatorId;

/// What the engine is put together from.
pub struct Parts {
    /// Where grants are kept.
    pub store: Arc<dyn Store>,
    /// TikTok, for this app.
    pub tiktok: Arc<TikTok>,
    /// Seals and opens tokens.
    pub vault: Arc<Vault>,
    /// The process's clock: for pauses, never for what is written down.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Where answers wait for the store.
    pub journal: Journal,
    /// Its intervals, limits and timeouts.
    pub config: RefreshConfig,
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
    breaker: Arc<Breaker>,
    refusals: Refusals,
    single_flight: Arc<SingleFlight>,
    unpersisted: Mutex<Vec<(CreatorId, RefreshResult)>>,
    stopping: watch::Sender<bool>,
    /// Whether the store answered and the journal took an answer when they were last asked: for one line
    /// in the log at each change.
    store_answers: AtomicBool,
    journal_writable: AtomicBool,
    other_app_logged: AtomicBool,
}

/// What one step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Answers of the journal that were written to the store or found to be known.
    pub replayed: usize,
    /// Grants that were claimed.
    pub claimed: usize,
    /// Grants with new tokens.
    pub renewed: usize,
    /// Grants whose claim was not the last word.
    pub overtaken: usize,
    /// Grants that are tried again.
    pub failed: usize,
    /// Grants that only their creator can mend.
    pub dead: usize,
    /// Grants that TikTok was not asked for.
    pub postponed: usize,
}

/// Refreshes that have begun.
struct Begun {
    replayed: usize,
    tasks: Vec<JoinHandle<Outcome>>,
    /// Whether there may be more that is due.
    is_full: bool,
}

impl Refresher {
    /// An engine that does nothing by itself yet.
    #[must_use]
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { store, tiktok, vault, clock, entropy, journal, config } = parts;
        Arc::new(Self {
            breaker: Breaker::new(config, Arc::clone(&clock), Arc::clone(&entropy)),
            refusals: Refusals::new(&config),
            single_flight: Arc::default(),
            unpersisted: Mutex::default(),
            stopping: watch::Sender::new(false),
            store_answers: AtomicBool::new(true),
            journal_writable: AtomicBool::new(true),
            other_app_logged: AtomicBool::new(false),
            store,
            tiktok,
            vault,
            clock,
            entropy,
            journal,
            config,
        })
    }

    /// Replays the journal, claims what is due, refreshes it, and answers what became of it.
    ///
    /// The refreshes have tasks of their own: who stops waiting stops none of them.
    pub async fn step(self: &Arc<Self>) -> Report {
        let engine = Arc::clone(self);
        let begun = tokio::spawn(async move { engine.begin().await }).await;
        let mut report = Report::default();
        let Ok(begun) = begun else { return report };
        report.replayed = begun.replayed;
        report.claimed = begun.tasks.len();
        for task in begun.tasks {
            // One that panicked is in the log already, and its claim ends by itself.
            if let Ok(outcome) = task.await {
                report.count(&outcome);
            }
        }
        report
    }

    /// Repeats the step until [`Self::stop`], without waiting for the slowest: whoever hangs at TikTok
    /// holds up nobody else.
    pub async fn run(self: Arc<Self>) {
        let Some(tick) = self.config.tick else { return };
        let mut stopping = self.stopping.subscribe();
        let mut ticks = tokio::time::interval(tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => return,
                _ = ticks.tick() => {}
            }
            while !*stopping.borrow() && self.begin().await.is_full {
                self.breaker.wait_for_capacity(tick).await;
            }
        }
    }

    /// Whether [`Self::run`] does anything: a test may want to say itself when something is done.
    #[must_use]
    pub const fn runs_by_itself(&self) -> bool {
        self.config.tick.is_some()
    }

    /// Claims nothing more from now on.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits for the refreshes underway: TikTok's answers to them must not be lost. None outlives its
    /// lease.
    pub async fn ended(&self) {
        let lease = Duration::from_secs(self.config.lease_seconds.into());
        if tokio::time::timeout(lease, self.breaker.idle()).await.is_err() {
            tracing::error!("a refresh outlived its lease and is cut off");
        }
    }

    async fn begin(self: &Arc<Self>) -> Begun {
        let replayed = self.replay().await;
        let claimed = self.claim().await;
        self.store_answers(claimed.as_ref().err());
        let (permits, claims, since_wished) = claimed.unwrap_or_else(|_| nothing());
        let is_full = !permits.is_empty() && permits.len() == claims.grants.len();
        let start = |(claim, permit): (Claim, Permit)| {
            let (engine, claimed) = (Arc::clone(self), ClaimedGrant::new(claim, claims.now, since_wished));
            tokio::spawn(async move { Attempt::new(&engine, claimed).run(permit).await })
        };
        let tasks = claims.grants.into_iter().zip(permits).map(start).collect();
        Begun { replayed, tasks, is_full }
    }

    /// Claims as many as the breaker lets through.
    async fn claim(&self) -> Result<(Vec<Permit>, Claims, Stopwatch), StoreError> {
        let since_wished = Stopwatch::start();
        let wished = usize::try_from(self.config.claims).unwrap_or(usize::MAX);
        let permits = match self.breaker.enter(wished) {
            Entry::Permits(permits) if !permits.is_empty() => permits,
            Entry::Permits(_) | Entry::Open(_) => return Ok(nothing()),
            Entry::Probe(permit, creator) => {
                if self.is_away(&permit).await.is_some() {
                    return Ok(nothing());
                }
                if let Some(creator) = creator
                    && let GrantClaim::Claimed { now, claim } =
                        self.store.claim_grant(&creator, self.lease_seconds()).await?
                {
                    return Ok((vec![permit], Claims { now, grants: vec![*claim] }, since_wished));
                }
                vec![permit]
            }
        };
        let limit = u32::try_from(permits.len()).unwrap_or(u32::MAX);
        let claims = self.store.claim_due(limit, self.lease_seconds()).await?;
        Ok((permits, claims, since_wished))
    }

    /// Looks whether TikTok answers at all before a grant is risked to see whether it is back. An outage
    /// that swallows answers would cost one with every look.
    async fn is_away(&self, permit: &Permit) -> Option<Open> {
        if !permit.is_probe() {
            return None;
        }
        self.tiktok.probe_outage().await.map(|refresh_failure| permit.probe_failed(refresh_failure))
    }

    const fn lease_seconds(&self) -> u32 {
        self.config.lease_seconds
    }

    fn unpersisted_answers(&self) -> MutexGuard<'_, Vec<(CreatorId, RefreshResult)>> {
        self.unpersisted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes whether the journal took an answer; answers whether that is news.
    fn set_journal_writable(&self, takes: bool) -> bool {
        self.journal_writable.swap(takes, Ordering::Relaxed) != takes
    }

    fn store_answers(&self, error: Option<&StoreError>) {
        let answers = error.is_none();
        if self.store_answers.swap(answers, Ordering::Relaxed) == answers {
            return;
        }
        if let Some(error) = error {
            tracing::error!(%error, "no grant is refreshed: the store does not answer");
        } else {
            tracing::info!("the store answers again: grants are refreshed");
        }
    }
}

/// No claims.
fn nothing() -> (Vec<Permit>, Claims, Stopwatch) {
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
