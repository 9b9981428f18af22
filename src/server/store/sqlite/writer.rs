//! The one writer of the file: a thread that owns a connection.
//!
//! It takes the writes that have arrived, runs each in a savepoint of one transaction, commits them together with one
//! flush of the disk, and then answers each caller. A write that has been answered survives a power cut; one that
//! fails or panics fails alone. A connection whose transaction cannot be begun or committed is thrown away, so that a
//! disk that was full, or a lock that was held, leaves nothing behind.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{clock_setback, connection};
use crate::{
    domain::Timestamp,
    server::{clock::Clock, store::StoreError},
};

/// Writes that may wait; beyond them a caller gets [`StoreError::Unavailable`] at once.
const MAX_WAITING: usize = 4096;

/// Writes that are committed together at most: an event has up to 64 kB.
const MAX_BATCH: usize = 256;

/// Where callers hand in their writes.
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Write(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// A write that waits for its turn.
trait Job: Send {
    /// Runs it in the transaction and keeps its result.
    fn run(&mut self, connection: &Connection, now: Timestamp);

    /// Answers its caller with its result if the transaction was committed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Pending<T, W> {
    write: Option<W>,
    result: Result<T, StoreError>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl Writer {
    /// Starts the thread, which opens the file anew whenever it has no usable connection.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(connection: Connection, path: PathBuf, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let (queue, inbox) = mpsc::channel(MAX_WAITING);
        let file = File { path, clock, connection: Some(connection), latest: Timestamp(i64::MAX) };
        std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || run(file, inbox))?;
        Ok(Self { queue })
    }

    /// Runs `write` in a transaction, with the time by the store's clock, and returns its result once that is
    /// committed. It happens also when the caller stops waiting.
    ///
    /// # Errors
    /// As `write`; [`StoreError::Unavailable`] when the transaction fails, too many wait, or the store is closed.
    pub(super) async fn write<T, W>(&self, write: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection, Timestamp) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let pending = Pending { write: Some(write), result: Err(cancelled()), answer };
        self.queue.try_send(Message::Write(Box::new(pending))).map_err(|error| refused(&error))?;
        answered.await.unwrap_or_else(|_| Err(cancelled()))
    }

    /// Waits for the writes that were handed in, and closes the connection; later writes are refused.
    pub(super) async fn close(&self) {
        let (closed, wait) = oneshot::channel();
        if self.queue.send(Message::Close(closed)).await.is_ok() {
            // An error means that the thread has ended: then it is closed too.
            drop(wait.await);
        }
    }
}

impl<T, W> Job for Pending<T, W>
where
    T: Send,
    W: FnOnce(&Connection, Timestamp) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection, now: Timestamp) {
        if let Some(write) = self.write.take() {
            self.result = in_savepoint(connection, |connection| write(connection, now));
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match self.result {
            Ok(value) => committed.map(|()| value),
            // Its own fault says more than what the transaction came to.
            Err(error) if self.write.is_none() => Err(error),
            Err(error) => Err(committed.err().unwrap_or(error)),
        };
        // The caller may have been cancelled.
        drop(self.answer.send(result));
    }
}

/// Runs one write so that its failure, or its panic, undoes nothing but itself.
fn in_savepoint<T>(
    connection: &Connection,
    write: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.prepare_cached("SAVEPOINT write")?.execute([])?;
    let result = catch_unwind(AssertUnwindSafe(|| write(connection)))
        .unwrap_or_else(|_| Err(StoreError::Unavailable("the write panicked".to_owned())));
    if result.is_err() && !connection.is_autocommit() {
        connection.prepare_cached("ROLLBACK TO write")?.execute([])?;
    }
    if !connection.is_autocommit() {
        connection.prepare_cached("RELEASE write")?.execute([])?;
    }
    result
}

fn cancelled() -> StoreError {
    StoreError::Unavailable("the write was cancelled".to_owned())
}

fn refused(error: &mpsc::error::TrySendError<Message>) -> StoreError {
    let reason = match error {
        mpsc::error::TrySendError::Full(_) => "too many writes wait already",
        mpsc::error::TrySendError::Closed(_) => "the store is closed",
    };
    StoreError::Unavailable(reason.to_owned())
}

/// The database file, as the writer has it.
struct File {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    connection: Option<Connection>,
    /// The clock at the last transaction that was committed.
    latest: Timestamp,
}

fn run(mut file: File, mut inbox: mpsc::Receiver<Message>) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while inbox.blocking_recv_many(&mut batch, MAX_BATCH) > 0 {
        let (mut jobs, mut closing) = (Vec::with_capacity(batch.len()), None);
        for message in batch.drain(..) {
            match message {
                Message::Write(job) => jobs.push(job),
                Message::Close(closed) => closing = Some(closed),
            }
        }
        if !jobs.is_empty() {
            file.write_together(jobs);
        }
        if let Some(closed) = closing {
            drop(file);
            drop(inbox);
            closed.send(()).ok();
            return;
        }
    }
}

impl File {
    /// Runs the jobs in one transaction and answers each of them.
    fn write_together(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let committed = self.transaction(&mut jobs);
        if let Err(error) = &committed {
            tracing::debug!(%error, writes = jobs.len(), "a transaction failed: its connection is closed");
            self.connection = None;
        }
        for job in jobs {
            job.answer(committed.clone());
        }
    }

    fn transaction(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let now = self.clock.now();
        let connection = self.begin(now)?;
        for job in jobs {
            job.run(connection, now);
            // A full disk, for one, ends the transaction with all that was in it.
            if connection.is_autocommit() {
                return Err(StoreError::Unavailable("SQLite rolled the transaction back".to_owned()));
            }
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        self.latest = now;
        Ok(())
    }

    /// Begins a transaction with the write lock. In the first one, and after the clock was set back, first releases
    /// what was written ahead.
    fn begin(&mut self, now: Timestamp) -> Result<&Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connection::open(&self.path)?,
        };
        let connection = self.connection.insert(connection);
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        if now < self.latest {
            clock_setback::release(connection, now)?;
        }
        Ok(connection)
    }
}

#[cfg(test)]
mod tests;
