//! The journal: a folder in which TikTok's answers wait for the store, one file each.
//!
//! A place is made before TikTok is asked ([`Journal::reserve`]), so that no answer comes for which there
//! is no room. The answer is written there and synced, and only then the file gets its name and the folder
//! is synced ([`Reservation::keep`]): a file with the name of an entry is whole, whenever the process or the
//! machine died. It is locked for as long as somebody works on it, and the lock dies with its process, so
//! any number of processes may share the folder: what is not locked is left behind, and anybody's to replay.
//!
//! What a file says in the clear ([`Entry`]) names our own numbers alone. What is sealed
//! is the settlement itself, its tokens sealed for their row within: a replay needs nobody's `open_id`, and
//! writes to the letter what the first attempt wrote, so that the store sees that it has it already.

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

/// Why the journal cannot take an answer.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It holds as many as it may: the store has been away for long.
    #[error("the journal is full: {0} answers wait in it")]
    Full(usize),
    /// The folder or a file fails.
    #[error("the journal cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The answer could not be sealed.
    #[error("an answer could not be sealed: {0}")]
    Vault(#[from] VaultError),
}

/// The folder.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    most: usize,
    vault: Arc<Vault>,
    entropy: Arc<dyn Entropy>,
    /// Entries that this process cannot replay, and has said so.
    passed_over: Mutex<HashSet<String>>,
}

/// What a wish for a place comes to.
pub(super) enum Placed {
    /// Here it is.
    Reserved(Reservation),
    /// An answer to the same tokens is here already: it comes first.
    Answered,
}

/// A place for one answer. Dropped, it is given back.
pub(super) struct Reservation {
    journal: Journal,
    file: Option<Locked>,
}

/// An answer on the disk, locked by us.
pub(super) struct Kept {
    /// What its file says in the clear.
    pub(super) entry: Entry,
    file: Locked,
}

impl Journal {
    /// Opens the folder, or makes it, for its owner alone. What a process that died had begun is completed
    /// if its answer was there, and removed if not.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn open(
        folder: &Path,
        most: usize,
        vault: Arc<Vault>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, JournalError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let inner = Inner { folder: folder.to_owned(), most, vault, entropy, passed_over: Mutex::default() };
        let journal = Self(Arc::new(inner));
        // A folder that cannot be written is told at the start, not at the first answer.
        drop(journal.place()?);
        journal.tidy()?;
        Ok(journal)
    }

    /// Makes a place for the answer to this claim.
    pub(super) async fn reserve(&self, claim: &Claim) -> Result<Placed, JournalError> {
        let (journal, creator, grant) = (self.clone(), claim.creator.clone(), claim.grant);
        off_thread(move || {
            let names = journal.names()?;
            if names.iter().any(|name| name.answers(&creator, grant)) {
                return Ok(Placed::Answered);
            }
            if names.len() >= journal.0.most {
                return Err(JournalError::Full(names.len()));
            }
            Ok(Placed::Reserved(journal.place()?))
        })
        .await
    }

    fn place(&self) -> io::Result<Reservation> {
        let file = Locked::reserve(&self.0.folder, || uuid(&*self.0.entropy).to_string())?;
        Ok(Reservation { journal: self.clone(), file: Some(file) })
    }

    /// Whether an answer to the tokens of this claim is here.
    pub(super) async fn holds(&self, claim: &Claim) -> Result<bool, JournalError> {
        let (journal, creator, grant) = (self.clone(), claim.creator.clone(), claim.grant);
        off_thread(move || Ok(journal.names()?.iter().any(|name| name.answers(&creator, grant)))).await
    }

    /// The entries that wait, in the order in which they are to be replayed.
    pub(super) async fn waiting(&self) -> Result<Vec<Name>, JournalError> {
        let journal = self.clone();
        off_thread(move || {
            let mut names = journal.names()?;
            let passed_over = journal.0.passed_over.lock().unwrap_or_else(PoisonError::into_inner);
            names.retain(|name| !passed_over.contains(&name.to_string()));
            names.sort_by_key(Name::order);
            Ok(names)
        })
        .await
    }

    /// Opens an entry to replay it; `None` when somebody else works on it or has done so, and when it
    /// cannot be opened, which is told.
    pub(super) async fn take(&self, name: Name) -> Result<Option<(Kept, RefreshResult)>, JournalError> {
        let journal = self.clone();
        off_thread(move || journal.take_now(&name)).await
    }

    fn take_now(&self, name: &Name) -> Result<Option<(Kept, RefreshResult)>, JournalError> {
        let Some(mut file) = Locked::take(&self.0.folder.join(name.to_string()))? else { return Ok(None) };
        match entry::open(&file.read()?, &self.0.vault) {
            Ok((entry, refresh_result)) => Ok(Some((Kept { entry, file }, refresh_result))),
            Err(EntryError::Vault(error @ VaultError::UnknownKey(_))) => {
                tracing::error!(file = %name, %error, "an answer of TikTok's waits for its key: put it back");
                self.pass_over(name);
                Ok(None)
            }
            Err(error) => {
                let aside = file.set_aside()?;
                tracing::error!(file = %aside.display(), %error, "an entry of the journal is unreadable and set aside");
                Ok(None)
            }
        }
    }

    /// Leaves an entry alone until the next start.
    pub(super) fn pass_over(&self, name: &Name) {
        let mut passed_over = self.0.passed_over.lock().unwrap_or_else(PoisonError::into_inner);
        passed_over.insert(name.to_string());
    }

    fn names(&self) -> io::Result<Vec<Name>> {
        Ok(file::listed(&self.0.folder)?.iter().filter_map(|file| file.parse().ok()).collect())
    }

    /// Goes through what processes that died had begun.
    fn tidy(&self) -> Result<(), JournalError> {
        for name in file::listed(&self.0.folder)?.iter().filter(|name| file::is_reservation(name)) {
            let Some(mut file) = Locked::take(&self.0.folder.join(name))? else { continue };
            match entry::clear(&file.read()?) {
                Some((entry, _)) => {
                    tracing::warn!(creator = %entry.creator, "an answer that a process left half-way is completed");
                    file.keep(&Name::of(&entry))?;
                }
                None => file.remove()?,
            }
        }
        Ok(())
    }
}

impl Reservation {
    /// Writes the answer to the disk, to stay there until it is cleared.
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
        // What cannot be removed now is removed at the next start.
        drop(self.file.take().map(Locked::remove));
    }
}

impl Kept {
    /// Forgets the answer: the store has it, or something newer.
    pub(super) async fn clear(self) -> Result<(), JournalError> {
        off_thread(move || Ok(self.file.remove()?)).await
    }
}

/// Syncing takes milliseconds: it must not hold up whoever else is on this thread.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error).into()))
}

#[cfg(test)]
mod tests;
