//! Checks of local folders and files: whether they are writable, and which users can read them.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::Finding;
use crate::server::{
    config::EncryptionKey,
    refresh::journal::{self, Listed},
    store::{
        StoreError,
        probe::sqlite::{self, Contents},
    },
};

/// The contents of the database file; `None` if there is no file yet.
pub(super) type Inspected = Result<Option<Contents>, StoreError>;

/// Reads the database file, if there is one.
pub(super) async fn inspect_database(path: &Path) -> Inspected {
    if !path.exists() {
        return Ok(None);
    }
    sqlite::inspect(path).await.map(Some)
}

/// Whether the database file is usable and private to its owner.
pub(super) fn check_database_file(path: &Path, inspected: &Inspected) -> Finding {
    const SUBJECT: &str = "database file";
    let shown = path.display();
    let remedy = "Check SQLITE_PATH, the file's owner, and that no other program has locked it.";
    match inspected {
        Err(StoreError::Unavailable(why) | StoreError::Unreadable(why)) => {
            Finding::fail(SUBJECT, format!("{shown} cannot be used: {why}"), remedy)
        }
        Ok(None) => Finding::ok(SUBJECT, format!("{shown} is created at the first start")),
        Ok(Some(_)) if is_open_to_others(path) => Finding::warn(
            SUBJECT,
            format!("{shown} can be read by other users of this machine"),
            format!("Run `chmod 600 {shown}`."),
        ),
        Ok(Some(_)) => Finding::ok(SUBJECT, format!("{shown} can be read and written")),
    }
}

fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

/// Whether the database folder is writable: SQLite writes its log beside the file.
pub(super) fn check_database_folder(path: &Path) -> Finding {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    check_writable("database folder", folder, "SQLITE_PATH")
}

/// Whether the log folder is writable.
pub(super) fn check_log_folder(folder: &Path) -> Finding {
    check_writable("log folder", folder, "LOG_DIR")
}

/// Whether the journal folder is writable and its entries have their keys. Without a writable journal no grant
/// is refreshed; an entry without its key cannot be replayed.
pub(super) fn check_journal(folder: &Path, keys: &[EncryptionKey]) -> Vec<Finding> {
    let mut findings = vec![check_writable("journal folder", folder, "JOURNAL_DIR")];
    match journal::list(folder) {
        Ok(waiting) => findings.extend(check_journal_entries(&waiting, keys)),
        Err(error) => findings.push(Finding::fail(
            JOURNAL,
            format!("{} cannot be read: {error}", folder.display()),
            "Make the folder of JOURNAL_DIR and its files readable for this user.",
        )),
    }
    findings
}

const JOURNAL: &str = "waiting answers";

/// The finding about the entries in the journal; `None` if it is empty.
fn check_journal_entries(waiting: &[Listed], keys: &[EncryptionKey]) -> Option<Finding> {
    let unreadable = waiting.iter().filter(|listed| listed.entry.is_none()).count();
    let has_key = |id: &str| keys.iter().any(|key| key.id == id);
    let used = journal::key_use(waiting);
    let missing: Vec<_> = used.iter().filter(|used| !has_key(&used.key_id)).collect();
    if !missing.is_empty() {
        let named = missing.iter().map(|used| format!("{} ({})", used.key_id, used.rows));
        let text =
            format!("in the journal, for keys that are missing: {}", named.collect::<Vec<_>>().join(", "));
        return Some(Finding::fail(
            JOURNAL,
            text,
            "Put them back into ENCRYPTION_KEYS, behind the first, and restart.",
        ));
    }
    if unreadable > 0 {
        return Some(Finding::warn(
            JOURNAL,
            format!("{unreadable} in the journal cannot be read and were set aside"),
            "See `creator-connect journal`; the disk may be damaged.",
        ));
    }
    let count = waiting.len();
    (count > 0).then(|| {
        Finding::warn(
            JOURNAL,
            format!("{count} of TikTok's responses in the journal, not yet in the store"),
            "The app writes them as soon as it runs and the store is available; `creator-connect journal` lists them.",
        )
    })
}

/// Whether a file can be written in `folder`, which `setting` names.
pub(super) fn check_writable(subject: &'static str, folder: &Path, setting: &str) -> Finding {
    let shown = folder.display();
    match (try_write(&nearest_existing(folder)), folder.exists()) {
        (Ok(()), true) => Finding::ok(subject, format!("{shown} can be written")),
        (Ok(()), false) => Finding::ok(subject, format!("{shown} is created at the first start")),
        (Err(error), _) => Finding::fail(
            subject,
            format!("{shown} cannot be written: {error}"),
            format!("Make it writable for this user, or set {setting} to another."),
        ),
    }
}

/// The folder itself, or else its nearest existing ancestor.
fn nearest_existing(folder: &Path) -> PathBuf {
    let named = |path: &&Path| !path.as_os_str().is_empty();
    let existing = folder.ancestors().filter(named).find(|path| path.exists());
    existing.unwrap_or(Path::new(".")).to_owned()
}

/// Creates and removes a file. Permissions alone are not enough: a disk may be full or mounted read-only.
fn try_write(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".creator-connect-doctor.{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&path)?;
    fs::remove_file(&path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::doctor::Verdict;

    #[test]
    fn folder_check_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(check_log_folder(folder.path()).verdict, Verdict::Ok);
        assert_eq!(check_log_folder(&folder.path().join("deep/er")).verdict, Verdict::Ok);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn file_in_place_of_folder_fails() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::write(&taken, "").unwrap();
        assert_eq!(check_log_folder(&taken).verdict, Verdict::Fail);
        assert_eq!(check_log_folder(&taken.join("logs")).verdict, Verdict::Fail);
    }
}
