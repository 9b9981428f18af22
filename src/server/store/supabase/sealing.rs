//! Sealed tokens in Supabase, for `rekey`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{
    database::SupabaseStore,
    verbs,
    wire::{
        self,
        sealing::{KeyRow, TokensRow},
    },
};
use crate::server::store::{KeyUse, SealedCursor, SealedRow, SealedTable, SealedTokenStore, StoreError};

#[async_trait]
impl SealedTokenStore for SupabaseStore {
    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        key_use(self.ask(&verbs::KEY_USE, json!({})).await?)
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
        wire::value(self.ask(&verbs::RESEAL, wire::sealing::resealing(old, new)).await?)
    }
}

impl SupabaseStore {
    async fn page(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        let answer = self.ask(&verbs::SEALED_ROWS, wire::sealing::page(after, limit)).await?;
        let rows: Vec<TokensRow> = wire::value(answer)?;
        Ok(rows.into_iter().map(|row| row.of(after.table)).collect::<Result<_, _>>()?)
    }
}

/// What `cc_key_use` answers.
pub(in crate::server::store) fn key_use(answer: Value) -> Result<Vec<KeyUse>, StoreError> {
    let keys: Vec<KeyRow> = wire::value(answer)?;
    Ok(keys.into_iter().map(Into::into).collect())
}
