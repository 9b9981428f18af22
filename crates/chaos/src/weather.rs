//! What goes wrong, and when: spells of bad weather, chosen by seed, that begin after so many rounds.
//!
//! The same seed gives the same spells in the same order. What they meet is not the same twice: processes run as they
//! like.

use std::time::Duration;

use anyhow::Result;
use creator_connect::server::clock::Stopwatch;
use serde_json::{Value, json};

use crate::{backend::Backend, crew::Crew, dice::Dice, flaky::Outage, tiktok::Tiktok};

/// Longer than a replica waits for TikTok, by far.
const PAST_EVERY_TIMEOUT_MS: u64 = 8000;

/// Rounds from the end of one spell to the beginning of the next, at most.
const FAIR_ROUNDS: u64 = 60;

/// One thing that goes wrong for a while.
#[derive(Clone, Copy, Debug)]
enum Spell {
    TiktokDown,
    TiktokRefuses,
    TiktokSlow,
    TiktokHangs,
    Store(Outage),
    Kill,
    Jump,
}

const SPELLS: [Spell; 12] = [
    Spell::TiktokDown,
    Spell::TiktokRefuses,
    Spell::TiktokSlow,
    Spell::TiktokHangs,
    Spell::Store(Outage::Refuses),
    Spell::Store(Outage::LosesAnswers),
    Spell::Store(Outage::IsSlow),
    Spell::Kill,
    Spell::Kill,
    Spell::Jump,
    Spell::Jump,
    Spell::Jump,
];

/// How often what was played.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Played {
    pub(crate) tiktok_outages: u64,
    pub(crate) store_outages: u64,
    pub(crate) jumps: u64,
}

/// The weather of a run.
pub(crate) struct Weather {
    seed: u64,
    spells: u64,
    next_at: u64,
    present: Option<(Spell, Stopwatch, Duration)>,
    pub(crate) played: Played,
}

impl Weather {
    pub(crate) const fn new(seed: u64) -> Self {
        let played = Played { tiktok_outages: 0, store_outages: 0, jumps: 0 };
        Self { seed, spells: 0, next_at: 20, present: None, played }
    }

    /// Ends and begins spells, `rounds` refreshes after the start.
    pub(crate) async fn pass(
        &mut self,
        rounds: u64,
        tiktok: &Tiktok,
        backend: &Backend,
        crew: &mut Crew,
    ) -> Result<()> {
        if let Some((spell, since, length)) = self.present {
            if since.elapsed() < length {
                return Ok(());
            }
            self.end(spell, tiktok, backend, crew).await?;
            self.next_at =
                rounds + Dice::new(self.seed, &format!("gap {}", self.spells)).from(1..FAIR_ROUNDS);
        }
        if rounds >= self.next_at {
            self.spells += 1;
            self.begin(tiktok, backend, crew).await?;
        }
        Ok(())
    }

    async fn begin(&mut self, tiktok: &Tiktok, backend: &Backend, crew: &mut Crew) -> Result<()> {
        let mut dice = Dice::new(self.seed, &format!("spell {}", self.spells));
        let place = usize::try_from(dice.from(0..SPELLS.len() as u64))?;
        let Some(spell) = SPELLS.get(place).copied() else { return Ok(()) };
        let victim = usize::try_from(dice.from(0..crew.size() as u64))?;
        let mut length = Duration::from_millis(dice.from(200..2000));
        match spell {
            Spell::TiktokDown => self.tiktok(tiktok, json!({"status": 503, "body": "down"})).await?,
            Spell::TiktokRefuses => self.tiktok(tiktok, json!({"code": "rate_limit_exceeded"})).await?,
            Spell::TiktokSlow => self.tiktok(tiktok, json!({"delay_ms": PAST_EVERY_TIMEOUT_MS})).await?,
            Spell::TiktokHangs => self.tiktok(tiktok, json!({"hang": true})).await?,
            Spell::Store(outage) => {
                self.played.store_outages += 1;
                crew.set_outage(outage);
                backend.misbehave(outage).await?;
            }
            Spell::Kill => {
                crew.kill(victim)?;
                length = Duration::ZERO;
            }
            Spell::Jump => {
                self.played.jumps += 1;
                crew.set_clock(victim, dice.jump());
                length = Duration::ZERO;
            }
        }
        self.present = Some((spell, Stopwatch::start(), length));
        Ok(())
    }

    async fn end(&mut self, spell: Spell, tiktok: &Tiktok, backend: &Backend, crew: &mut Crew) -> Result<()> {
        self.present = None;
        match spell {
            Spell::Kill | Spell::Jump => Ok(()),
            Spell::Store(_) => {
                crew.set_outage(Outage::None);
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

    /// Ends all bad weather for good.
    pub(crate) async fn clear(&mut self, tiktok: &Tiktok, backend: &Backend, crew: &mut Crew) -> Result<()> {
        self.present = None;
        tiktok.misbehave(0, &[]).await?;
        backend.misbehave(Outage::None).await?;
        crew.calm_down();
        Ok(())
    }
}
