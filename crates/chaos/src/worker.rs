//! One replica: the app's refresh engine over the shared store, with a journal of its own.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use creator_connect::{
    domain::{CreatorId, Timestamp},
    server::{
        clock::{Clock, SystemClock},
        heartbeats::{Heartbeat, Loop},
        refresh::{RefreshConfig, Refresher},
        startup::{self, Dependencies},
        store::Store,
        tiktok::Timeouts,
    },
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{
    app::{self, Settings},
    faulty_store::{FaultyStore, Outage, OutageSwitch},
    operation_log::{Incarnation, OperationLog},
    rng::SeededRng,
    step_observer::StepObserver,
};

/// A fresh consent is refreshed within so many seconds.
pub(crate) const FIRST_SECONDS: i64 = 4;

/// The steps of a refresh, in order: the last part of its fail points.
pub(crate) const STEPS: [&str; 7] =
    ["claimed", "reserved", "requested", "responded", "journalled", "stored", "cleared"];

/// A safeguard that is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
pub(crate) enum Off {
    /// Leases, and the proof that a claim is the last
    Fence,
    /// The journal of answers
    Journal,
    /// Looking again before a creator is told to reconnect
    Reread,
}

/// How a replica ends: at the `nth` time that it reaches a step, or so much later.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) step: String,
    pub(crate) nth: u64,
    pub(crate) after_ms: u64,
}

/// What a replica is told at its start.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReplicaConfig {
    pub(crate) settings: Settings,
    /// Its own folder; the journal outlives it there.
    pub(crate) folder: PathBuf,
    pub(crate) operation_log: PathBuf,
    pub(crate) worker: usize,
    pub(crate) life: u32,
    pub(crate) seed: u64,
    pub(crate) off: Option<Off>,
    pub(crate) end: Option<End>,
    /// Whether it stalls by chance, and somebody calls.
    pub(crate) is_violent: bool,
    /// Whom callers ask for.
    pub(crate) creators: Vec<String>,
    /// Seconds by which its clock is wrong.
    pub(crate) clock: i64,
    /// Whether that is the store's clock too.
    pub(crate) machine_clock: bool,
    pub(crate) outage: Outage,
}

/// What a replica is told later.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Instruction {
    Clock(i64),
    Outage(Outage),
    /// Nothing goes wrong any more.
    Calm,
    /// End what you are at, and go.
    Stop,
}

impl Off {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fence => "fence",
            Self::Journal => "journal",
            Self::Reread => "reread",
        }
    }
}

/// How long a claim is good for, in seconds.
const LEASE_SECONDS: u32 = 5;

/// How long a replica waits for TikTok.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A clock that is wrong by so many seconds.
#[derive(Default)]
struct WrongClock(AtomicI64);

impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_seconds(self.0.load(Ordering::SeqCst))
    }
}

/// A replica, and what can be done to it.
struct Replica {
    refresher: Arc<Refresher>,
    clock: Arc<WrongClock>,
    outages: Arc<OutageSwitch>,
    observer: Arc<StepObserver>,
}

/// Works by the orders that come on standard input, until it is stopped or killed.
pub(crate) async fn work() -> Result<()> {
    let mut lines = input();
    let orders = lines.recv().await.context("a replica was told nothing")?;
    let orders: ReplicaConfig = serde_json::from_str(&orders)?;
    let replica = Replica::build(&orders).await?;
    let refresher = Arc::clone(&replica.refresher);
    refresher.replay().await;
    let heartbeat = Heartbeat::new(Arc::default(), Loop::Refresh);
    let engine = tokio::spawn(Arc::clone(&refresher).run(heartbeat));
    let callers = tokio::spawn(demand(Arc::clone(&refresher), orders));
    while let Some(line) = lines.recv().await {
        match serde_json::from_str(&line)? {
            Instruction::Stop => break,
            word => replica.heed(&word),
        }
    }
    callers.abort();
    refresher.in_flight().stop();
    engine.await?;
    refresher.in_flight().idle().await;
    Ok(())
}

