//! Log files with rotation: a new file each day and at 10 MB; the oldest is removed.

use std::{fs, io, path::Path};

use tracing_rolling_file::{RollingConditionBase, RollingFileAppenderBase};

/// The name of the current file; older ones end in `.1` to `.9`.
pub(super) const NAME: &str = "creator-connect.log";
/// The size in bytes at which a file is rotated.
pub(super) const MAX_BYTES: u64 = 10 * 1024 * 1024;
/// Files kept beside the current one: ten in all, so about 100 MB at most.
const OLDER_FILES: usize = 9;

/// Opens the current file in `folder`, which is created if it does not exist.
///
/// # Errors
///
/// When the system refuses.
pub(super) fn appender(folder: &Path, max_bytes: u64) -> io::Result<RollingFileAppenderBase> {
    fs::create_dir_all(folder)?;
    let path = folder.join(NAME);
    // The appender below takes text paths only.
    if path.to_str().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8"));
    }
    let condition = RollingConditionBase::new().daily().max_size(max_bytes);
    RollingFileAppenderBase::new(path, condition, OLDER_FILES)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn log_files_stay_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = appender(folder.path(), 1000).unwrap();
        for number in 0..2000 {
            writeln!(files, "{number:099}").unwrap();
        }
        files.flush().unwrap();
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
