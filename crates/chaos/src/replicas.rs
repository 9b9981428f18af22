//! The replicas as processes: started, told things, killed, started again over the same journal.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    io::Write as _,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use creator_connect::server::clock::Stopwatch;

use crate::{
    app::Settings,
    faulty_store::Outage,
    operation_log::{Event, Incarnation, Lines},
    rng::SeededRng,
    worker::{End, Instruction, Off, ReplicaConfig, STEPS},
};

/// What kills with `kill -9`.
const SIGKILL: i32 = 9;

/// A replica that ends by itself so often in a row has a fault that no chaos explains.
const BAD_STARTS: u32 = 20;

/// What all replicas of a run have in common.
pub(crate) struct Common {
    pub(crate) seed: u64,
    /// One set of settings for each replica, with folders of its own.
    pub(crate) settings: Vec<Settings>,
    pub(crate) operation_log: PathBuf,
    pub(crate) off: Option<Off>,
    /// Whom callers ask for.
    pub(crate) creators: Vec<String>,
    /// A replica kills itself after it has reached a step so often, at most.
    pub(crate) longest_life: u64,
    /// Whether all replicas and the store have one clock, the machine's.
    pub(crate) machine_clock: bool,
    /// Whether replicas play the store's outages themselves.
    pub(crate) plays_outages: bool,
}

/// All replicas of a run.
pub(crate) struct Replicas {
    common: Common,
    members: Vec<Member>,
    outage: Outage,
    violent: bool,
    lives: usize,
    /// How each life was to end by itself.
    ends: HashMap<Incarnation, End>,
    /// The lives that ended by `kill -9`.
    pub(crate) killed: HashSet<Incarnation>,
}

struct Member {
    life: Incarnation,
    child: Option<Child>,
    clock: i64,
    /// Since when it is dead, and how long it stays so.
    dead: (Stopwatch, Duration),
    bad_starts: u32,
    folder: PathBuf,
}

impl Replicas {
    /// Starts a replica for each of the settings, with a folder of its own under `folder`.
    pub(crate) fn start(common: Common, folder: &Path) -> Result<Self> {
        let member = |worker| Member {
            life: Incarnation { worker, number: 0 },
            child: None,
            clock: 0,
            dead: (Stopwatch::start(), Duration::ZERO),
            bad_starts: 0,
            folder: folder.join(format!("replica-{worker}")),
        };
        let members: Vec<_> = (0..common.settings.len()).map(member).collect();
        for member in &members {
            fs::create_dir_all(&member.folder)?;
        }
        let (outage, ends, killed) = (Outage::None, HashMap::new(), HashSet::new());
        let mut replicas = Self { common, members, outage, violent: true, lives: 0, ends, killed };
        replicas.supervise()?;
        Ok(replicas)
    }

    pub(crate) const fn size(&self) -> usize {
        self.members.len()
    }

    /// How many were killed at which step, as they were ordered to be.
    pub(crate) fn killed_at(&self, lines: &Lines) -> BTreeMap<String, usize> {
        let mut reached: HashMap<(Incarnation, &str), u64> = HashMap::new();
        for line in lines.all() {
            if let Event::Reached(step) = &line.event {
                *reached.entry((line.life, step)).or_default() += 1;
            }
        }
        let mut killed = BTreeMap::new();
        for (life, end) in self.ends.iter().filter(|(life, _)| self.killed.contains(life)) {
            let times = reached.get(&(*life, end.step.as_str())).copied().unwrap_or_default();
            *killed.entry(end.step.clone()).or_default() += usize::from(times >= end.nth);
        }
        killed
    }

    /// Notices who is dead, and starts them again when it is time.
    pub(crate) fn supervise(&mut self) -> Result<()> {
        for place in 0..self.members.len() {
            self.reap(place)?;
            let Some(member) = self.members.get(place) else { continue };
            let (since, rest) = member.dead;
            if member.child.is_none() && since.elapsed() >= rest {
                self.start_one(place)?;
            }
        }
        Ok(())
    }

    fn reap(&mut self, place: usize) -> Result<()> {
        let Some(member) = self.members.get_mut(place) else { return Ok(()) };
        let Some(status) =
            member.child.as_mut().and_then(|child| child.try_wait().transpose()).transpose()?
        else {
            return Ok(());
        };
        member.child = None;
        if status.signal() == Some(SIGKILL) {
            self.killed.insert(member.life);
            member.bad_starts = 0;
        } else {
            member.bad_starts += 1;
            if member.bad_starts >= BAD_STARTS {
                bail!(
                    "replica {:?} ends by itself with {status}: see {}",
                    member.life,
                    member.folder.display()
                );
            }
        }
        let mut rng = SeededRng::new(self.common.seed, &format!("rest of {:?}", member.life));
        let rest = if self.violent && rng.chance(0.2) { rng.from(500..2500) } else { 0 };
        member.dead = (Stopwatch::start(), Duration::from_millis(rest));
        Ok(())
    }

