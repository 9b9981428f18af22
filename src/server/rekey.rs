//! Changing the key that seals: every stored token is sealed anew with the first key of the ring, while
//! the app goes on serving.
//!
//! A row is read, opened, sealed and written back only if nobody has written newer tokens meanwhile, so a
//! refresh always wins. What was sealed anew stays so: stopped half-way, it goes on where it was.

use std::collections::BTreeSet;

use super::{
    store::{KeyUse, SealedCursor, SealedRow, SealedTable, Store, StoreError},
    vault::{Place, Sealed, TokenField, Vault, VaultError},
};

/// So many rows are read at once.
const PAGE: u32 = 200;

/// How often the rows are gone through again for those that a refresh wrote meanwhile under an older key.
const ROUNDS: u32 = 5;

/// Why the rows could not be sealed anew.
#[derive(Debug, thiserror::Error)]
pub enum RekeyError {
    /// The store failed.
    #[error("{0}. What was done stays done: run it again.")]
    Store(#[from] StoreError),
    /// A row does not open.
    #[error(
        "{problem}: row {row} of {table:?} stays as it is. Put that key back into ENCRYPTION_KEYS and run it again."
    )]
    Vault {
        /// What is wrong with it.
        problem: VaultError,
        /// The table it is in.
        table: SealedTable,
        /// The row.
        row: i64,
    },
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows looked at.
    pub seen: u64,
    /// Rows sealed anew.
    pub resealed: u64,
    /// Rows whose tokens were renewed between the reading and the writing; they are looked at again.
    pub overtaken: u64,
}

/// Seals every stored token anew that the first key did not seal, and tells `report` after each page.
///
/// # Errors
/// [`RekeyError`] at the first row that cannot be done; what was done before it stays done.
pub async fn rekey(
    store: &dyn Store,
    vault: &Vault,
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<Progress, RekeyError> {
    let mut progress = Progress::default();
    for _ in 0..ROUNDS {
        let before = progress.overtaken;
        go_through(store, vault, &mut progress, report).await?;
        if progress.overtaken == before {
            break;
        }
    }
    Ok(progress)
}

async fn go_through(
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
            seal_anew(store, vault, row, progress).await?;
        }
        report(*progress);
    }
}

async fn seal_anew(
    store: &dyn Store,
    vault: &Vault,
    row: &SealedRow,
    progress: &mut Progress,
) -> Result<(), RekeyError> {
    let failed = |problem| RekeyError::Vault { problem, table: row.at.table, row: row.at.row };
    let Some(new) = sealed_anew(vault, row).map_err(failed)? else { return Ok(()) };
    let count = if store.reseal(row, &new).await? { &mut progress.resealed } else { &mut progress.overtaken };
    *count += 1;
    Ok(())
}

/// The row under the first key; `None` when it is under it already.
fn sealed_anew(vault: &Vault, row: &SealedRow) -> Result<Option<SealedRow>, VaultError> {
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

/// The keys that stored tokens need and the ring lacks, with the number of rows that need each.
///
/// # Errors
/// When the store cannot be reached.
pub async fn missing_keys(store: &dyn Store, vault: &Vault) -> Result<Vec<KeyUse>, StoreError> {
    let used = store.key_use().await?;
    // A value that is no envelope of ours names no key: no key would open it.
    let is_missing = |used: &KeyUse| !used.key_id.is_empty() && !vault.has(&used.key_id);
    Ok(used.into_iter().filter(is_missing).collect())
}

/// Who needs a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNeed {
    /// The key.
    pub key_id: String,
    /// Rows that it sealed.
    pub rows: u64,
    /// Answers in the journal of this machine that it sealed; the app writes them into rows.
    pub answers: u64,
    /// Whether the ring has it.
    pub is_known: bool,
}

impl KeyNeed {
    /// Whether something is sealed by it.
    #[must_use]
    pub const fn is_needed(&self) -> bool {
        self.rows > 0 || self.answers > 0
    }
}

/// Who needs which key: those of the ring in their order, then those that are missing. `rows` are the store's,
/// `answers` the journal's.
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
