//! The counts of a run, and how they are told.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{
    fault_schedule::FaultCounts,
    operation_log::{Event, Lines},
    replicas::Replicas,
    run::Case,
    tiktok::ProviderGrant,
    worker::STEPS,
};

/// More stories than this tell nothing new.
const STORIES: usize = 5;

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) rounds: u64,
    pub(crate) seconds: u64,
    /// Goals: all of these are 0.
    pub(crate) lost: u64,
    pub(crate) doubles: u64,
    pub(crate) wrongly_told: u64,
    /// Creators who were told to reconnect while the answer lay in a journal; it passed.
    pub(crate) too_early: u64,
    pub(crate) late: u64,
    pub(crate) unsettled: u64,
    /// Counted apart: nobody could have kept these.
    pub(crate) never_reached: NeverReached,
    /// What the replicas met.
    killed: usize,
    killed_at: BTreeMap<String, usize>,
    stalls: usize,
    retries: usize,
    played: FaultCounts,
    /// What happened to those that missed a goal.
    pub(crate) connection_details: Vec<String>,
}

/// Answers of TikTok's that never came to us.
#[derive(Debug, Default)]
pub(crate) struct NeverReached {
    pub(crate) by_order: u64,
    pub(crate) killed: u64,
    pub(crate) too_late: u64,
}

impl Counts {
    /// Whether every goal is reached.
    pub(crate) const fn is_good(&self) -> bool {
        self.is_safe() && self.late + self.too_early == 0
    }

    /// The goals that hold on however slow a machine.
    pub(crate) const fn is_safe(&self) -> bool {
        self.lost + self.doubles + self.wrongly_told + self.unsettled == 0
    }

    /// What the replicas met, by the replicas and by their own words.
    pub(crate) fn note_replicas(&mut self, replicas: &Replicas, lines: &Lines, played: FaultCounts) {
        self.played = played;
        self.killed = replicas.killed.len();
        self.stalls = lines.all().filter(|line| line.event == Event::Stalled).count();
        self.retries = lines.all().filter(|line| line.unsure && line.has_reached("requested")).count();
        self.killed_at = replicas.killed_at(lines);
    }
}

/// What happened to a grant, as TikTok saw it and as the replicas wrote it down.
pub(crate) fn history(provider: &ProviderGrant, lines: &[crate::operation_log::Line]) -> String {
    let mut text = String::new();
    for asked in &provider.asked {
        let (generation, outcome, answer) = (asked.generation, asked.outcome, asked.answer);
        writeln!(text, "    TikTok: token {generation} {outcome:?}, answer {answer:?}").ok();
    }
    for line in lines {
        writeln!(text, "    {line}").ok();
    }
    text
}

/// Tells of those that missed a goal.
pub(crate) fn complain(case: &Case, counts: &Counts) {
    for connection_detail in counts.connection_details.iter().take(STORIES) {
        eprintln!("chaos: {case}: {connection_detail}");
    }
    if counts.connection_details.len() > STORIES {
        eprintln!("chaos: {case}: and {} more", counts.connection_details.len() - STORIES);
    }
}

/// One row for each run: goals first, then what was counted apart, then what the replicas met.
pub(crate) fn table(counted: &[(Case, Counts)]) -> String {
    let heads = [
        "store",
        "replicas",
        "seed",
        "rounds",
        "lost",
        "doubles",
        "wrongly told",
        "too early",
        "after expiry",
        "unsettled",
        "| dropped",
        "killed first",
        "too late",
        "| kill -9",
        "stalls",
        "unsure retries",
        "store out",
        "TikTok out",
        "jumps",
        "seconds",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(counted.iter().map(|(case, counts)| row(case, counts)));
    let mut text = String::new();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max();
    let widths: Vec<usize> = (0..heads.len()).map(|column| width(column).unwrap_or_default()).collect();
    for row in &rows {
        for (cell, width) in row.iter().zip(&widths) {
            write!(text, "{cell:>width$}  ").ok();
        }
        text.push('\n');
    }
    text.push_str(&deaths(counted));
    text
}

fn row(case: &Case, counts: &Counts) -> Vec<String> {
    let NeverReached { by_order, killed, too_late } = counts.never_reached;
    let numbers = [
        case.seed,
        counts.rounds,
        counts.lost,
        counts.doubles,
        counts.wrongly_told,
        counts.too_early,
        counts.late,
        counts.unsettled,
        by_order,
        killed,
        too_late,
        counts.killed as u64,
        counts.stalls as u64,
        counts.retries as u64,
        counts.played.store_outages,
        counts.played.tiktok_outages,
        counts.played.jumps,
        counts.seconds,
    ];
    let names = [case.store.name().to_owned(), case.replicas.to_string()];
    names.into_iter().chain(numbers.iter().map(u64::to_string)).collect()
}

/// At which step how many were killed, over all runs.
fn deaths(counted: &[(Case, Counts)]) -> String {
    let at = |step: &str| counted.iter().filter_map(|(_, counts)| counts.killed_at.get(step)).sum::<usize>();
    let provider: Vec<String> = STEPS.iter().map(|step| format!("{step} {}", at(step))).collect();
    format!("kill -9 right at a step: {}", provider.join(", "))
}
