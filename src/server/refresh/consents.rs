//! Consents that the store could not take at their login: kept in the journal, and saved late.

use super::{
    Refresher,
    journal::{Consent, JournalError, Kept},
};
use crate::{
    domain::Timestamp,
    server::{
        store::{LoginOutcome, StoreError},
        vault::{Place, TokenField},
    },
};

/// A consent is not saved later than this: its creator may have left meanwhile, by another process over the same store.
const LATEST_SECONDS: i64 = 24 * 60 * 60;

impl Refresher {
    /// Writes a consent to the journal, from which it is saved as soon as the store is available.
    ///
    /// # Errors
    /// When the journal is full or cannot be written.
    pub(in crate::server) async fn keep_consent(&self, consent: Consent) -> Result<Kept, JournalError> {
        self.journal.keep_consent(consent, self.clock.now()).await
    }

    /// Saves a consent from the journal, unless its creator has given a newer one or has left since.
    pub(super) async fn replay_consent(
        &self,
        consent: &Consent,
        answered_at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.clock.now().seconds_since(answered_at) > LATEST_SECONDS {
            self.give_up(consent).await;
            return Ok(());
        }
        let Some(creator) = self.store.save_late_grant(&consent.grant, &consent.new_id).await? else {
            tracing::info!("journal entry replayed: the creator has left since that consent");
            return Ok(());
        };
        tracing::info!(%creator, "journal entry replayed: a consent is saved");
        let outcome = LoginOutcome::Connected(creator);
        if let Err(error) = self.store.end_login(&consent.state_digest, &outcome).await {
            tracing::warn!(%error, "the outcome of a login is not stored");
        }
        Ok(())
    }

    /// Ends a consent at TikTok that is too old to be saved.
    async fn give_up(&self, Consent { grant, .. }: &Consent) {
        let place = Place::token(&grant.client_key, &grant.open_id, TokenField::Access);
        let revoked = match self.vault.open(&grant.access_token, &place) {
            Ok(token) => self.tiktok.revoke(&token).await.is_ok(),
            Err(_) => false,
        };
        tracing::error!(revoked, "a consent waited for the store for a day: it is not saved any more");
    }
}
