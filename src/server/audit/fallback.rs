//! Records that the store refused, as lines of JSON in a file for each chain.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use crate::server::store::AuditRow;

const EXTENSION: &str = "jsonl";

/// Appends rows to the file of their chain, flushed to the disk.
pub(super) fn append(folder: &Path, rows: &[AuditRow]) -> io::Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    fs::create_dir_all(folder)?;
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, row)?;
        lines.push(b'\n');
    }
    let mut file = open_locked(&folder.join(&first.chain).with_extension(EXTENSION))?;
    file.write_all(&lines)?;
    file.sync_all()?;
    // The name of a new file too.
    File::open(folder)?.sync_all()
}

/// Opens a file to append to it. Another process of this machine may be replaying it, and removes it then.
fn open_locked(path: &Path) -> io::Result<File> {
    loop {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        file.lock()?;
        let opened = file.metadata()?.ino();
        if fs::metadata(path).is_ok_and(|there| there.ino() == opened) {
            return Ok(file);
        }
    }
}

/// The files with rows.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION)).collect()
}

/// A file whose rows nobody else replays or appends to, until this is dropped.
pub(super) struct Taken {
    file: File,
    path: PathBuf,
}

impl Taken {
    /// Takes a file; `None` while another process has it.
    pub(super) fn new(path: PathBuf) -> Option<Self> {
        let file = File::open(&path).ok()?;
        file.try_lock().ok()?;
        Some(Self { file, path })
    }

    /// Its rows. A line that was cut off by a crash was never confirmed, and is passed over.
    pub(super) fn rows(&mut self) -> io::Result<Vec<AuditRow>> {
        let text = io::read_to_string(&mut self.file)?;
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Removes the file: its rows are stored.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}
