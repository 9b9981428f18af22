//! API keys: how a program proves who it is, and what it may do.
//!
//! A key's secret has 256 bits, so a plain SHA-256 of it is stored: nothing can be guessed. A key that was read is known
//! for ten seconds, so that most requests ask no store, and a revocation counts on every replica within that time.

mod cache;
mod key;
mod key_file;
mod key_limits;
mod key_text;

use std::{net::IpAddr, sync::Arc};

use subtle::ConstantTimeEq as _;

use self::cache::{Cache, Lookup};
pub use self::{
    key::{ApiKey, DEFAULT_REQUESTS, DEFAULT_TOKENS, KeyRefusal},
    key_file::{FileKey, parse_key_file},
    key_limits::{Allowance, KeyLimit},
    key_text::{KeyKind, NewKey, PresentedKey},
};
use super::{
    clock::Clock,
    store::{KeyEnd, Store, StoreError},
};
use crate::domain::Timestamp;

/// The keys of one installation.
pub struct ApiKeys {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    kind: KeyKind,
    /// Keys of the operator's file.
    fixed: Vec<Arc<ApiKey>>,
    cache: Cache,
}

impl ApiKeys {
    /// The keys in `store` and those of the operator's file.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, kind: KeyKind, fixed: &[FileKey]) -> Arc<Self> {
        let fixed = fixed.iter().map(|key| Arc::new(ApiKey::from_file(key))).collect();
        Arc::new(Self { store, clock, kind, fixed, cache: Cache::default() })
    }

    /// The key that a program sent from an address.
    ///
    /// # Errors
    /// [`KeyRefusal`].
    pub async fn authenticate(
        self: &Arc<Self>,
        text: &str,
        address: Option<IpAddr>,
    ) -> Result<Arc<ApiKey>, KeyRefusal> {
        let presented = PresentedKey::parse(text).ok_or(KeyRefusal::Malformed)?;
        let key = self.matching(&presented).await?.ok_or(KeyRefusal::Unknown)?;
        let now = self.clock.now();
        key.check(now, address)?;
        self.note_use(&key, now);
        Ok(key)
    }

    /// Revokes a key that is no secret any more; `false` for one that is not good anyhow. Its secret has to be right, for
    /// ids are no secrets. A key of the file is not stored, and stays good until the next start.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn revoke_spent(&self, spent: &PresentedKey) -> Result<bool, StoreError> {
        if self.matching(spent).await?.is_none() {
            return Ok(false);
        }
        let revoked = self.store.end_api_key(&spent.id, KeyEnd::Revoked(self.clock.now())).await?;
        self.cache.forget(&spent.id);
        Ok(revoked)
    }

    /// The key with this id and secret, whether or not it is good.
    async fn matching(&self, presented: &PresentedKey) -> Result<Option<Arc<ApiKey>>, StoreError> {
        let found = self.find(&presented.id).await?;
        // An unknown id takes as long as a known one.
        let digest = found.as_ref().map_or([0; 32], |key| key.digest);
        let is_equal = bool::from(digest.ct_eq(&presented.digest));
        Ok(found.filter(|_| is_equal && presented.kind == self.kind))
    }

    async fn find(&self, id: &str) -> Result<Option<Arc<ApiKey>>, StoreError> {
        if let Some(key) = self.fixed.iter().find(|key| key.stored().id == id) {
            return Ok(Some(Arc::clone(key)));
        }
        let former = match self.cache.get(id) {
            Lookup::Known(key) => return Ok(key),
            Lookup::Unknown(former) => former,
        };
        let read = self.store.api_key(id).await?;
        let key = read.map(|stored| Arc::new(ApiKey::new(stored, former.as_deref())));
        self.cache.put(id, key.clone());
        Ok(key)
    }

    /// Notes the use of a key, once a minute, behind the request.
    fn note_use(self: &Arc<Self>, key: &Arc<ApiKey>, now: Timestamp) {
        if key.is_first_use(now) {
            let (store, id) = (Arc::clone(&self.store), key.stored().id.clone());
            tokio::spawn(async move {
                if let Err(error) = store.note_api_key_use(&id, now).await {
                    tracing::warn!(%error, key = id, "the use of an API key is not noted");
                }
            });
        }
    }
}
