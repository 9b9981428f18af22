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

use self::{entry::EntryError, file::Locked};
pub use self::{
    entry::{Consent, Entry},
    list::{Listed, key_use, list},
};
pub(super) use self::{
    entry::{Response, renewal},
    file::Name,
};
use crate::domain::Timestamp;
use crate::server::{
    entropy::{Entropy, uuid},
    store::{Claim, GrantRef},
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
    /// Entries whose replay has failed, which is logged.
    failing: Mutex<HashSet<String>>,
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
pub(in crate::server) struct Kept {
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
        let inner = Inner {
            folder: folder.to_owned(),
            capacity,
            vault,
            entropy,
            skipped: Mutex::default(),
            failing: Mutex::default(),
        };
        let journal = Self(Arc::new(inner));
        // A folder that cannot be written is reported at the start, not at the first response.
        drop(journal.new_reservation()?);
        journal.recover()?;
        Ok(journal)
    }

    /// Reserves space for the response to this claim.
    pub(super) async fn reserve(&self, claim: &Claim) -> Result<Reserved, JournalError> {
        let (creator, grant) = (claim.creator.clone(), claim.grant);
        self.reserve_unless(move |name| name.matches(&creator, grant)).await
    }

    /// Reserves space for the response to the tokens of a grant that has ended, whose creator may be unknown by now.
    pub(super) async fn reserve_for_ended(&self, grant: GrantRef) -> Result<Reserved, JournalError> {
        self.reserve_unless(move |name| name.is_of(grant)).await
    }

    async fn reserve_unless(
        &self,
        is_response: impl Fn(&Name) -> bool + Send + 'static,
    ) -> Result<Reserved, JournalError> {
        let journal = self.clone();
        off_thread(move || {
            if journal.names()?.iter().any(is_response) {
                return Ok(Reserved::HasResponse);
            }
            journal.check_capacity()?;
            Ok(Reserved::New(journal.new_reservation()?))
        })
        .await
    }

    /// Checks that it can take a response, as [`Self::reserve`] does.
    pub(super) async fn check(&self) -> Result<(), JournalError> {
        let journal = self.clone();
        off_thread(move || {
            journal.check_capacity()?;
            drop(journal.new_reservation()?);
            Ok(())
        })
        .await
    }

    /// Entries that cannot be replayed do not count: they would keep every other response out.
    fn check_capacity(&self) -> Result<(), JournalError> {
        let entries = self.replayable()?.len();
        if entries >= self.0.capacity { Err(JournalError::Full(entries)) } else { Ok(()) }
    }

    /// Writes a consent to the disk that the store does not take.
    pub(super) async fn keep_consent(
        &self,
        consent: Consent,
        answered_at: Timestamp,
    ) -> Result<Kept, JournalError> {
        let journal = self.clone();
        let reservation = off_thread(move || {
            journal.check_capacity()?;
            Ok(journal.new_reservation()?)
        });
        let entry = consent.entry(answered_at);
        reservation.await?.keep(entry, &Response::Consent(consent)).await
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

    /// The entries, in the order in which they are replayed; with those that a process left behind that crashed.
    pub(super) async fn entries(&self) -> Result<Vec<Name>, JournalError> {
        let journal = self.clone();
        off_thread(move || {
            journal.recover()?;
            let mut names = journal.replayable()?;
            names.sort_by_key(Name::order);
            Ok(names)
        })
        .await
    }

    fn replayable(&self) -> io::Result<Vec<Name>> {
        let mut names = self.names()?;
        let skipped = self.0.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        names.retain(|name| !skipped.contains(&name.to_string()));
        Ok(names)
    }

    /// Opens an entry to replay it; `None` when another process works on it or has removed it, and when it cannot be
    /// decrypted, which is logged.
    pub(super) async fn take(&self, name: Name) -> Result<Option<(Kept, Response)>, JournalError> {
        let journal = self.clone();
        off_thread(move || journal.take_blocking(&name)).await
    }

    fn take_blocking(&self, name: &Name) -> Result<Option<(Kept, Response)>, JournalError> {
        let Some(mut file) = Locked::take(&self.0.folder.join(name.to_string()))? else { return Ok(None) };
        match entry::open(&file.read()?, &self.0.vault) {
            Ok((entry, response)) => Ok(Some((Kept { entry, file }, response))),
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

    /// Logs that an entry cannot be replayed, once; it is tried again.
    pub(super) fn fails(&self, name: &Name, error: &dyn std::error::Error) {
        let mut failing = self.0.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.insert(name.to_string()) {
            tracing::error!(file = %name, %error, "journal entry cannot be replayed: it is tried again, behind the others");
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
    pub(super) async fn keep(mut self, entry: Entry, response: &Response) -> Result<Kept, JournalError> {
        fail::fail_point!("journal::keep", |_| Err(io::Error::from(io::ErrorKind::StorageFull).into()));
        let text = entry::seal(&entry, response, &self.journal.0.vault)?;
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
