//! Log files with rotation: a new file each day and at 10 MB; the oldest is removed.

use std::{fs, io, os::unix::fs::PermissionsExt as _, path::Path};

use rustix::{fs::Mode, process::umask};
use tracing_rolling_file::{RollingConditionBase, RollingFileAppenderBase};

/// The name of the current file; older ones end in `.1` to `.9`.
pub(super) const NAME: &str = "creator-connect.log";
/// The size in bytes at which a file is rotated.
pub(super) const MAX_BYTES: u64 = 10 * 1024 * 1024;
/// Files kept beside the current one: ten in all, so about 100 MB at most.
const OLDER_FILES: usize = 9;

/// Opens the current file in `folder`, which is created if it does not exist.
///
/// Only this user may read log files: from here on the process creates every file with mode 0600 and every folder with
/// 0700, files of later rotations too. A folder that exists keeps its mode: other programs may use it.
///
/// # Errors
///
/// When the system refuses.
pub(super) fn appender(folder: &Path, max_bytes: u64) -> io::Result<RollingFileAppenderBase> {
    umask(Mode::RWXG | Mode::RWXO);
    fs::create_dir_all(folder)?;
    let path = folder.join(NAME);
    make_private(&path);
    // The appender below takes text paths only.
    if path.to_str().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8"));
    }
    let condition = RollingConditionBase::new().daily().max_size(max_bytes);
    RollingFileAppenderBase::new(path, condition, OLDER_FILES)
}

/// Takes the files of an earlier version from other users.
fn make_private(path: &Path) {
    let older = (1..=OLDER_FILES).map(|number| path.with_added_extension(number.to_string()));
    for file in older.chain([path.to_owned()]) {
        // One that is not there or not ours stays as it is.
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).ok();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// Writes more than all files hold.
    fn fill(folder: &Path) {
        let mut files = appender(folder, 1000).unwrap();
        for number in 0..2000 {
            writeln!(files, "{number:099}").unwrap();
        }
        files.flush().unwrap();
    }

    #[test]
    fn log_files_stay_bounded() {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path());
        let sizes: Vec<u64> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .collect();
        assert_eq!(sizes.len(), 10);
        assert!(sizes.iter().all(|size| *size <= 1100), "{sizes:?}");
        let newest = fs::read_to_string(folder.path().join(NAME)).unwrap();
        assert!(newest.trim_end().ends_with("1999"));
    }

    #[test]
    fn log_files_are_private_to_owner() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("logs");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("creator-connect.log.1"), "of an earlier version").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        fs::set_permissions(folder.join("creator-connect.log.1"), fs::Permissions::from_mode(0o644)).unwrap();
        fill(&folder);
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 10);
        assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
        let deep = parent.path().join("deep/logs");
        fill(&deep);
        assert_eq!(mode(&deep), 0o700);
    }

    #[test]
    fn restart_appends_to_current_file() {
        let folder = tempfile::tempdir().unwrap();
        for line in ["one", "two"] {
            let mut files = appender(folder.path(), 1000).unwrap();
            writeln!(files, "{line}").unwrap();
            files.flush().unwrap();
        }
        assert_eq!(fs::read_to_string(folder.path().join(NAME)).unwrap(), "one\ntwo\n");
    }
}
