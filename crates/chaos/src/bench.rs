//! `make bench-refresh`: a hundred thousand grants that are due at once, refreshed by one process of the app.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use creator_connect::{
    domain::CreatorId,
    server::{
        clock::{Clock as _, Stopwatch, SystemClock},
        entropy::{self, SystemEntropy},
        startup,
        state::AppState,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    app::{self, Settings},
    backend::{Backend, Kind},
    creators::new_grant,
    server::peak_mb,
    tiktok::{Consent, Outcome, Tiktok},
};

/// What TikTok documents for its shorter regime.
const ACCESS_SECONDS: u64 = 2 * 3600;
const CONSENT_SECONDS: u64 = 180 * 86_400;
/// All due at once end so much later: what the real hour gives them is four times as long.
const AT_ONCE_SLACK: u64 = 600;
/// A third of an access token's life.
const SPREAD_SLACK: u64 = ACCESS_SECONDS / 3;
/// Consents that are asked for at once.
const PART: u64 = 2000;
/// Grants that are saved first, to see how long that takes; they are due when all is over.
const SAMPLE: u64 = 400;
/// Made-up creators of the sample have numbers from here.
const SAMPLE_FROM: u64 = 1_000_000;
const SAVERS: usize = 8;
const PATIENCE: Duration = Duration::from_mins(40);
/// The goals.
const MOST_MEMORY_MB: u64 = 200;
const MOST_CALLS: f64 = 2.0;

#[derive(Args)]
pub(crate) struct Options {
    /// Over which store
    #[arg(long, default_value = "sqlite")]
    store: Kind,
    /// How many grants
    #[arg(long, default_value_t = 100_000)]
    grants: u64,
    /// They become due over so many seconds, with a third of two hours left; else all at once, with ten minutes left
    #[arg(long)]
    spread: Option<u64>,
    /// How long TikTok takes for each answer
    #[arg(long, default_value_t = 50)]
    answer_ms: u64,
    /// The folder of the Supabase stand-in, which runs
    #[arg(long, default_value = "target/supabase-bench")]
    stand_in: PathBuf,
    /// Where the database and the journal are: on a real disk
    #[arg(long)]
    folder: PathBuf,
}

/// What the app says of itself when it stops.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) store_calls: u64,
}

/// What was measured.
#[derive(Debug, Default)]
struct Figures {
    refreshed: u64,
    never: u64,
    late: u64,
    refused: u64,
    /// Milliseconds after its due date, of each first refresh, ascending.
    behind_ms: Vec<u64>,
}

/// Fills the store, lets the app work, and prints the figures; `false` when a goal is missed.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let tiktok = Tiktok::start(ACCESS_SECONDS, CONSENT_SECONDS)?;
    let backend = Backend::start(options.store, folder.path(), &options.stand_in)?;
    let own = startup::build(app::config(&app::settings(&backend, &tiktok, folder.path(), false)?)?).await?;
    let due_from = options.fill(&own, &tiktok).await?;
    tiktok.misbehave(0, &[(1.0, json!({"delay_ms": options.answer_ms}))]).await?;
    let settings = app::settings(&backend, &tiktok, &folder.path().join("app"), false)?;
    let mut engine = Engine::start(&settings, &folder.path().join("app"))?;
    let took = options.watch(&tiktok, due_from).await?;
    let (peak_mb, said) = engine.stop()?;
    let figures = options.figures(&tiktok, due_from).await?;
    Ok(options.report(&figures, took, peak_mb, &said))
}

impl Options {
    /// Saves all grants; answers the second in which the first of them is due.
    async fn fill(&self, app: &AppState, tiktok: &Tiktok) -> Result<i64> {
        let since = Stopwatch::start();
        let order = json!({"count": SAMPLE, "first": SAMPLE_FROM});
        save(app, tiktok.consents(order).await?, i64::try_from(ACCESS_SECONDS)?).await?;
        let sample = since.elapsed() * u32::try_from(self.grants / SAMPLE + 1)?;
        let ready_in = i64::try_from((sample * 3 / 2).as_secs() + 15)?;
        let due_from = SystemClock.now().0 + ready_in;
        println!("saving {} grants, all due from {ready_in} s on", self.grants);
        for first in (0..self.grants).step_by(usize::try_from(PART)?) {
            let due = due_from + i64::try_from(self.due_after(first))?;
            let due_in = due - SystemClock.now().0;
            ensure!(due_in > 0, "saving took longer than the sample said: try again");
            let slack = if self.spread.is_some() { SPREAD_SLACK } else { AT_ONCE_SLACK };
            let access_seconds = u64::try_from(due_in)? + slack;
            let count = PART.min(self.grants - first);
            let order = json!({"count": count, "first": first, "access_seconds": access_seconds});
            save(app, tiktok.consents(order).await?, due_in).await?;
        }
        println!("saved in {} s", since.elapsed().as_secs());
        Ok(due_from)
    }

    /// Seconds from the first due date to that of a grant.
    fn due_after(&self, grant: u64) -> u64 {
        self.spread.map_or(0, |spread| spread * (grant / PART * PART) / self.grants)
    }

