//! The journal: a folder of TikTok's responses that are not in the store yet, one file each.
//!
//! Space is reserved before the request to TikTok ([`Journal::reserve`]), so that every response can be written. The
//! response is written there and synced, and only then the file is renamed and the folder synced
//! ([`Reservation::keep`]): a file with the name of an entry is complete, whenever the process or the machine crashed.
//! A file is locked while a process works on it, and the lock ends with that process, so any number of processes may
//! share the folder: a file without a lock was left behind, and any process may replay it.
//!
//! The clear text of a file ([`Entry`]) has only numbers of ours. Sealed is the refresh result, with its tokens sealed
//! for their row within: a replay needs no `open_id`, and writes exactly what the first attempt wrote, so that the
//! store detects a result that it has already.

mod entry;
mod file;
mod list;

use std::{
    collections::HashSet,
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

pub use self::{
    entry::Entry,
    list::{Listed, key_use, list},
};
use self::{entry::EntryError, file::Locked};
pub(super) use self::{entry::renewal, file::Name};
use crate::server::{
    entropy::{Entropy, uuid},
    store::{Claim, RefreshResult},
    vault::{Vault, VaultError},
};

/// Why the journal cannot take a response.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It is at its capacity: the store has been unavailable for long.
    #[error("the journal is full: {0} responses wait in it")]
    Full(usize),
    /// The folder or a file cannot be read or written.
    #[error("the journal cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The response could not be sealed.
    #[error("a response could not be sealed: {0}")]
    Vault(#[from] VaultError),
}

/// The journal of one process, in a folder that other processes may share.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    capacity: usize,
    vault: Arc<Vault>,
    entropy: Arc<dyn Entropy>,
    /// Entries that this process cannot replay, and has logged.
    skipped: Mutex<HashSet<String>>,
}

/// The result of [`Journal::reserve`].
pub(super) enum Reserved {
    /// Space is reserved.
    New(Reservation),
    /// A response to the same tokens is in the journal already: it is replayed first.
    HasResponse,
}

/// Space for one response; dropping it releases the space.
pub(super) struct Reservation {
    journal: Journal,
    file: Option<Locked>,
}

/// An entry on the disk, locked by this process.
pub(super) struct Kept {
    /// The clear text of its file.
    pub(super) entry: Entry,
    file: Locked,
}

