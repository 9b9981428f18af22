//! What `rekey` sees of the store: sealed values and the keys they need.

use crate::{domain::OpenId, server::vault::Sealed};

/// How many stored values need a key.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Grants of which TikTok has yet to be told that they ended.
    Revocations,
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
