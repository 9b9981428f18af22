//! Key rotation: re-encrypts every stored token with the first key of the ring, while the app serves.
//!
//! A row is read, opened, sealed and written back only if no other process has written newer tokens meanwhile, so a
//! refresh always wins. A run that was interrupted continues where it stopped.

use std::collections::BTreeSet;

use super::{
    store::{KeyUse, SealedCursor, SealedRow, SealedTable, Store, StoreError},
    vault::{Place, Sealed, TokenField, Vault, VaultError},
};

/// The number of rows that are read at once.
const PAGE: u32 = 200;

/// The largest number of passes over all rows, for those that a refresh wrote meanwhile under an older key.
const ROUNDS: u32 = 5;

/// Why not all rows were re-encrypted.
#[derive(Debug, thiserror::Error)]
pub enum RekeyError {
    /// The store failed.
    #[error("{0}. Rows that are re-encrypted stay so: run it again.")]
    Store(#[from] StoreError),
    /// A row cannot be decrypted.
    #[error(
        "{problem}: row {row} of {table:?} stays as it is. Put that key back into ENCRYPTION_KEYS and run it again."
    )]
    Vault {
        /// The error.
        problem: VaultError,
        /// The table it is in.
        table: SealedTable,
        /// The row.
        row: i64,
    },
}

/// The progress of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows that were read.
    pub seen: u64,
    /// Rows that were re-encrypted.
    pub resealed: u64,
    /// Rows whose tokens were renewed between the read and the write; they are read again.
    pub overtaken: u64,
}

/// Re-encrypts every stored token that is not sealed by the first key, and calls `report` after each page.
///
/// # Errors
/// [`RekeyError`] at the first row that fails; the rows before it stay re-encrypted.
pub async fn rekey(
    store: &dyn Store,
    vault: &Vault,
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<Progress, RekeyError> {
    let mut progress = Progress::default();
    for _ in 0..ROUNDS {
        let before = progress.overtaken;
        rekey_pass(store, vault, &mut progress, report).await?;
        if progress.overtaken == before {
            break;
        }
    }
    Ok(progress)
}

async fn rekey_pass(
    store: &dyn Store,
    vault: &Vault,
    progress: &mut Progress,
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), RekeyError> {
    let mut cursor = SealedCursor { table: SealedTable::Grants, row: 0 };
    loop {
        let rows = store.sealed_rows(cursor, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        cursor = last.at;
        for row in &rows {
            progress.seen += 1;
            rekey_row(store, vault, row, progress).await?;
        }
        report(*progress);
    }
}

async fn rekey_row(
    store: &dyn Store,
    vault: &Vault,
    row: &SealedRow,
    progress: &mut Progress,
) -> Result<(), RekeyError> {
    let failed = |problem| RekeyError::Vault { problem, table: row.at.table, row: row.at.row };
    let Some(new) = resealed(vault, row).map_err(failed)? else { return Ok(()) };
    let count = if store.reseal(row, &new).await? { &mut progress.resealed } else { &mut progress.overtaken };
    *count += 1;
    Ok(())
}

/// The row sealed by the first key; `None` when it is already.
fn resealed(vault: &Vault, row: &SealedRow) -> Result<Option<SealedRow>, VaultError> {
    let tokens = [Some(&row.access_token), row.refresh_token.as_ref()];
    if tokens.into_iter().flatten().all(|token| vault.seals_with(token)) {
        return Ok(None);
    }
    let again = |sealed: &Sealed, field| {
        let place = Place::token(&row.client_key, &row.open_id, field);
        vault.seal(&vault.open(sealed, &place)?, &place)
    };
    let refresh_token = row.refresh_token.as_ref();
    Ok(Some(SealedRow {
        access_token: again(&row.access_token, TokenField::Access)?,
        refresh_token: refresh_token.map(|token| again(token, TokenField::Refresh)).transpose()?,
        ..row.clone()
    }))
}

/// The keys that stored tokens need and that are not in the ring, with the number of rows of each.
///
/// # Errors
/// When the store is unavailable.
pub async fn missing_keys(store: &dyn Store, vault: &Vault) -> Result<Vec<KeyUse>, StoreError> {
    let used = store.key_use().await?;
    // A value that is not a sealed token names no key: no key could open it.
    let is_missing = |used: &KeyUse| !used.key_id.is_empty() && !vault.has(&used.key_id);
    Ok(used.into_iter().filter(is_missing).collect())
}

/// The use of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNeed {
    /// The id of the key.
    pub key_id: String,
    /// Rows that it sealed.
    pub rows: u64,
    /// Responses in this machine's journal that it sealed; a replay writes them to rows.
    pub answers: u64,
    /// Whether the ring has it.
    pub is_known: bool,
}

impl KeyNeed {
    /// Whether any row or response needs it.
    #[must_use]
    pub const fn is_needed(&self) -> bool {
        self.rows > 0 || self.answers > 0
    }
}

/// The use of each key: those of the ring in order, then those that are missing. `rows` counts the store's rows,
/// `answers` the journal's responses.
#[must_use]
pub fn by_key(vault: &Vault, rows: &[KeyUse], answers: &[KeyUse]) -> Vec<KeyNeed> {
    let count = |used: &[KeyUse], key_id: &str| {
        used.iter().filter(|used| used.key_id == key_id).map(|used| used.rows).sum()
    };
    let missing = rows.iter().chain(answers).map(|used| used.key_id.as_str()).filter(|id| !vault.has(id));
    let missing: BTreeSet<_> = missing.collect();
    let need = |key_id: &str| KeyNeed {
        key_id: key_id.to_owned(),
        rows: count(rows, key_id),
        answers: count(answers, key_id),
        is_known: vault.has(key_id),
    };
    vault.key_ids().chain(missing).map(need).collect()
}