impl Journal {
    /// Opens the folder, or makes it, for its owner alone. A reservation of a process that crashed is completed if
    /// the response was written, and removed if not.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn open(
        folder: &Path,
        capacity: usize,
        vault: Arc<Vault>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, JournalError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let inner = Inner { folder: folder.to_owned(), capacity, vault, entropy, skipped: Mutex::default() };
        let journal = Self(Arc::new(inner));
        // A folder that cannot be written is reported at the start, not at the first response.
        drop(journal.new_reservation()?);
        journal.recover()?;
        Ok(journal)
    }

    /// Reserves space for the response to this claim.
    pub(super) async fn reserve(&self, claim: &Claim) -> Result<Reserved, JournalError> {
        let (journal, creator, grant) = (self.clone(), claim.creator.clone(), claim.grant);
        off_thread(move || {
            let names = journal.names()?;
            if names.iter().any(|name| name.matches(&creator, grant)) {
                return Ok(Reserved::HasResponse);
            }
            if names.len() >= journal.0.capacity {
                return Err(JournalError::Full(names.len()));
            }
            Ok(Reserved::New(journal.new_reservation()?))
        })
        .await
    }

    /// Checks that it can take a response, as [`Self::reserve`] does.
    pub(super) async fn check(&self) -> Result<(), JournalError> {
        let journal = self.clone();
        off_thread(move || {
            let entries = journal.names()?.len();
            if entries >= journal.0.capacity {
                return Err(JournalError::Full(entries));
            }
            drop(journal.new_reservation()?);
            Ok(())
        })
        .await
    }

    fn new_reservation(&self) -> io::Result<Reservation> {
        let file = Locked::reserve(&self.0.folder, || uuid(&*self.0.entropy).to_string())?;
        Ok(Reservation { journal: self.clone(), file: Some(file) })
    }

    /// Whether a response to the tokens of this claim is in the journal.
    pub(super) async fn holds(&self, claim: &Claim) -> Result<bool, JournalError> {
        let (journal, creator, grant) = (self.clone(), claim.creator.clone(), claim.grant);
        off_thread(move || Ok(journal.names()?.iter().any(|name| name.matches(&creator, grant)))).await
    }

    /// The entries, in the order in which they are replayed.
    pub(super) async fn entries(&self) -> Result<Vec<Name>, JournalError> {
        let journal = self.clone();
        off_thread(move || {
            let mut names = journal.names()?;
            let skipped = journal.0.skipped.lock().unwrap_or_else(PoisonError::into_inner);
            names.retain(|name| !skipped.contains(&name.to_string()));
            names.sort_by_key(Name::order);
            Ok(names)
        })
        .await
    }

    /// Opens an entry to replay it; `None` when another process works on it or has removed it, and when it cannot be
    /// decrypted, which is logged.
    pub(super) async fn take(&self, name: Name) -> Result<Option<(Kept, RefreshResult)>, JournalError> {
        let journal = self.clone();
        off_thread(move || journal.take_blocking(&name)).await
    }

    fn take_blocking(&self, name: &Name) -> Result<Option<(Kept, RefreshResult)>, JournalError> {
        let Some(mut file) = Locked::take(&self.0.folder.join(name.to_string()))? else { return Ok(None) };
        match entry::open(&file.read()?, &self.0.vault) {
            Ok((entry, refresh_result)) => Ok(Some((Kept { entry, file }, refresh_result))),
            Err(EntryError::Vault(error @ VaultError::UnknownKey(_))) => {
                tracing::error!(file = %name, %error, "journal entry needs a key that is not in ENCRYPTION_KEYS: put it back");
                self.skip(name);
                Ok(None)
            }
            Err(error) => {
                let aside = file.set_aside()?;
                tracing::error!(file = %aside.display(), %error, "journal entry is unreadable and set aside");
                Ok(None)
            }
        }
    }

    /// Ignores an entry until the next start.
    pub(super) fn skip(&self, name: &Name) {
        let mut skipped = self.0.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        skipped.insert(name.to_string());
    }

    fn names(&self) -> io::Result<Vec<Name>> {
        Ok(file::listed(&self.0.folder)?.iter().filter_map(|file| file.parse().ok()).collect())
    }

    /// Completes or removes the reservations of processes that crashed.
    fn recover(&self) -> Result<(), JournalError> {
        for name in file::listed(&self.0.folder)?.iter().filter(|name| file::is_reservation(name)) {
            let Some(mut file) = Locked::take(&self.0.folder.join(name))? else { continue };
            match entry::clear(&file.read()?) {
                Some((entry, _)) => {
                    tracing::warn!(creator = %entry.creator, "journal entry of a crashed process completed");
                    file.keep(&Name::of(&entry))?;
                }
                None => file.remove()?,
            }
        }
        Ok(())
    }
}

impl Reservation {
    /// Writes the response to the disk, where it stays until it is cleared.
    pub(super) async fn keep(
        mut self,
        entry: Entry,
        refresh_result: &RefreshResult,
    ) -> Result<Kept, JournalError> {
        fail::fail_point!("journal::keep", |_| Err(io::Error::from(io::ErrorKind::StorageFull).into()));
        let text = entry::seal(&entry, refresh_result, &self.journal.0.vault)?;
        let mut file = self.file.take().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        off_thread(move || {
            file.write(text.as_bytes())?;
            file.keep(&Name::of(&entry))?;
            Ok(Kept { entry, file })
        })
        .await
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // A file that cannot be removed now is removed at the next start.
        drop(self.file.take().map(Locked::remove));
    }
}

impl Kept {
    /// Removes the entry: the store has its result, or a newer one.
    pub(super) async fn clear(self) -> Result<(), JournalError> {
        off_thread(move || Ok(self.file.remove()?)).await
    }
}

/// Runs `work` on a thread for blocking calls: a sync takes milliseconds.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error).into()))
}

#[cfg(test)]
mod tests;
