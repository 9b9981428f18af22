//! Connections that only read, beside the writer: in WAL neither waits for the other.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection;
use crate::server::store::StoreError;

/// Scans that run at once.
const MAX_SCANS: usize = 4;

/// Idle connections that are kept.
const MAX_IDLE: usize = 8;

/// The readers of one file.
#[derive(Clone)]
pub(super) struct Readers(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// `None` once the store is closed.
    idle: Mutex<Option<Vec<Connection>>>,
    scans: Semaphore,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Inner { path, idle: Mutex::new(Some(Vec::new())), scans: Semaphore::new(MAX_SCANS) }))
    }

    /// Looks up a few rows by their key, on the caller's own thread: that takes some microseconds, less than the way
    /// to another thread and back.
    ///
    /// # Errors
    /// As `look_up`; [`StoreError::Unavailable`] when the file cannot be opened or the store is closed.
    pub(super) fn look_up<T>(
        &self,
        look_up: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.take()?;
        let result = look_up(&connection);
        // A connection that failed is thrown away.
        if result.is_ok() {
            self.put_back(connection);
        }
        result
    }

    /// Reads many rows, on a thread for work that blocks.
    ///
    /// # Errors
    /// As [`Self::look_up`].
    pub(super) async fn scan<T, S>(&self, scan: S) -> Result<T, StoreError>
    where
        T: Send + 'static,
        S: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let _permit = self.0.scans.acquire().await;
        let readers = self.clone();
        let scanned = tokio::task::spawn_blocking(move || readers.look_up(scan)).await;
        scanned.unwrap_or_else(|_| Err(StoreError::Unavailable("the read panicked".to_owned())))
    }

    /// Closes the connections; later reads are refused.
    pub(super) fn close(&self) {
        *self.0.idle.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn take(&self) -> Result<Connection, StoreError> {
        match self.idle()? {
            Some(connection) => Ok(connection),
            None => connection::open_reader(&self.0.path),
        }
    }

    fn idle(&self) -> Result<Option<Connection>, StoreError> {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = idle.as_mut().ok_or_else(|| StoreError::Unavailable("the store is closed".to_owned()))?;
        Ok(idle.pop())
    }

    fn put_back(&self, connection: Connection) {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(idle) = idle.as_mut().filter(|idle| idle.len() < MAX_IDLE) {
            idle.push(connection);
        }
    }
}
