//! Atomic writes of files that only their owner may read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// Writes `content` to `path` with mode 0600, and its folder if there is none.
///
/// The content is written to a temporary file and renamed: no process sees a partial file, and the file is
/// never readable for other users.
///
/// # Errors
///
/// When the system refuses.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let beside = path.with_added_extension(format!("{}.tmp", std::process::id()));
    write_new(&beside, content).and_then(|()| fs::rename(&beside, path)).inspect_err(|_| {
        // The first error is the one to report.
        fs::remove_file(&beside).ok();
    })?;
    File::open(folder)?.sync_all()
}

/// Creates a new file. One left by a dead process with the same id is replaced, never written to: its mode may
/// differ.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn file_has_mode_0600_and_no_temporary_remains() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/key.pem");
        write(&path, b"old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
