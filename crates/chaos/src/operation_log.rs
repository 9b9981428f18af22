//! What the replicas did, line by line in one file: written before it is done, so that a process that is killed
//! has said what it was at.
//!
//! A line is one write to a file opened for appending: it survives the writer, and lines of several processes keep
//! their order. Only the machine's own death could lose it.

use std::{
    collections::HashMap,
    fmt,
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    str::FromStr,
};

use anyhow::{Context as _, Result};
use creator_connect::server::store::GrantRef;

/// One life of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Incarnation {
    /// Which replica, from 0.
    pub(crate) worker: usize,
    /// Counts its starts.
    pub(crate) number: u32,
}

/// What a replica wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) life: Incarnation,
    /// The store's row of the grant, and its numbers as claimed.
    pub(crate) grant: GrantRef,
    /// See `Claim::unsure`.
    pub(crate) unsure: bool,
    pub(crate) event: Event,
}

/// What happened to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It reached a step, by its name.
    Reached(String),
    /// It is held up by order, after the step before.
    Stalled,
    /// The store was told how it ended, and answered.
    Completed {
        /// What was said: `tokens`, or the trouble.
        said: String,
        /// `true`, `false`, or `error`.
        answer: String,
    },
}

/// The file, to write to.
pub(crate) struct OperationLog {
    file: File,
    life: Incarnation,
}

impl OperationLog {
    pub(crate) fn open(path: &Path, life: Incarnation) -> io::Result<Self> {
        Ok(Self { file: OpenOptions::new().create(true).append(true).open(path)?, life })
    }

    /// Writes a line; a replica that cannot must not go on unseen.
    #[allow(clippy::expect_used, reason = "a step that is not written down cannot be judged")]
    pub(crate) fn write(&self, grant: GrantRef, unsure: bool, event: Event) {
        let line = format!("{}\n", Line { life: self.life, grant, unsure, event });
        (&self.file).write_all(line.as_bytes()).expect("the operation_log can be written");
    }
}

/// Every line of every replica so far, by the store's row.
#[derive(Default)]
pub(crate) struct Lines {
    by_row: HashMap<i64, Vec<Line>>,
    /// How far the file was read.
    read_to: u64,
}

impl Lines {
    /// Reads what was written since the last time.
    pub(crate) fn catch_up(&mut self, path: &Path) -> Result<()> {
        let mut file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        file.seek(SeekFrom::Start(self.read_to))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        // The last line may be half written.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        for line in text.get(..whole).unwrap_or_default().lines() {
            let line: Line =
                line.parse().map_err(|()| anyhow::anyhow!("no line of a operation_log: {line:?}"))?;
            self.by_row.entry(line.grant.id).or_default().push(line);
        }
        self.read_to += u64::try_from(whole)?;
        Ok(())
    }

    /// What happened to the claims of one row, in order.
    pub(crate) fn of(&self, row: i64) -> &[Line] {
        self.by_row.get(&row).map_or(&[], Vec::as_slice)
    }

    /// All of them, row by row.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Line> {
        self.by_row.values().flatten()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { life, grant, unsure, event } = self;
        let unsure = if *unsure { "unsure" } else { "sure" };
        let GrantRef { id, fence, generation } = grant;
        write!(f, "{}.{} {id} {generation} {fence} {unsure} ", life.worker, life.number)?;
        match event {
            Event::Reached(step) => write!(f, "reached {step}"),
            Event::Stalled => f.write_str("stalled"),
            Event::Completed { said, answer } => write!(f, "settled {said} {answer}"),
        }
    }
}

impl FromStr for Line {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let words: Vec<&str> = text.split(' ').collect();
        let [life, id, generation, fence, unsure, event @ ..] = words.as_slice() else { return Err(()) };
        let (worker, number) = life.split_once('.').ok_or(())?;
        let number_of = |text: &str| text.parse().map_err(|_| ());
        Ok(Self {
            life: Incarnation {
                worker: worker.parse().map_err(|_| ())?,
                number: number.parse().map_err(|_| ())?,
            },
            grant: GrantRef {
                id: number_of(id)?,
                fence: number_of(fence)?,
                generation: number_of(generation)?,
            },
            unsure: *unsure == "unsure",
            event: match event {
                ["reached", step] => Event::Reached((*step).to_owned()),
                ["stalled"] => Event::Stalled,
                ["settled", said, answer] => {
                    Event::Completed { said: (*said).to_owned(), answer: (*answer).to_owned() }
                }
                _ => return Err(()),
            },
        })
    }
}
