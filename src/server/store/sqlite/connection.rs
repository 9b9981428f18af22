//! Connections to the file.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::server::store::StoreError;

/// How long a connection waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// More statements than the verbs have.
const STATEMENTS: usize = 128;

/// Opens a connection that may write: WAL, a flush of the disk for each commit, foreign keys.
///
/// # Errors
/// [`StoreError::Unavailable`] in SQLite's words.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten: tokens that were erased, a creator who was forgotten.
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}

/// Opens a connection that only reads.
///
/// # Errors
/// As [`open`].
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    // In kibibytes, as a negative number: there are several, and the system caches the file too.
    connection.pragma_update(None, "cache_size", -512)?;
    Ok(connection)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // A statement is planned once, whatever values are bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}
