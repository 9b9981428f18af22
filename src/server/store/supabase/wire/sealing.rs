//! Sealed tokens and their keys as the functions' JSON has them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    domain::Malformed,
    server::{
        store::{KeyUse, SealedCursor, SealedRow, SealedTable},
        vault::Sealed,
    },
};

const fn name(table: SealedTable) -> &'static str {
    match table {
        SealedTable::Grants => "grants",
        SealedTable::Revocations => "revocations",
    }
}

pub(in super::super) fn page(after: SealedCursor, limit: u32) -> Value {
    json!({ "table": name(after.table), "after": after.row, "limit": limit })
}

pub(in super::super) fn resealing(old: &SealedRow, new: &SealedRow) -> Value {
    json!({
        "table": name(old.at.table),
        "row": old.at.row,
        "old_access_token": old.access_token.as_str(),
        "old_refresh_token": old.refresh_token.as_ref().map(Sealed::as_str),
        "access_token": new.access_token.as_str(),
        "refresh_token": new.refresh_token.as_ref().map(Sealed::as_str),
    })
}

/// How many rows need a key.
#[derive(Deserialize)]
pub(in super::super) struct KeyRow {
    key_id: String,
    rows: u64,
}

impl From<KeyRow> for KeyUse {
    fn from(row: KeyRow) -> Self {
        Self { key_id: row.key_id, rows: row.rows }
    }
}

/// A row with sealed tokens.
#[derive(Deserialize)]
pub(in super::super) struct TokensRow {
    row: i64,
    client_key: String,
    open_id: String,
    access_token: String,
    refresh_token: Option<String>,
}

impl TokensRow {
    /// As a row of the table that was asked.
    pub(in super::super) fn of(self, table: SealedTable) -> Result<SealedRow, Malformed> {
        Ok(SealedRow {
            at: SealedCursor { table, row: self.row },
            client_key: self.client_key,
            open_id: self.open_id.parse()?,
            access_token: Sealed::from_stored(self.access_token),
            refresh_token: self.refresh_token.map(Sealed::from_stored),
        })
    }
}
