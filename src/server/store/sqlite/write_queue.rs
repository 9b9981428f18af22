//! One writer at a time, first come, first served.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use sqlx::{Sqlite, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::server::store::StoreError;

/// The queue of this process's writers.
#[derive(Clone, Default)]
pub(super) struct WriteQueue(Arc<Mutex<()>>);

/// The right to write, until this is dropped.
pub(super) type WritePermit = OwnedMutexGuard<()>;

impl WriteQueue {
    /// Waits in the queue.
    pub(super) async fn take(&self) -> WritePermit {
        Arc::clone(&self.0).lock_owned().await
    }
}

/// A transaction with the right to write.
pub(super) struct Write {
    // It ends before the permit does.
    pub(super) transaction: Transaction<'static, Sqlite>,
    pub(super) _permit: WritePermit,
}

impl Write {
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Deref for Write {
    type Target = Transaction<'static, Sqlite>;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}
