//! The schedule of faults: which fault begins after how many rounds, chosen by seed.
//!
//! The same seed gives the same spells in the same order. What they meet is not the same twice: processes run as they
//! like.

use std::time::Duration;

use anyhow::Result;
use creator_connect::server::clock::Stopwatch;
use serde_json::{Value, json};

use crate::{backend::Backend, faulty_store::Outage, replicas::Replicas, rng::SeededRng, tiktok::Tiktok};

/// Longer than a replica waits for TikTok, by far.
const PAST_EVERY_TIMEOUT_MS: u64 = 8000;

/// Rounds from the end of one fault to the beginning of the next, at most.
const FAIR_ROUNDS: u64 = 60;

/// One thing that goes wrong for a while.
#[derive(Clone, Copy, Debug)]
enum Fault {
    TiktokDown,
    TiktokRefuses,
    TiktokSlow,
    TiktokHangs,
    Store(Outage),
    Kill,
    Jump,
}

const SPELLS: [Fault; 12] = [
    Fault::TiktokDown,
    Fault::TiktokRefuses,
    Fault::TiktokSlow,
    Fault::TiktokHangs,
    Fault::Store(Outage::Refuses),
    Fault::Store(Outage::LosesAnswers),
    Fault::Store(Outage::IsSlow),
    Fault::Kill,
    Fault::Kill,
    Fault::Jump,
    Fault::Jump,
    Fault::Jump,
];

/// How often what was played.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaultCounts {
    pub(crate) tiktok_outages: u64,
    pub(crate) store_outages: u64,
    pub(crate) jumps: u64,
}

/// The fault schedule of a run.
pub(crate) struct FaultSchedule {
    seed: u64,
    spells: u64,
    next_at: u64,
    present: Option<(Fault, Stopwatch, Duration)>,
    pub(crate) played: FaultCounts,
}

impl FaultSchedule {
    pub(crate) const fn new(seed: u64) -> Self {
        let played = FaultCounts { tiktok_outages: 0, store_outages: 0, jumps: 0 };
        Self { seed, spells: 0, next_at: 20, present: None, played }
    }

    /// Ends and begins spells, `rounds` refreshes after the start.
    pub(crate) async fn pass(
        &mut self,
        rounds: u64,
        tiktok: &Tiktok,
        backend: &Backend,
        replicas: &mut Replicas,
    ) -> Result<()> {
        if let Some((fault_now, since, length)) = self.present {
            if since.elapsed() < length {
                return Ok(());
            }
            self.end(fault_now, tiktok, backend, replicas).await?;
            self.next_at =
                rounds + SeededRng::new(self.seed, &format!("gap {}", self.spells)).from(1..FAIR_ROUNDS);
        }
        if rounds >= self.next_at {
            self.spells += 1;
            self.begin(tiktok, backend, replicas).await?;
        }
        Ok(())
    }

    async fn begin(&mut self, tiktok: &Tiktok, backend: &Backend, replicas: &mut Replicas) -> Result<()> {
        let mut rng = SeededRng::new(self.seed, &format!("fault_now {}", self.spells));
        let place = usize::try_from(rng.from(0..SPELLS.len() as u64))?;
        let Some(fault_now) = SPELLS.get(place).copied() else { return Ok(()) };
        let victim = usize::try_from(rng.from(0..replicas.size() as u64))?;
        let mut length = Duration::from_millis(rng.from(200..2000));
        match fault_now {
            Fault::TiktokDown => self.tiktok(tiktok, json!({"status": 503, "body": "down"})).await?,
            Fault::TiktokRefuses => self.tiktok(tiktok, json!({"code": "rate_limit_exceeded"})).await?,
            Fault::TiktokSlow => self.tiktok(tiktok, json!({"delay_ms": PAST_EVERY_TIMEOUT_MS})).await?,
            Fault::TiktokHangs => self.tiktok(tiktok, json!({"hang": true})).await?,
            Fault::Store(outage) => {
                self.played.store_outages += 1;
                replicas.set_outage(outage);
                backend.misbehave(outage).await?;
            }
            Fault::Kill => {
                replicas.kill(victim)?;
                length = Duration::ZERO;
            }
            Fault::Jump => {
                self.played.jumps += 1;
                replicas.set_clock(victim, rng.jump());
                length = Duration::ZERO;
            }
        }
        self.present = Some((fault_now, Stopwatch::start(), length));
        Ok(())
    }

    async fn end(
        &mut self,
        fault_now: Fault,
        tiktok: &Tiktok,
        backend: &Backend,
        replicas: &mut Replicas,
    ) -> Result<()> {
        self.present = None;
        match fault_now {
            Fault::Kill | Fault::Jump => Ok(()),
            Fault::Store(_) => {
                replicas.set_outage(Outage::None);
                backend.misbehave(Outage::None).await
            }
            _ => self.usual(tiktok).await,
        }
    }

    async fn tiktok(&mut self, tiktok: &Tiktok, fault: Value) -> Result<()> {
        self.played.tiktok_outages += 1;
        tiktok.misbehave(self.seed, &[(1.0, fault)]).await
    }

    /// What TikTok does wrong on every day.
    pub(crate) async fn usual(&self, tiktok: &Tiktok) -> Result<()> {
        let faults = [
            (0.006, json!({"drop": "after"})),
            (0.004, json!({"late_ms": PAST_EVERY_TIMEOUT_MS})),
            (0.01, json!({"drop": "before"})),
            (0.005, json!({"delay_ms": PAST_EVERY_TIMEOUT_MS})),
            (0.005, json!({"garbage": true})),
            (0.01, json!({"code": "server_error"})),
            (0.01, json!({"code": "rate_limit_exceeded"})),
        ];
        let seed = self.seed.wrapping_add(self.spells.wrapping_mul(1000));
        tiktok.misbehave(seed, &faults).await
    }

    /// Ends all faults for good.
    pub(crate) async fn clear(
        &mut self,
        tiktok: &Tiktok,
        backend: &Backend,
        replicas: &mut Replicas,
    ) -> Result<()> {
        self.present = None;
        tiktok.misbehave(0, &[]).await?;
        backend.misbehave(Outage::None).await?;
        replicas.disable_faults();
        Ok(())
    }
}
