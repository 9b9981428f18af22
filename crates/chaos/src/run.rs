//! A run: creators, replicas, chaos, calm, and the count.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use creator_connect::server::{clock::Stopwatch, startup};

use crate::{
    app,
    backend::{Backend, Kind},
    creators::Creators,
    fault_schedule::FaultSchedule,
    operation_log::Lines,
    replicas::{Common, Replicas},
    report::{self, Counts},
    tiktok::{ProviderGrant, Tiktok},
    verdict::{Facts, LossCause, Verdict, doubles},
    worker::{self, Off},
};

/// How long an access token lives: many times the pause between two refreshes, so that only a grant that is forgotten
/// sees its end, on however slow a machine.
const ACCESS_SECONDS: u64 = 90;
/// Less than a clock jumps: a replica whose clock is a day ahead must not think that consents are over.
const CONSENT_SECONDS: u64 = 12 * 3600;
/// For a machine whose clock jumps, which can know of no end but by that clock.
const LONG_CONSENT_SECONDS: u64 = 180 * 86_400;
/// No refresh for so long means that nobody refreshes any more.
const STANDSTILL: Duration = Duration::from_secs(60);
/// All is settled within this time of calm, or it never is.
const SETTLING: Duration = Duration::from_secs(90);
/// Without a safeguard, so many creators who are told for nothing are proof enough.
const ENOUGH: usize = 5;

/// How often the replicas are looked after.
const TICK: Duration = Duration::from_millis(25);

#[derive(Args)]
pub(crate) struct Options {
    /// Decides what goes wrong; the same seed plans the same again
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Refreshes that reach TikTok, for each combination
    #[arg(long, default_value_t = 10_000)]
    rounds: u64,
    /// How many replicas share the store
    #[arg(long, value_delimiter = ',', default_value = "2,4")]
    replicas: Vec<usize>,
    /// Over which stores
    #[arg(long, value_delimiter = ',', default_value = "sqlite,supabase")]
    store: Vec<Kind>,
    /// How many creators there are
    #[arg(long, default_value_t = 200)]
    creators: u64,
    /// Switches a safeguard off: losses must show
    #[arg(long)]
    off: Option<Off>,
    /// Over SQLite: the replicas' clock is the store's too, and jumps for all at once
    #[arg(long)]
    machine_clock: bool,
    /// The folder of the Supabase stand-in, which runs
    #[arg(long, default_value = "target/supabase-test")]
    stand_in: PathBuf,
}

/// One combination.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) store: Kind,
    pub(crate) replicas: usize,
    pub(crate) rounds: u64,
    pub(crate) creators: u64,
    pub(crate) seed: u64,
    pub(crate) off: Option<Off>,
    pub(crate) machine_clock: bool,
    pub(crate) stand_in: PathBuf,
}

/// Runs every combination and prints the table; `false` when a goal is missed.
pub(crate) async fn all(options: Options) -> Result<bool> {
    let mut counted = Vec::new();
    for store in &options.store {
        for replicas in &options.replicas {
            let case = options.case(*store, *replicas);
            eprintln!("chaos: {case}");
            let counts = one(&case).await?;
            report::complain(&case, &counts);
            counted.push((case, counts));
        }
    }
    println!("{}", report::table(&counted));
    Ok(counted.iter().all(|(_, counts)| counts.is_good()))
}

impl Options {
    fn case(&self, store: Kind, replicas: usize) -> Case {
        Case {
            store,
            replicas,
            rounds: self.rounds,
            creators: self.creators,
            seed: self.seed,
            off: self.off,
            machine_clock: self.machine_clock && store == Kind::Sqlite,
            stand_in: self.stand_in.clone(),
        }
    }
}

/// Runs one combination.
pub(crate) async fn one(case: &Case) -> Result<Counts> {
    let folder = tempfile::tempdir()?;
    let mut stage = Stage::set(case, folder.path()).await?;
    let counts = stage.play(case).await;
    if counts.as_ref().map_or(true, |counts| !counts.is_good()) && case.off.is_none() {
        eprintln!("chaos: what it left is in {}", folder.keep().display());
    }
    counts
}

