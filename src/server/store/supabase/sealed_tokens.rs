//! Sealed tokens in Supabase, for `rekey`.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::domain::OpenId;
use crate::server::{
    store::{KeyUse, SealedCursor, SealedRow, SealedTable, SealedTokenStore, StoreError, text},
    vault::Sealed,
};

#[async_trait]
impl SealedTokenStore for SupabaseStore {
    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        self.call(&verbs::KEY_USE, json!({})).await
    }

    /// A function reads one table.
    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        let mut rows = self.page(after, limit).await?;
        let left = limit - u32::try_from(rows.len()).unwrap_or(limit).min(limit);
        if after.table == SealedTable::Grants && left > 0 {
            rows.extend(self.page(SealedCursor { table: SealedTable::Revocations, row: 0 }, left).await?);
        }
        Ok(rows)
    }

    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError> {
        let request = json!({
            "table": old.at.table.as_str(),
            "row": old.at.row,
            "old_access_token": old.access_token.as_str(),
            "old_refresh_token": old.refresh_token.as_ref().map(Sealed::as_str),
            "access_token": new.access_token.as_str(),
            "refresh_token": new.refresh_token.as_ref().map(Sealed::as_str),
        });
        self.call(&verbs::RESEAL, request).await
    }
}

impl SupabaseStore {
    async fn page(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        let request = json!({ "table": after.table.as_str(), "after": after.row, "limit": limit });
        let rows: Vec<RowOfTable> = self.call(&verbs::SEALED_ROWS, request).await?;
        Ok(rows.into_iter().map(|row| row.of(after.table)).collect())
    }
}

/// A row with sealed tokens, which does not name its table.
#[derive(Deserialize)]
struct RowOfTable {
    row: i64,
    client_key: String,
    #[serde(deserialize_with = "text::parse")]
    open_id: OpenId,
    access_token: Sealed,
    refresh_token: Option<Sealed>,
}

impl RowOfTable {
    fn of(self, table: SealedTable) -> SealedRow {
        let Self { row, client_key, open_id, access_token, refresh_token } = self;
        SealedRow { at: SealedCursor { table, row }, client_key, open_id, access_token, refresh_token }
    }
}