    fn start_one(&mut self, place: usize) -> Result<()> {
        let end = self.violent.then(|| self.end());
        let Some(member) = self.members.get_mut(place) else { return Ok(()) };
        member.life.number += 1;
        self.lives += 1;
        self.ends.extend(end.clone().map(|end| (member.life, end)));
        let orders = ReplicaConfig {
            settings: self.common.settings.get(place).cloned().unwrap_or_default(),
            folder: member.folder.clone(),
            operation_log: self.common.operation_log.clone(),
            worker: place,
            life: member.life.number,
            seed: self.common.seed,
            off: self.common.off,
            end,
            is_violent: self.violent,
            creators: self.common.creators.clone(),
            clock: member.clock,
            machine_clock: self.common.machine_clock,
            outage: if self.common.plays_outages { self.outage } else { Outage::None },
        };
        member.child = Some(spawn(&member.folder)?);
        member.send_line(&serde_json::to_string(&orders)?);
        Ok(())
    }

    /// Each step in turn; half of those at a question in flight, and all others at the step itself.
    fn end(&self) -> End {
        let mut rng = SeededRng::new(self.common.seed, &format!("end {}", self.lives));
        let step = STEPS.get(self.lives % STEPS.len()).copied().unwrap_or_default().to_owned();
        let after_ms = if step == "requested" && rng.chance(0.7) { rng.from(1..60) } else { 0 };
        End { step, nth: rng.from(1..self.common.longest_life), after_ms }
    }

    /// Kills a replica at whatever it is.
    pub(crate) fn kill(&mut self, place: usize) -> Result<()> {
        if let Some(child) = self.members.get_mut(place).and_then(|member| member.child.as_mut()) {
            child.kill().context("a replica cannot be killed")?;
        }
        Ok(())
    }

    /// Sets a replica's clock so many seconds wrong.
    pub(crate) fn set_clock(&mut self, place: usize, seconds: i64) {
        let is_one = self.common.machine_clock;
        for (_, member) in self.members.iter_mut().enumerate().filter(|(other, _)| is_one || *other == place)
        {
            member.clock = seconds;
            member.send(&Instruction::Clock(seconds));
        }
    }

    /// Makes the store fail for every replica, where they play that themselves.
    pub(crate) fn set_outage(&mut self, outage: Outage) {
        self.outage = outage;
        if self.common.plays_outages {
            self.send_all(&Instruction::Outage(outage));
        }
    }

    /// No replica kills itself or stalls any more, and every clock is right.
    pub(crate) fn disable_faults(&mut self) {
        self.violent = false;
        self.set_outage(Outage::None);
        for member in &mut self.members {
            member.clock = 0;
        }
        self.send_all(&Instruction::Calm);
    }

    /// Asks all to end what they are at and waits for them; `false` when one had to be killed.
    pub(crate) async fn stop(&mut self) -> Result<bool> {
        self.send_all(&Instruction::Stop);
        let since = Stopwatch::start();
        while self.members.iter().any(|member| member.child.is_some()) {
            for member in &mut self.members {
                if member.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(Some(_)))) {
                    member.child = None;
                }
            }
            if since.elapsed() > Duration::from_secs(30) {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(true)
    }

    fn send_all(&mut self, word: &Instruction) {
        for member in &mut self.members {
            member.send(word);
        }
    }
}

impl Member {
    fn send(&mut self, word: &Instruction) {
        if let Ok(line) = serde_json::to_string(word) {
            self.send_line(&line);
        }
    }

    /// A replica that has just died hears nothing: it is told everything when it starts again.
    fn send_line(&mut self, line: &str) {
        if let Some(input) = self.child.as_mut().and_then(|child| child.stdin.as_mut()) {
            drop(writeln!(input, "{line}"));
        }
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        for child in self.members.iter_mut().filter_map(|member| member.child.as_mut()) {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn spawn(folder: &Path) -> Result<Child> {
    let told = fs::OpenOptions::new().create(true).append(true).open(folder.join("output.txt"))?;
    let child = Command::new(std::env::current_exe()?)
        .arg("worker")
        .stdin(Stdio::piped())
        .stdout(told.try_clone()?)
        .stderr(told)
        .spawn();
    child.context("a replica does not start")
}
