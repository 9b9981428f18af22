//! A key that was read, and whether it is good.

use std::{
    fmt,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use ipnet::IpNet;

use super::{key_file::FileKey, key_limits::KeyLimit};
use crate::{
    domain::{CreatorLimit, Permission, Timestamp},
    server::store::{StoreError, StoredApiKey},
};

/// Requests of a key in a minute, unless it has another rate.
pub const DEFAULT_REQUESTS: u32 = 600;

/// Access tokens of a key in a minute, unless it has another rate.
pub const DEFAULT_TOKENS: u32 = 60;

/// A key that is good.
pub struct ApiKey {
    stored: StoredApiKey,
    pub(super) digest: [u8; 32],
    addresses: Vec<IpNet>,
    /// Its requests.
    pub requests: Arc<KeyLimit>,
    /// Its access tokens.
    pub tokens: Arc<KeyLimit>,
    /// The minute of its last use that is noted.
    noted: AtomicI64,
}

/// Why a key is refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KeyRefusal {
    /// It has not the form of a key, or is mistyped.
    #[error("the key is malformed: compare it with the one that was printed when it was made")]
    Malformed,
    /// There is none of this id and secret.
    #[error("there is no such key here")]
    Unknown,
    /// It has expired.
    #[error("the key has expired: make or rotate one with `creator-connect keys`")]
    Expired,
    /// It was revoked.
    #[error("the key was revoked")]
    Revoked,
    /// It may not be used from this address.
    #[error("the key may not be used from this address")]
    Address,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiKey {
    /// A stored key. What is left of its rates is that of its former reading.
    pub(super) fn new(stored: StoredApiKey, former: Option<&Self>) -> Self {
        let same = former.filter(|former| {
            former.stored.requests_per_minute == stored.requests_per_minute
                && former.stored.tokens_per_minute == stored.tokens_per_minute
        });
        let (requests, tokens) = same.map_or_else(
            || {
                let limit = |per_minute| Arc::new(KeyLimit::new(per_minute));
                (limit(stored.requests_per_minute), limit(stored.tokens_per_minute))
            },
            |former| (Arc::clone(&former.requests), Arc::clone(&former.tokens)),
        );
        // A digest that is none fits no key.
        let digest =
            hex::decode(&stored.digest).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
        let addresses = stored.addresses.iter().filter_map(|text| text.parse().ok()).collect();
        let noted = AtomicI64::new(stored.last_used_at.map_or(0, |at| at.0 / 60));
        Self { stored, digest, addresses, requests, tokens, noted }
    }

    /// Whether it is good now, from this address.
    pub(super) fn check(&self, now: Timestamp, address: Option<IpAddr>) -> Result<(), KeyRefusal> {
        if self.stored.revoked_at.is_some() {
            return Err(KeyRefusal::Revoked);
        }
        if self.stored.expires_at.is_some_and(|end| end <= now) {
            return Err(KeyRefusal::Expired);
        }
        // A network that cannot be read admits nobody.
        let is_open = self.stored.addresses.is_empty();
        let admits = address.is_some_and(|address| self.addresses.iter().any(|net| net.contains(&address)));
        if is_open || admits { Ok(()) } else { Err(KeyRefusal::Address) }
    }

    /// A key of the operator's file: for all creators, from any network, without an end.
    pub(super) fn from_file(key: &FileKey) -> Self {
        let stored = StoredApiKey {
            id: key.id.clone(),
            digest: key.digest.clone(),
            name: key.name.clone(),
            permissions: key.permissions.clone(),
            creators: CreatorLimit::All,
            addresses: Vec::new(),
            requests_per_minute: DEFAULT_REQUESTS,
            tokens_per_minute: DEFAULT_TOKENS,
            created_at: Timestamp(0),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        };
        Self::new(stored, None)
    }

    /// Whether this use is the first of its minute, of a key that is stored.
    pub(super) fn is_first_use(&self, now: Timestamp) -> bool {
        let minute = now.0 / 60;
        self.stored.created_at.0 > 0 && self.noted.fetch_max(minute, Ordering::Relaxed) < minute
    }

    /// Its stored form.
    #[must_use]
    pub const fn stored(&self) -> &StoredApiKey {
        &self.stored
    }

    /// Whether it may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.stored.permissions.contains(&permission)
    }

    /// The creators that it is for.
    #[must_use]
    pub const fn creators(&self) -> &CreatorLimit {
        &self.stored.creators
    }
}

/// The digest is left out.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.stored.id)
            .field("name", &self.stored.name)
            .finish_non_exhaustive()
    }
}
