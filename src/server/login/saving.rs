//! Saving what TikTok granted: in the store, else in the journal, else it is revoked.

use std::time::Duration;

use secrecy::SecretString;

use super::{GrantTimes, Login, store_refusal, vault_refusal};
use crate::{
    domain::{CreatorId, LoginFailure, LoginRefusal},
    server::{
        backoff::Jitter,
        entropy::uuid,
        refresh::{
            journal::{Consent, Kept},
            schedule,
        },
        store::NewGrant,
        tiktok::token::TokenResponse,
        vault::{Place, TokenField, VaultError},
    },
};

/// How long a consent is being saved before the journal has it too.
const JOURNAL_AFTER: Duration = Duration::from_secs(2);

impl Login {
    /// Seals and saves the tokens, before anything else can fail. What cannot be kept in any way is revoked.
    pub(super) async fn save_grant(
        &self,
        token: &TokenResponse,
        times: GrantTimes,
        state_digest: String,
    ) -> Result<CreatorId, LoginRefusal> {
        if token.refresh_token.is_none() {
            // The stored refresh token stays then: it must be the newest one that TikTok issued.
            self.refresher.replay().await;
        }
        let saved = match self.new_grant(token, times) {
            Ok(grant) => {
                let new_id = CreatorId::from_u128(uuid(&*self.entropy).as_u128());
                self.save_or_keep(Consent { grant, new_id, state_digest }).await
            }
            Err(error) => Err(vault_refusal(error)),
        };
        if let Err(refusal) = &saved
            && refusal.failure != LoginFailure::ConsentKept
        {
            self.revoke(token).await;
        }
        saved
    }

    /// Saves a consent. While that takes long, the journal has it too; if it fails, it waits there.
    async fn save_or_keep(&self, consent: Consent) -> Result<CreatorId, LoginRefusal> {
        let mut save = self.store.save_grant(&consent.grant, &consent.new_id);
        let mut kept = None;
        let saved = if let Ok(saved) = tokio::time::timeout(JOURNAL_AFTER, &mut save).await {
            saved
        } else {
            kept = self.keep(&consent).await;
            save.await
        };
        let error = match saved {
            Ok(creator) => {
                self.refresher.clear(kept).await;
                return Ok(creator);
            }
            Err(error) => error,
        };
        let refusal = store_refusal(error);
        let is_kept = kept.is_some() || self.keep(&consent).await.is_some();
        Err(if is_kept { LoginFailure::ConsentKept.into() } else { refusal })
    }

    async fn keep(&self, consent: &Consent) -> Option<Kept> {
        let kept = self.refresher.keep_consent(consent.clone()).await;
        kept.inspect_err(|error| tracing::error!(%error, "a consent cannot be journalled")).ok()
    }

    /// Ends at TikTok what nobody keeps here.
    async fn revoke(&self, token: &TokenResponse) {
        match self.tiktok.revoke(&token.access_token).await {
            Ok(()) => tracing::error!("a consent could not be kept, and is revoked at TikTok"),
            Err(error) => tracing::error!(%error, "a consent could be neither kept nor revoked at TikTok"),
        }
    }

    fn new_grant(&self, token: &TokenResponse, times: GrantTimes) -> Result<NewGrant, VaultError> {
        let GrantTimes { requested_at, granted_at } = times;
        let seal = |secret: &SecretString, field| {
            let place = Place::token(&self.tiktok.client_key, &token.open_id, field);
            self.vault.seal(secret, &place)
        };
        let refresh_token = token.refresh_token.as_ref();
        let access_expires_at = requested_at.plus_seconds(token.expires_in);
        let refresh_expires_at = token.refresh_expires_in.map(|seconds| requested_at.plus_seconds(seconds));
        let jitter = Jitter::new(&*self.entropy);
        Ok(NewGrant {
            client_key: self.tiktok.client_key.clone(),
            open_id: token.open_id.clone(),
            access_token: seal(&token.access_token, TokenField::Access)?,
            refresh_token: refresh_token.map(|secret| seal(secret, TokenField::Refresh)).transpose()?,
            scopes: token.scopes.clone(),
            token_type: token.token_type.clone(),
            granted_at,
            access_expires_at,
            refresh_due_at: schedule::due(requested_at, access_expires_at, refresh_expires_at, jitter),
            refresh_expires_at,
        })
    }
}
