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
    domain::Timestamp,
    server::{
        clock::{Clock, SystemClock},
        startup,
    },
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{
    app::{self, Settings},
    diary::{Diary, Life},
    dice::Dice,
    flaky::{Flaky, Outage, Weather},
    steps::Fate,
};

/// A grant is refreshed again after so many seconds, or so.
pub(crate) const REFRESH_SECONDS: i64 = 2;

/// The steps of a refresh, in order, by their names.
pub(crate) const STEPS: [&str; 7] =
    ["claimed", "reserved", "asked", "answered", "journalled", "stored", "cleared"];

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
pub(crate) struct Orders {
    pub(crate) settings: Settings,
    /// Its own folder; the journal outlives it there.
    pub(crate) folder: PathBuf,
    pub(crate) diary: PathBuf,
    pub(crate) worker: usize,
    pub(crate) life: u32,
    pub(crate) seed: u64,
    pub(crate) off: Option<Off>,
    pub(crate) end: Option<End>,
    pub(crate) stalls: bool,
    /// Seconds by which its clock is wrong.
    pub(crate) clock: i64,
    pub(crate) outage: Outage,
}

/// What a replica is told later.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Word {
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

/// A clock that is wrong by so many seconds.
#[derive(Default)]
struct WrongClock(AtomicI64);

impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_seconds(self.0.load(Ordering::SeqCst))
    }
}

/// Works by the orders that come on standard input, until it is stopped or killed.
pub(crate) async fn work() -> Result<()> {
    let mut lines = input();
    let orders = lines.recv().await.context("a replica was told nothing")?;
    let orders: Orders = serde_json::from_str(&orders)?;
    let clock = Arc::new(WrongClock(AtomicI64::new(orders.clock)));
    let weather = Arc::new(Weather::default());
    weather.set(orders.outage);
    let life = Life { worker: orders.worker, number: orders.life };
    let diary = Arc::new(Diary::open(&orders.diary, life)?);
    let dice = Dice::new(orders.seed, &format!("stalls of {life:?}"));
    let fate = Fate::new(Arc::clone(&diary), orders.end.clone(), dice, Duration::from_secs(u64::from(LEASE)*3/2), !orders.stalls);
    let fate = Arc::new(fate);
    let app = startup::build(app::config(&orders.settings)?).await?;
    let store = Arc::new(Flaky::new(Arc::clone(&app.store), Arc::clone(&weather), Some(diary)));
    let folder = orders.folder.join("journal");
    std::fs::create_dir_all(&folder)?;
    let http = reqwest::Client::builder().timeout(Duration::from_millis(1500)).build()?;
    let url = format!("{}/v2/oauth/token/", orders.settings["TIKTOK_API_URL"]);
    let off = orders.off;
    let safe = crate::mini::Safeguards { fence: off != Some(Off::Fence), journal: off != Some(Off::Journal), reread: off != Some(Off::Reread) };
    let mini = Arc::new(crate::mini::Mini { store, app, steps: Arc::clone(&fate) as _, safe, folder, http, url, due: REFRESH_SECONDS, lease: LEASE, lost_wait: 6 });
    loop {
        while let Ok(line) = lines.try_recv() {
            match serde_json::from_str(&line)? {
                Word::Clock(seconds) => clock.0.store(seconds, Ordering::SeqCst),
                Word::Outage(outage) => weather.set(outage),
                Word::Calm => { clock.0.store(0, Ordering::SeqCst); weather.set(Outage::None); fate.calm_down(); }
                Word::Stop => return Ok(()),
            }
        }
        if lines.is_closed() { return Ok(()) }
        if mini.step().await == 0 {
        tokio::time::sleep(crate::mini::NAP).await;}
    }
}
const LEASE: u32 = 4;

/// The lines of standard input; they end with whoever wrote them.
fn input() -> UnboundedReceiver<String> {
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