impl Replica {
    async fn build(orders: &ReplicaConfig) -> Result<Self> {
        let config = app::config(&orders.settings)?;
        let life = Incarnation { worker: orders.worker, number: orders.life };
        let operation_log = Arc::new(OperationLog::open(&orders.operation_log, life)?);
        let (clock, outages) =
            (Arc::new(WrongClock(AtomicI64::new(orders.clock))), Arc::new(OutageSwitch::default()));
        let stalls = SeededRng::new(orders.seed, &format!("stalls of {life:?}"));
        let stall = Duration::from_secs(u64::from(LEASE_SECONDS) * 3 / 2);
        let observer = StepObserver::new(
            Arc::clone(&operation_log),
            orders.end.clone(),
            stalls,
            stall,
            !orders.is_violent,
        );
        let observer = Arc::new(observer);
        observer.observe()?;
        if orders.off == Some(Off::Journal) {
            fail::cfg("journal::keep", "return").map_err(anyhow::Error::msg)?;
        }
        let timeouts = Timeouts { refresh: PATIENCE, ..Timeouts::default() };
        // A database has a clock of its own, which goes right when ours does not.
        let mut own = Dependencies { timeouts, ..Dependencies::default() };
        if orders.machine_clock {
            own.clock = Arc::clone(&clock) as _;
        }
        let app = startup::build_with(app::config(&orders.settings)?, own).await?;
        let faulty_store =
            FaultyStore::new(Arc::clone(&app.store), Arc::clone(&outages), Some(operation_log))
                .without(orders.off);
        let store: Arc<dyn Store> = Arc::new(faulty_store);
        outages.set(orders.outage);
        let dependencies = Dependencies {
            clock: Arc::clone(&clock) as _,
            timeouts,
            refresh_config: refresh_config(),
            ..Dependencies::default()
        };
        let refresher = startup::refresher(&config, &dependencies, &store, &app.tiktok, &app.vault)?;
        Ok(Self { refresher, clock, outages, observer })
    }

    fn heed(&self, word: &Instruction) {
        match word {
            Instruction::Clock(seconds) => self.clock.0.store(*seconds, Ordering::SeqCst),
            Instruction::Outage(outage) => self.outages.set(*outage),
            Instruction::Calm | Instruction::Stop => {
                self.clock.0.store(0, Ordering::SeqCst);
                self.outages.set(Outage::None);
                self.observer.disable_faults();
            }
        }
    }
}

/// Callers who cannot wait for the loop: a few creators a second, each by two callers at once.
async fn demand(refresher: Arc<Refresher>, orders: ReplicaConfig) {
    let mut rng = SeededRng::new(orders.seed, &format!("demand of {}.{}", orders.worker, orders.life));
    let creators: Vec<CreatorId> = orders.creators.iter().filter_map(|id| id.parse().ok()).collect();
    while orders.is_violent && !creators.is_empty() {
        tokio::time::sleep(Duration::from_millis(rng.from(50..800))).await;
        let place = usize::try_from(rng.from(0..creators.len() as u64)).unwrap_or_default();
        let Some(creator) = creators.get(place).cloned() else { continue };
        let (first, second) = (Arc::clone(&refresher), Arc::clone(&refresher));
        let other = creator.clone();
        tokio::spawn(async move { drop(first.refresh_now(&creator).await) });
        tokio::spawn(async move { drop(second.token(&other, 3600).await) });
    }
}

/// Everything happens many times as often as it would, in the same proportions.
fn refresh_config() -> RefreshConfig {
    RefreshConfig {
        tick: Some(Duration::from_millis(100)),
        lease_seconds: LEASE_SECONDS,
        concurrency: 16,
        retry_seconds: 1,
        longest_retry_seconds: 3,
        fault_seconds: 2,
        guarded_seconds: 8,
        pause_seconds: 1,
        longest_pause_seconds: 2,
        refusals_seconds: 60,
        poll_interval: Duration::from_millis(100),
        wait_timeout: Duration::from_secs(3),
        ..RefreshConfig::default()
    }
}

/// The lines of standard input; they end with whoever wrote them.
pub(crate) fn input() -> UnboundedReceiver<String> {
    let (sender, lines) = unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}
