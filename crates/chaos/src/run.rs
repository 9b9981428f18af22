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
    crew::{Common, Crew},
    diary::Lines,
    judge::{Facts, Verdict, Why, doubles},
    report::{self, Counts},
    tiktok::{Tiktok, Told},
    weather::Weather,
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
    crew: Crew,
    backend: Backend,
    tiktok: Tiktok,
    creators: Creators,
    weather: Weather,
    diary: PathBuf,
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
            diary: folder.join("diary.txt"),
            off: case.off,
            machine_clock: case.machine_clock,
            creators: creators.all.iter().map(|creator| creator.id.to_string()).collect(),
            longest_life: (case.rounds / 80).clamp(10, 120),
            plays_outages: backend.needs_actors(),
        };
        let diary = common.diary.clone();
        std::fs::write(&diary, "")?;
        let weather = Weather::new(case.seed);
        weather.usual(&tiktok).await?;
        let crew = Crew::start(common, folder)?;
        let (lines, told_for_nothing, counts) = (Lines::default(), HashSet::new(), Counts::default());
        Ok(Self { crew, backend, tiktok, creators, weather, diary, lines, told_for_nothing, counts })
    }

    async fn play(&mut self, case: &Case) -> Result<Counts> {
        let since = Stopwatch::start();
        self.rage(case).await?;
        self.weather.clear(&self.tiktok, &self.backend, &mut self.crew).await?;
        self.complete_refresh(case).await?;
        ensure!(self.crew.stop().await?, "a replica does not stop");
        self.count().await?;
        self.counts.seconds = since.elapsed().as_secs();
        Ok(std::mem::take(&mut self.counts))
    }

    /// Chaos until so many refreshes came to TikTok.
    async fn rage(&mut self, case: &Case) -> Result<()> {
        let (mut rounds, mut moved, mut looked) = (0, Stopwatch::start(), Stopwatch::start());
        while rounds < case.rounds {
            self.crew.look_after()?;
            let now = self.tiktok.refreshes().await?;
            if now > rounds {
                (rounds, moved) = (now, Stopwatch::start());
            }
            if moved.elapsed() > STANDSTILL {
                bail!("nobody has refreshed for a minute, after {rounds} rounds");
            }
            self.weather.pass(rounds, &self.tiktok, &self.backend, &mut self.crew).await?;
            if looked.elapsed() > Duration::from_secs(1) {
                self.look_around().await?;
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
    async fn look_around(&mut self) -> Result<()> {
        let told = self.tiktok.all_grants().await?;
        self.lines.catch_up(&self.diary)?;
        for place in 0..self.creators.all.len() {
            match self.verdict(place, &told, true).await? {
                None | Some(Verdict::Well | Verdict::Unsettled) => {}
                Some(Verdict::NeverReached(why)) => {
                    self.note_never_reached(why);
                    self.creators.reconnect(&self.tiktok, place).await?;
                }
                Some(_) => drop(self.told_for_nothing.insert(place)),
            }
        }
        Ok(())
    }

    fn note_never_reached(&mut self, why: Why) {
        match why {
            Why::ByOrder => self.counts.never_reached.by_order += 1,
            Why::Killed => self.counts.never_reached.killed += 1,
            Why::TooLate => self.counts.never_reached.too_late += 1,
        }
    }

    /// How one creator stands; `None` when there is no need to look.
    async fn verdict(&self, place: usize, told: &[Told], in_passing: bool) -> Result<Option<Verdict>> {
        let creator = self.creators.all.get(place).context("there is no such creator")?;
        let told = told.get(creator.lineage.grant).context("TikTok does not know a grant")?;
        // Nobody is told to reconnect before a rotated token came back.
        if in_passing && told.spent_calls == 0 {
            return Ok(None);
        }
        let Some(held) = self.creators.held(creator).await? else { bail!("{} has no grant", creator.id) };
        let lines = self.lines.of(creator.lineage.row);
        let facts = Facts { lineage: creator.lineage, told, held: &held, lines, killed: &self.crew.killed };
        Ok(Some(if in_passing { facts.verdict() } else { facts.last_verdict() }))
    }

    /// Calm, until every creator was seen to stand well or was told to reconnect.
    async fn complete_refresh(&mut self, case: &Case) -> Result<()> {
        let patience = if case.off.is_some() { SETTLING / 6 } else { SETTLING };
        let since = Stopwatch::start();
        let mut waiting: Vec<usize> = (0..self.creators.all.len()).collect();
        while !waiting.is_empty() && since.elapsed() < patience {
            self.crew.look_after()?;
            let told = self.tiktok.all_grants().await?;
            self.lines.catch_up(&self.diary)?;
            let mut still = Vec::new();
            for place in waiting {
                if self.verdict(place, &told, false).await? == Some(Verdict::Unsettled) {
                    still.push(place);
                }
            }
            waiting = still;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    async fn count(&mut self) -> Result<()> {
        let told = self.tiktok.all_grants().await?;
        self.lines.catch_up(&self.diary)?;
        for place in 0..self.creators.all.len() {
            match self.verdict(place, &told, false).await?.unwrap_or(Verdict::Unsettled) {
                Verdict::Well => self.counts.too_early += u64::from(self.told_for_nothing.contains(&place)),
                Verdict::NeverReached(why) => self.note_never_reached(why),
                verdict => self.note_fault(place, &verdict, &told),
            }
        }
        for lineage in &self.creators.lineages {
            let told = told.get(lineage.grant).context("TikTok does not know a grant")?;
            let lines = self.lines.of(lineage.row);
            let doubles = doubles(*lineage, told, lines);
            if doubles > 0 {
                let history = report::history(told, lines);
                self.counts
                    .connection_details
                    .push(format!("row {} was refreshed twice with one token:\n{history}", lineage.row));
            }
            self.counts.doubles += doubles;
            self.counts.late += u64::from(told.late_refreshes);
        }
        self.counts.note_crew(&self.crew, &self.lines, self.weather.played);
        Ok(())
    }

    fn note_fault(&mut self, place: usize, verdict: &Verdict, told: &[Told]) {
        let Some(creator) = self.creators.all.get(place) else { return };
        let history = told
            .get(creator.lineage.grant)
            .map(|told| report::history(told, self.lines.of(creator.lineage.row)));
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
