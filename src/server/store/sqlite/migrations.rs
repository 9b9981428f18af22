//! The versions of the schema: `user_version` counts the files that were applied.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::server::store::StoreError;

/// Each version of the schema, in order, by its number.
const MIGRATIONS: [(u32, &str); 1] = [(1, include_str!("migrations/0001_initial.sql"))];

/// Brings the tables up to date, each version in a transaction of its own.
///
/// # Errors
/// [`StoreError::Unavailable`] when a newer program has written the file, when a file of before the first version is
/// there, or when SQLite fails.
pub(super) fn apply(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let Some((next, migration)) = MIGRATIONS.into_iter().find(|(next, _)| *next > version) else {
            return if version > latest() { Err(newer(path, version)) } else { Ok(()) };
        };
        if version == 0 && has_tables(&transaction)? {
            return Err(foreign(path));
        }
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", next)?;
        transaction.commit()?;
    }
}

/// The version that this program makes.
fn latest() -> u32 {
    MIGRATIONS.iter().map(|(version, _)| *version).max().unwrap_or_default()
}

fn has_tables(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?)
}

fn newer(path: &Path, version: u32) -> StoreError {
    StoreError::Unavailable(format!(
        "{}: its schema has version {version}, and this program knows version {}: start a newer program",
        path.display(),
        latest()
    ))
}

fn foreign(path: &Path) -> StoreError {
    StoreError::Unavailable(format!(
        "{}: it has tables but no schema version: it is another program's, or was made before the first release; \
         move it away",
        path.display()
    ))
}
