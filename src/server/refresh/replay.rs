//! What TikTok answered and the store has not got yet.

use super::{
    Refresher,
    journal::{Journal, JournalError, Kept, Name},
};
use crate::{
    domain::CreatorId,
    server::store::{RefreshResult, StoreError},
};

/// An answer for a creator whom the store does not know is kept for so long: the store may be another
/// than the one it was meant for. Who was forgotten at their own wish is not kept for longer.
const STRANGERS_SECONDS: i64 = 7 * 86_400;

/// Why a replay stopped; what is left waits for the next.
#[derive(Debug, thiserror::Error)]
enum ReplayError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refresher {
    /// Writes to the store what waits in the journal, and answers how many that were.
    pub async fn replay(&self) -> usize {
        let mut written = self.replay_unpersisted().await;
        if let Err(error) = self.replay_all(&self.journal, &mut written).await {
            tracing::warn!(%error, "answers of TikTok's wait in the journal");
        }
        written
    }

    async fn replay_all(&self, journal: &Journal, written: &mut usize) -> Result<(), ReplayError> {
        for name in journal.waiting().await? {
            let Some((kept, refresh_result)) = journal.take(name.clone()).await? else { continue };
            if self.store.creator(&kept.entry.creator).await?.is_none() {
                self.unknown_creator(journal, &name, kept).await;
                continue;
            }
            self.write(&kept.entry.creator, &refresh_result).await?;
            *written += 1;
            self.clear(Some(kept)).await;
        }
        Ok(())
    }

    async fn write(&self, creator: &CreatorId, refresh_result: &RefreshResult) -> Result<(), StoreError> {
        if self.store.complete_refresh(refresh_result).await? {
            tracing::info!(%creator, "new tokens that waited in the journal are stored");
        } else {
            tracing::info!(%creator, "new tokens that waited in the journal are no longer needed");
        }
        Ok(())
    }

    /// The store does not know the creator: they were forgotten, or it is another store.
    async fn unknown_creator(&self, journal: &Journal, name: &Name, kept: Kept) {
        if self.clock.now().seconds_since(kept.entry.answered_at) > STRANGERS_SECONDS {
            tracing::info!(file = %name, "an answer for a creator whom the store does not know is forgotten");
            return self.clear(Some(kept)).await;
        }
        tracing::warn!(file = %name, "the journal has an answer for a creator whom this store does not know");
        journal.pass_over(name);
    }

    /// Remembers new tokens that neither the disk nor the store would take.
    pub(super) fn keep_in_memory(&self, creator: CreatorId, refresh_result: RefreshResult) {
        self.unpersisted_answers().push((creator, refresh_result));
    }

    async fn replay_unpersisted(&self) -> usize {
        let waiting = std::mem::take(&mut *self.unpersisted_answers());
        let mut written = 0;
        for (creator, refresh_result) in waiting {
            match self.write(&creator, &refresh_result).await {
                Ok(()) => written += 1,
                Err(error) => {
                    tracing::warn!(%creator, %error, "new tokens wait for the store, in memory alone");
                    self.keep_in_memory(creator, refresh_result);
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
