//! Replay of the journal: writes TikTok's responses to the store that are not stored yet.

use super::{
    Refresher,
    journal::{Journal, Kept, Name, Response},
};
use crate::{
    domain::CreatorId,
    server::store::{RefreshResult, StoreError},
};

/// How long a response is kept whose creator the store does not know: this may be another store than the one it is
/// for. The tokens of a creator who deleted their data are not kept for longer.
const UNKNOWN_CREATOR_SECONDS: i64 = 7 * 86_400;

impl Refresher {
    /// Writes the entries of the journal to the store, and returns their number.
    pub async fn replay(&self) -> usize {
        let mut written = self.replay_unpersisted().await;
        if let Err(error) = self.replay_all(&self.journal, &mut written).await {
            tracing::warn!(%error, "responses wait in the journal: the store is unavailable");
        }
        written
    }

    /// An entry that cannot be read or stored keeps none behind it waiting; a store that is unavailable ends the replay.
    async fn replay_all(&self, journal: &Journal, written: &mut usize) -> Result<(), StoreError> {
        let names = match journal.entries().await {
            Ok(names) => names,
            Err(error) => {
                tracing::warn!(%error, "responses wait in the journal: it cannot be read");
                return Ok(());
            }
        };
        for name in names {
            match journal.take(name.clone()).await {
                Ok(Some((kept, result))) => {
                    *written += usize::from(self.replay_entry(journal, &name, kept, result).await?);
                }
                Ok(None) => {}
                Err(error) => journal.fails(&name, &error),
            }
        }
        Ok(())
    }

    /// Writes one entry; returns whether the store has its response now, or a newer one.
    async fn replay_entry(
        &self,
        journal: &Journal,
        name: &Name,
        kept: Kept,
        response: Response,
    ) -> Result<bool, StoreError> {
        let creator = kept.entry.creator.clone();
        // It shows that the store is available: what is refused after it is the entry's fault.
        let is_known = self.store.creator(&creator).await?.is_some();
        let written = match response {
            Response::Consent(consent) => self.replay_consent(&consent, kept.entry.answered_at).await,
            Response::Renewal(result) if is_known => self.write(&creator, &result).await,
            Response::Renewal(result) => match self.store.renew_revocation(&result).await {
                Ok(true) => {
                    tracing::info!(file = %name, "journal entry replayed: a revocation has its tokens");
                    Ok(())
                }
                Ok(false) => {
                    self.skip_unknown_creator(journal, name, kept).await;
                    return Ok(false);
                }
                Err(error) => Err(error),
            },
        };
        match written {
            Ok(()) => self.clear(Some(kept)).await,
            Err(error) => journal.fails(name, &error),
        }
        Ok(true)
    }

    /// Of a grant that has ended meanwhile the store gives them to the revocation.
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

    /// They leave the memory once they are stored: a caller that goes away in between loses none.
    async fn replay_unpersisted(&self) -> usize {
        let waiting = self.unpersisted_results().clone();
        let mut written = 0;
        for (creator, result) in waiting {
            match self.write(&creator, &result).await {
                Ok(()) => {
                    written += 1;
                    self.unpersisted_results().retain(|(_, kept)| kept.grant != result.grant);
                }
                Err(error) => {
                    tracing::warn!(%creator, %error, "new tokens wait for the store in memory only");
                }
            }
        }
        written
    }

    /// Removes an entry from the journal once the store has it.
    pub(in crate::server) async fn clear(&self, kept: Option<Kept>) {
        let Some(kept) = kept else { return };
        let creator = kept.entry.creator.clone();
        if let Err(error) = kept.clear().await {
            tracing::warn!(%creator, %error, "journal entry cannot be removed: it is replayed once more");
        }
    }
}
