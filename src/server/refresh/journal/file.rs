//! The journal's files: names, locks, and durable writes.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use super::Entry;
use crate::{
    domain::{CreatorId, Malformed},
    server::store::GrantRef,
};

const ANSWER: &str = ".answer";
const RESERVED: &str = ".reserved";
/// The extension of files that cannot be read; the operator has to check them.
pub(super) const UNREADABLE: &str = "unreadable";

/// The content of a reservation: a disk that fills up meanwhile has space for the response.
const RESERVED_SPACE: [u8; 8 * 1024] = [0; 8 * 1024];

/// The largest size of an entry.
const MAX_BYTES: u64 = 64 * 1024;

/// The name of an entry's file: creator, grant, generation and fence.
///
/// The creator's id belongs to one store alone, so that the numbers of two stores cannot collide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server::refresh) struct Name {
    pub(in crate::server::refresh) creator: CreatorId,
    grant: i64,
    generation: i64,
    fence: i64,
}

impl Name {
    pub(super) fn of(entry: &Entry) -> Self {
        let Entry { grant, generation, fence, .. } = *entry;
        Self { creator: entry.creator.clone(), grant, generation, fence }
    }

    /// Whether it is a response to the tokens of this grant.
    pub(super) fn matches(&self, creator: &CreatorId, grant: GrantRef) -> bool {
        self.is_of(grant) && self.creator == *creator
    }

    /// Whether it is a response to the tokens of this grant, whosever it is.
    pub(super) const fn is_of(&self, grant: GrantRef) -> bool {
        self.grant == grant.id && self.generation == grant.generation
    }

    /// The sort key. Of two responses to the same tokens the later is replayed first: its tokens are the valid ones.
    pub(super) const fn order(&self) -> (i64, i64, i64) {
        (self.grant, self.generation, self.fence.saturating_neg())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}{ANSWER}", self.creator, self.grant, self.generation, self.fence)
    }
}

impl FromStr for Name {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed =
            || Malformed { what: "journal entry's name", why: "it is not a name that the journal gives" };
        let parts: Vec<_> = text.strip_suffix(ANSWER).ok_or_else(malformed)?.split('.').collect();
        let [creator, grant, generation, fence] = parts.as_slice() else { return Err(malformed()) };
        let number = |text: &str| text.parse().map_err(|_| malformed());
        Ok(Self {
            creator: creator.parse()?,
            grant: number(grant)?,
            generation: number(generation)?,
            fence: number(fence)?,
        })
    }
}

/// Whether a file of that name is a reservation.
pub(super) fn is_reservation(name: &str) -> bool {
    name.ends_with(RESERVED)
}

/// The names of all files in a folder.
pub(super) fn listed(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|file| Ok(file?.file_name().to_string_lossy().into_owned()));
    names.collect()
}

/// An open file that is locked for this process until it is dropped.
pub(super) struct Locked {
    file: File,
    path: PathBuf,
}

impl Locked {
    /// Makes a reservation with a name from `draw`.
    ///
    /// The recovery of another process may remove the file before it is locked: then another is made.
    pub(super) fn reserve(folder: &Path, draw: impl Fn() -> String) -> io::Result<Self> {
        loop {
            let path = folder.join(draw() + RESERVED);
            let mut file =
                OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
            file.write_all(&RESERVED_SPACE)?;
            if let Some(locked) = Self::lock(file, &path)? {
                return Ok(locked);
            }
        }
    }

    /// Opens a file; `None` when it does not exist, or another process has locked it.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => Self::lock(file, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Locks an open file; `None` when another process has locked it, or has renamed or removed it meanwhile.
    fn lock(file: File, path: &Path) -> io::Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let ours = file.metadata()?;
        let is_ours =
            fs::metadata(path).is_ok_and(|named| (named.dev(), named.ino()) == (ours.dev(), ours.ino()));
        Ok(is_ours.then(|| Self { file, path: path.to_owned() }))
    }

    pub(super) fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.rewind()?;
        (&mut self.file).take(MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Replaces its content, and syncs it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(bytes)?;
        self.file.set_len(bytes.len() as u64)?;
        self.file.sync_all()
    }

    /// Renames it to an entry, and syncs the folder.
    pub(super) fn keep(&mut self, name: &Name) -> io::Result<()> {
        self.rename(&name.to_string())
    }

    /// Renames it so that it is no longer an entry, and returns its new path.
    pub(super) fn set_aside(mut self) -> io::Result<PathBuf> {
        let aside = self.path.with_added_extension(UNREADABLE);
        let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.rename(&name)?;
        Ok(self.path)
    }

    fn rename(&mut self, name: &str) -> io::Result<()> {
        let path = self.path.with_file_name(name);
        fs::rename(&self.path, &path)?;
        self.path = path;
        File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Removes it. If the machine crashes before that is synced, the entry is replayed once more, without effect.
    pub(super) fn remove(self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }
}
