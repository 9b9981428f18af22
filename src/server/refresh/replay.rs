//! Replay of the journal: writes TikTok's responses to the store that are not stored yet.

use super::{
    Refresher,
    journal::{Journal, JournalError, Kept, Name},
};
use crate::{
    domain::CreatorId,
    server::store::{RefreshResult, StoreError},
};

/// How long a response is kept whose creator the store does not know: this may be another store than the one it is
/// for. The tokens of a creator who deleted their data are not kept for longer.
const UNKNOWN_CREATOR_SECONDS: i64 = 7 * 86_400;

/// Why a replay stopped; the entries that are left wait for the next one.
#[derive(Debug, thiserror::Error)]
enum ReplayError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refresher {
    /// Writes the entries of the journal to the store, and returns their number.
    pub async fn replay(&self) -> usize {
        let mut written = self.replay_unpersisted().await;
        if let Err(error) = self.replay_all(&self.journal, &mut written).await {
            tracing::warn!(%error, "responses wait in the journal: replay failed");
        }
        written
    }

    async fn replay_all(&self, journal: &Journal, written: &mut usize) -> Result<(), ReplayError> {
        for name in journal.entries().await? {
            let Some((kept, result)) = journal.take(name.clone()).await? else { continue };
            if self.store.creator(&kept.entry.creator).await?.is_none() {
                self.skip_unknown_creator(journal, &name, kept).await;
                continue;
            }
            self.write(&kept.entry.creator, &result).await?;
            *written += 1;
            self.clear(Some(kept)).await;
        }
        Ok(())
    }

    async fn write(&self, creator: &CreatorId, result: &RefreshResult) -> Result<(), StoreError> {
        if self.store.complete_refresh(result).await? {
            tracing::info!(%creator, "journal entry replayed: new tokens stored");
        } else {
            tracing::info!(%creator, "journal entry replayed: the store has newer tokens");
        }
        Ok(())
    }

    /// Skips an entry whose creator the store does not know, and removes it when it is old enough: the creator's
    /// data was deleted, or the entry is for another store.
    async fn skip_unknown_creator(&self, journal: &Journal, name: &Name, kept: Kept) {
        if self.clock.now().seconds_since(kept.entry.answered_at) > UNKNOWN_CREATOR_SECONDS {
            tracing::info!(file = %name, "journal entry of an unknown creator removed");
            return self.clear(Some(kept)).await;
        }
        tracing::warn!(file = %name, "journal entry of an unknown creator skipped");
        journal.skip(name);
    }

    /// Keeps new tokens in memory that neither the journal nor the store could take.
    pub(super) fn keep_in_memory(&self, creator: CreatorId, result: RefreshResult) {
        self.unpersisted_results().push((creator, result));
    }

    async fn replay_unpersisted(&self) -> usize {
        let waiting = std::mem::take(&mut *self.unpersisted_results());
        let mut written = 0;
        for (creator, result) in waiting {
            match self.write(&creator, &result).await {
                Ok(()) => written += 1,
                Err(error) => {
                    tracing::warn!(%creator, %error, "new tokens wait for the store in memory only");
                    self.keep_in_memory(creator, result);
                }
            }
        }
        written
    }

    /// Removes an entry from the journal once the store has it.
    pub(super) async fn clear(&self, kept: Option<Kept>) {
        let Some(kept) = kept else { return };
        let creator = kept.entry.creator.clone();
        if let Err(error) = kept.clear().await {
            tracing::warn!(%creator, %error, "journal entry cannot be removed: it is replayed once more");
        }
    }
}
