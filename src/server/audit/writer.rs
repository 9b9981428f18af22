//! The task that writes the audit log.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::{mpsc, oneshot};

use super::{
    chain::Chain,
    fallback::{self, Taken},
};
use crate::server::{
    clock::Stopwatch,
    entropy::{Entropy, uuid},
    store::{AuditEntry, AuditRow, Store},
};

/// The largest number of records in one call of the store.
const AT_ONCE: usize = 256;

/// The interval at which records in files are offered to the store again.
const REPLAY_EVERY: Duration = Duration::from_secs(30);

/// The interval at which the end of the chain is logged: without that a log whose end was cut off would look whole.
const LOG_EVERY: Duration = Duration::from_hours(1);

/// Neither the store nor the disk took a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit log cannot be written")]
pub struct AuditUnavailable;

/// A record, and who waits for it.
pub(super) struct Job {
    pub(super) entry: AuditEntry,
    pub(super) done: oneshot::Sender<Result<(), AuditUnavailable>>,
}

pub(super) struct Writer {
    store: Arc<dyn Store>,
    folder: PathBuf,
    entropy: Arc<dyn Entropy>,
    chain: Chain,
    has_files: bool,
    logged: Option<Stopwatch>,
}

impl Writer {
    pub(super) fn new(store: Arc<dyn Store>, folder: PathBuf, entropy: Arc<dyn Entropy>) -> Self {
        let has_files = !fallback::files(&folder).is_empty();
        let chain = Chain::new(uuid(&*entropy).to_string());
        Self { store, folder, entropy, chain, has_files, logged: None }
    }

    /// Writes what arrives, until nobody can send any more.
    pub(super) async fn run(mut self, mut arriving: mpsc::Receiver<Job>) {
        self.replay().await;
        let mut jobs = Vec::new();
        loop {
            match tokio::time::timeout(REPLAY_EVERY, arriving.recv_many(&mut jobs, AT_ONCE)).await {
                Ok(0) => return,
                Ok(_) => self.write(std::mem::take(&mut jobs)).await,
                Err(_) => self.replay().await,
            }
        }
    }

    async fn write(&mut self, jobs: Vec<Job>) {
        let (entries, waiting): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.entry, job.done)).unzip();
        let rows: Vec<AuditRow> = entries.into_iter().map(|entry| self.chain.append(entry)).collect();
        self.log_end(&rows);
        let written = self.keep(rows).await;
        for done in waiting {
            // Whoever went away needs no answer.
            done.send(written).ok();
        }
    }

    /// Writes rows to the store, else to the disk.
    async fn keep(&mut self, rows: Vec<AuditRow>) -> Result<(), AuditUnavailable> {
        let Err(error) = self.store.append_audit(&rows).await else { return Ok(()) };
        let folder = self.folder.clone();
        let appended = tokio::task::spawn_blocking(move || fallback::append(&folder, &rows)).await;
        match appended.map_err(std::io::Error::other).flatten() {
            Ok(()) => {
                tracing::warn!(%error, "audit records wait on the disk: the store is unavailable");
                self.has_files = true;
                Ok(())
            }
            Err(disk) => {
                tracing::error!(%error, %disk, "the audit log cannot be written");
                // The rows may be in the store after all: their numbers are not used again.
                self.chain = Chain::new(uuid(&*self.entropy).to_string());
                Err(AuditUnavailable)
            }
        }
    }

    /// Offers the records on the disk to the store.
    async fn replay(&mut self) {
        if !self.has_files {
            return;
        }
        for path in fallback::files(&self.folder) {
            if let Some(file) = Taken::new(path)
                && !self.replay_file(file).await
            {
                return;
            }
        }
        self.has_files = false;
        tracing::info!("audit records that waited on the disk are stored");
    }

    /// Stores the rows of a file and removes it; `false` when the store or the disk does not take that.
    async fn replay_file(&self, mut file: Taken) -> bool {
        let Ok(rows) = file.rows() else { return false };
        for part in rows.chunks(AT_ONCE) {
            if self.store.append_audit(part).await.is_err() {
                return false;
            }
        }
        let removed = file.remove();
        if let Err(error) = &removed {
            tracing::warn!(%error, "a file of audit records cannot be removed");
        }
        removed.is_ok()
    }

    fn log_end(&mut self, rows: &[AuditRow]) {
        let is_due = self.logged.is_none_or(|logged| logged.elapsed() >= LOG_EVERY);
        if let (true, Some(last)) = (is_due, rows.last()) {
            self.logged = Some(Stopwatch::start());
            tracing::info!(chain = last.chain, seq = last.seq, digest = last.digest, "audit chain");
        }
    }
}
