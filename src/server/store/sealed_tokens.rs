//! Sealed tokens and the keys that they need, for `rekey`.

use async_trait::async_trait;
use serde::Deserialize;

use super::StoreError;
use crate::{domain::OpenId, server::vault::Sealed};

/// Lists sealed tokens by key and replaces them.
#[async_trait]
pub trait SealedTokenStore: Send + Sync {
    /// The keys that stored tokens are sealed with, by id.
    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError>;

    /// The next rows with sealed tokens, at most `limit`, in the cursor's order.
    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError>;

    /// Replaces a row's sealed tokens by the same tokens, sealed anew; `false` when they are neither
    /// those of `old` nor those of `new`: another task has written newer ones.
    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError>;
}

/// How many stored values need a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct KeyUse {
    /// The key's id, as in the envelope.
    pub key_id: String,
    /// Rows with a value that it sealed.
    pub rows: u64,
}

/// The tables that hold sealed tokens, in the order in which they are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SealedTable {
    /// Active grants.
    Grants,
    /// Ended grants that are not yet revoked at TikTok.
    Revocations,
}

impl SealedTable {
    /// Its name in requests to Supabase.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grants => "grants",
            Self::Revocations => "revocations",
        }
    }
}

/// Where going through the sealed rows stands: after that row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedCursor {
    /// The table.
    pub table: SealedTable,
    /// The last row seen; 0 before the first.
    pub row: i64,
}

/// A row with sealed tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRow {
    /// Which.
    pub at: SealedCursor,
    /// The TikTok app that it is sealed for.
    pub client_key: String,
    /// The creator that it is sealed for.
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token.
    pub refresh_token: Option<Sealed>,
}