/// Everything that takes part in a run.
struct Stage {
    replicas: Replicas,
    backend: Backend,
    tiktok: Tiktok,
    creators: Creators,
    fault_schedule: FaultSchedule,
    operation_log: PathBuf,
    lines: Lines,
    /// Creators who were seen to be told to reconnect for nothing, also if it passed.
    told_for_nothing: HashSet<usize>,
    counts: Counts,
}

impl Stage {
    async fn set(case: &Case, folder: &Path) -> Result<Self> {
        let consent = if case.machine_clock { LONG_CONSENT_SECONDS } else { CONSENT_SECONDS };
        let tiktok = Tiktok::start(ACCESS_SECONDS, consent)?;
        let backend = Backend::start(case.store, folder, &case.stand_in)?;
        let own = app::config(&app::settings(&backend, &tiktok, folder, false)?)?;
        let app = startup::build(own).await.context("the store does not open")?;
        let creators = Creators::consent(app, &tiktok, case.creators, worker::FIRST_SECONDS).await?;
        let replicas = 0..case.replicas;
        let settings =
            |replica| app::settings(&backend, &tiktok, &folder.join(format!("replica-{replica}")), true);
        let common = Common {
            seed: case.seed,
            settings: replicas.map(settings).collect::<Result<_>>()?,
            operation_log: folder.join("operation_log.txt"),
            off: case.off,
            machine_clock: case.machine_clock,
            creators: creators.all.iter().map(|creator| creator.id.to_string()).collect(),
            longest_life: (case.rounds / 80).clamp(10, 120),
            plays_outages: backend.needs_actors(),
        };
        let operation_log = common.operation_log.clone();
        std::fs::write(&operation_log, "")?;
        let fault_schedule = FaultSchedule::new(case.seed);
        fault_schedule.usual(&tiktok).await?;
        let replicas = Replicas::start(common, folder)?;
        let (lines, told_for_nothing, counts) = (Lines::default(), HashSet::new(), Counts::default());
        Ok(Self {
            replicas,
            backend,
            tiktok,
            creators,
            fault_schedule,
            operation_log,
            lines,
            told_for_nothing,
            counts,
        })
    }

    async fn play(&mut self, case: &Case) -> Result<Counts> {
        let since = Stopwatch::start();
        self.run_with_faults(case).await?;
        self.fault_schedule.clear(&self.tiktok, &self.backend, &mut self.replicas).await?;
        self.quiesce(case).await?;
        ensure!(self.replicas.stop().await?, "a replica does not stop");
        self.count().await?;
        self.counts.seconds = since.elapsed().as_secs();
        Ok(std::mem::take(&mut self.counts))
    }

    /// Chaos until so many refreshes came to TikTok.
    async fn run_with_faults(&mut self, case: &Case) -> Result<()> {
        let (mut rounds, mut moved, mut looked) = (0, Stopwatch::start(), Stopwatch::start());
        while rounds < case.rounds {
            self.replicas.supervise()?;
            let now = self.tiktok.refreshes().await?;
            if now > rounds {
                (rounds, moved) = (now, Stopwatch::start());
            }
            if moved.elapsed() > STANDSTILL {
                bail!("nobody has refreshed for a minute, after {rounds} rounds");
            }
            self.fault_schedule.pass(rounds, &self.tiktok, &self.backend, &mut self.replicas).await?;
            if looked.elapsed() > Duration::from_secs(1) {
                self.check_all().await?;
                looked = Stopwatch::start();
            }
            if case.off.is_some() && self.told_for_nothing.len() >= ENOUGH {
                break;
            }
            tokio::time::sleep(TICK).await;
        }
        self.counts.rounds = rounds;
        Ok(())
    }

    /// A creator whose answer never came is told so, and connects again; who was told for nothing is not helped, for
    /// that may pass when an answer is found in a journal.
    async fn check_all(&mut self) -> Result<()> {
        let provider = self.tiktok.all_grants().await?;
        self.lines.catch_up(&self.operation_log)?;
        for place in 0..self.creators.all.len() {
            match self.verdict(place, &provider, true).await? {
                None | Some(Verdict::Well | Verdict::Unsettled) => {}
                Some(Verdict::NeverReached(why)) => {
                    self.count_never_reached(why);
                    self.creators.reconnect(&self.tiktok, place).await?;
                }
                Some(_) => drop(self.told_for_nothing.insert(place)),
            }
        }
        Ok(())
    }

