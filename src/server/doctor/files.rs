//! Folders and files of this machine: whether they can be written, and by whom they can be read.

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

/// What a look at the database file found; `None` where there is no file yet.
pub(super) type Look = Result<Option<Contents>, StoreError>;

/// Looks into the database file, if there is one.
pub(super) async fn look(path: &Path) -> Look {
    if !path.exists() {
        return Ok(None);
    }
    sqlite::look(path).await.map(Some)
}

pub(super) fn database_file(path: &Path, look: &Look) -> Finding {
    const SUBJECT: &str = "database file";
    let shown = path.display();
    let remedy = "Check SQLITE_PATH, the file's owner, and that no other program holds it.";
    match look {
        Err(StoreError::Unavailable(why) | StoreError::Unreadable(why)) => {
            Finding::fail(SUBJECT, format!("{shown} cannot be used: {why}"), remedy)
        }
        Ok(None) => Finding::ok(SUBJECT, format!("{shown} is made at the first start")),
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

/// SQLite writes its log beside the file.
pub(super) fn database_folder(path: &Path) -> Finding {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    writable("database folder", folder, "SQLITE_PATH")
}

pub(super) fn log_folder(folder: &Path) -> Finding {
    writable("log folder", folder, "LOG_DIR")
}

/// Without a place for TikTok's answers nothing is refreshed, and an answer without its key waits for it.
pub(super) fn journal(folder: &Path, keys: &[EncryptionKey]) -> Vec<Finding> {
    let mut findings = vec![writable("journal folder", folder, "JOURNAL_DIR")];
    match journal::list(folder) {
        Ok(waiting) => findings.extend(answers(&waiting, keys)),
        Err(error) => findings.push(Finding::fail(
            JOURNAL,
            format!("{} cannot be read: {error}", folder.display()),
            "Make the folder of JOURNAL_DIR and its files readable for this user.",
        )),
    }
    findings
}

const JOURNAL: &str = "waiting answers";

/// What waits in the journal, if anything does.
fn answers(waiting: &[Listed], keys: &[EncryptionKey]) -> Option<Finding> {
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
            format!("{count} of TikTok's in the journal, not yet in the store"),
            "The app writes them as soon as it runs and the store answers; `creator-connect journal` lists them.",
        )
    })
}

pub(super) fn writable(subject: &'static str, folder: &Path, setting: &str) -> Finding {
    let shown = folder.display();
    match (write_into(&first_there(folder)), folder.exists()) {
        (Ok(()), true) => Finding::ok(subject, format!("{shown} can be written")),
        (Ok(()), false) => Finding::ok(subject, format!("{shown} is made at the first start")),
        (Err(error), _) => Finding::fail(
            subject,
            format!("{shown} cannot be written: {error}"),
            format!("Make it writable for this user, or set {setting} to another."),
        ),
    }
}

/// The folder itself, or else the nearest one above it that is there.
fn first_there(folder: &Path) -> PathBuf {
    let named = |path: &&Path| !path.as_os_str().is_empty();
    let there = folder.ancestors().filter(named).find(|path| path.exists());
    there.unwrap_or(Path::new(".")).to_owned()
}

/// The rights alone do not tell: a disk may be full or mounted for reading only.
fn write_into(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".creator-connect-doctor.{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&path)?;
    fs::remove_file(&path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::doctor::Verdict;

    #[test]
    fn a_look_at_a_folder_leaves_nothing_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(log_folder(folder.path()).verdict, Verdict::Ok);
        assert_eq!(log_folder(&folder.path().join("deep/er")).verdict, Verdict::Ok);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::write(&taken, "").unwrap();
        assert_eq!(log_folder(&taken).verdict, Verdict::Fail);
        assert_eq!(log_folder(&taken.join("logs")).verdict, Verdict::Fail);
    }
}