    /// Waits until every grant is refreshed; answers the time from the first due date on.
    async fn watch(&self, tiktok: &Tiktok, due_from: i64) -> Result<Duration> {
        let early = u64::try_from(due_from - SystemClock.now().0).unwrap_or_default();
        tokio::time::sleep(Duration::from_secs(early)).await;
        let (since, mut told) = (Stopwatch::start(), Stopwatch::start());
        loop {
            let refreshed = tiktok.refreshes().await?;
            if refreshed >= self.grants {
                return Ok(since.elapsed());
            }
            if told.elapsed() > Duration::from_secs(30) {
                println!("{refreshed} refreshed in {} s", since.elapsed().as_secs());
                told = Stopwatch::start();
            }
            ensure!(since.elapsed() < PATIENCE, "only {refreshed} grants were refreshed");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn figures(&self, tiktok: &Tiktok, due_from: i64) -> Result<Figures> {
        let mut figures = Figures::default();
        let due_ms =
            |grant: u64| u64::try_from(due_from).unwrap_or_default() * 1000 + self.due_after(grant) * 1000;
        for first in (0..self.grants).step_by(usize::try_from(PART)?) {
            // The sample came before them.
            let told = tiktok.grants(SAMPLE + first, PART.min(self.grants - first)).await?;
            for (grant, told) in (first..).zip(told) {
                let renewed = told.asked.iter().find(|asked| asked.outcome == Outcome::Renewed);
                figures.refreshed += u64::from(told.generation);
                figures.never += u64::from(renewed.is_none());
                figures.late += u64::from(told.late_refreshes);
                figures.refused += u64::from(told.spent_calls);
                figures.behind_ms.extend(renewed.map(|asked| asked.at_ms.saturating_sub(due_ms(grant))));
            }
        }
        figures.behind_ms.sort_unstable();
        Ok(figures)
    }

    #[allow(clippy::cast_precision_loss, reason = "no figure here is beyond 2^52")]
    fn report(&self, figures: &Figures, took: Duration, peak_mb: u64, said: &Said) -> bool {
        let behind = |share: usize| {
            let place = figures.behind_ms.len().saturating_sub(1) * share / 100;
            figures.behind_ms.get(place).copied().unwrap_or_default() as f64 / 1000.0
        };
        let calls = said.store_calls as f64 / figures.refreshed.max(1) as f64;
        let how = match self.spread {
            Some(seconds) => format!("due over {seconds} s, each {SPREAD_SLACK} s before its end"),
            None => format!("all due at once, {AT_ONCE_SLACK} s before their end"),
        };
        println!(
            "\n{} grants over {}, {how}; TikTok answers in {} ms",
            self.grants,
            self.store.name(),
            self.answer_ms
        );
        println!(
            "  refreshed          {} in {:.1} s: {:.0} a second",
            figures.refreshed,
            took.as_secs_f64(),
            figures.refreshed as f64 / took.as_secs_f64()
        );
        println!("  past their expiry  {} (goal 0)", figures.late + figures.never);
        println!("  asked with a dead refresh token  {} (goal 0)", figures.refused);
        println!(
            "  behind the due date  {:.1} s in the middle, {:.1} s for 99 %, {:.1} s at most",
            behind(50),
            behind(99),
            behind(100)
        );
        println!("  store calls a refresh  {calls:.3} (goal: at most {MOST_CALLS})");
        println!("  peak memory of the app  {peak_mb} MB (goal: under {MOST_MEMORY_MB})");
        figures.late + figures.never + figures.refused == 0 && calls <= MOST_CALLS && peak_mb < MOST_MEMORY_MB
    }
}

/// Saves consents as logins do, some side by side.
async fn save(app: &AppState, consents: Vec<Consent>, due_in: i64) -> Result<()> {
    let consents = Arc::new(consents);
    let mut savers = JoinSet::new();
    for saver in 0..SAVERS {
        let (app, consents) = (app.clone(), Arc::clone(&consents));
        savers.spawn(async move {
            for consent in consents.iter().skip(saver).step_by(SAVERS) {
                let new_id = CreatorId::from_u128(u128::from_be_bytes(entropy::random(&SystemEntropy)));
                app.store.save_grant(&new_grant(&app, consent, due_in)?, &new_id).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(saved) = savers.join_next().await {
        saved??;
    }
    Ok(())
}

/// The app's process.
struct Engine {
    child: Child,
}

impl Engine {
    fn start(settings: &Settings, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("engine")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the app does not start")?;
        let input = child.stdin.as_mut().context("the app has no input")?;
        writeln!(input, "{}", serde_json::to_string(settings)?)?;
        Ok(Self { child })
    }

    /// Ends it; answers its peak memory and what it said.
    fn stop(&mut self) -> Result<(u64, Said)> {
        let peak = peak_mb(self.child.id())?;
        drop(self.child.stdin.take());
        let mut said = String::new();
        BufReader::new(self.child.stdout.take().context("the app is silent")?).read_line(&mut said)?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the app ended with {status}");
        }
        Ok((peak, serde_json::from_str(&said)?))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