    fn count_never_reached(&mut self, why: LossCause) {
        match why {
            LossCause::ByOrder => self.counts.never_reached.by_order += 1,
            LossCause::Killed => self.counts.never_reached.killed += 1,
            LossCause::TooLate => self.counts.never_reached.too_late += 1,
        }
    }

    /// How one creator stands; `None` when there is no need to look.
    async fn verdict(
        &self,
        place: usize,
        provider: &[ProviderGrant],
        in_passing: bool,
    ) -> Result<Option<Verdict>> {
        let creator = self.creators.all.get(place).context("there is no such creator")?;
        let provider = provider.get(creator.lineage.grant).context("TikTok does not know a grant")?;
        // Nobody is told to reconnect before a rotated token came back.
        if in_passing && provider.spent_calls == 0 {
            return Ok(None);
        }
        let Some(held) = self.creators.held(creator).await? else { bail!("{} has no grant", creator.id) };
        let lines = self.lines.of(creator.lineage.row);
        let facts =
            Facts { lineage: creator.lineage, provider, held: &held, lines, killed: &self.replicas.killed };
        Ok(Some(if in_passing { facts.verdict() } else { facts.last_verdict() }))
    }

    /// Calm, until every creator was seen to stand well or was told to reconnect.
    async fn quiesce(&mut self, case: &Case) -> Result<()> {
        let patience = if case.off.is_some() { SETTLING / 6 } else { SETTLING };
        let since = Stopwatch::start();
        let mut waiting: Vec<usize> = (0..self.creators.all.len()).collect();
        while !waiting.is_empty() && since.elapsed() < patience {
            self.replicas.supervise()?;
            let provider = self.tiktok.all_grants().await?;
            self.lines.catch_up(&self.operation_log)?;
            let mut still = Vec::new();
            for place in waiting {
                if self.verdict(place, &provider, false).await? == Some(Verdict::Unsettled) {
                    still.push(place);
                }
            }
            waiting = still;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    async fn count(&mut self) -> Result<()> {
        let provider = self.tiktok.all_grants().await?;
        self.lines.catch_up(&self.operation_log)?;
        for place in 0..self.creators.all.len() {
            match self.verdict(place, &provider, false).await?.unwrap_or(Verdict::Unsettled) {
                Verdict::Well => self.counts.too_early += u64::from(self.told_for_nothing.contains(&place)),
                Verdict::NeverReached(why) => self.count_never_reached(why),
                verdict => self.note_fault(place, &verdict, &provider),
            }
        }
        for lineage in &self.creators.lineages {
            let provider = provider.get(lineage.grant).context("TikTok does not know a grant")?;
            let lines = self.lines.of(lineage.row);
            let doubles = doubles(*lineage, provider, lines);
            if doubles > 0 {
                let history = report::history(provider, lines);
                self.counts
                    .connection_details
                    .push(format!("row {} was refreshed twice with one token:\n{history}", lineage.row));
            }
            self.counts.doubles += doubles;
            self.counts.late += u64::from(provider.late_refreshes);
        }
        self.counts.note_replicas(&self.replicas, &self.lines, self.fault_schedule.played);
        Ok(())
    }

    fn note_fault(&mut self, place: usize, verdict: &Verdict, provider: &[ProviderGrant]) {
        let Some(creator) = self.creators.all.get(place) else { return };
        let history = provider
            .get(creator.lineage.grant)
            .map(|provider| report::history(provider, self.lines.of(creator.lineage.row)));
        self.counts.connection_details.push(format!(
            "{}: {verdict:?}\n{}",
            creator.id,
            history.unwrap_or_default()
        ));
        match verdict {
            Verdict::Lost(_) => self.counts.lost += 1,
            Verdict::WronglyTold | Verdict::WrongCause => self.counts.wrongly_told += 1,
            _ => self.counts.unsettled += 1,
        }
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { store, replicas, seed, .. } = self;
        write!(f, "{}, {replicas} replicas, seed {seed}", store.name())?;
        self.off.map_or(Ok(()), |off| write!(f, ", {} off", off.name()))
    }
}
