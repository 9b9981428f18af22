//! Batched writes: items that arrive while one batch is written are in the next.
//!
//! A write on its own costs a flush of the disk, or a call over the network, and there are some hundred of
//! those in a second. Events come by the thousand. Each caller is answered once their own batch is written.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::server::store::StoreError;

/// Items that may wait; beyond them a caller gets [`StoreError::Unavailable`] at once.
const MAX_WAITING: usize = 4096;

/// The largest batch: events have up to 64 kB.
const MAX_BATCH: usize = 256;

/// One kind of write, done in batches.
pub(super) struct Batch<I, O> {
    queue: mpsc::Sender<Waiting<I, O>>,
}

struct Waiting<I, O> {
    item: I,
    answer: oneshot::Sender<Result<O, StoreError>>,
}

impl<I, O> Batch<I, O>
where
    I: Clone + Send + Sync + 'static,
    O: Send + 'static,
{
    /// Batches of calls to `write`, which returns one result for each item, in order. A call that panics fails the
    /// items of its batch alone. The task that makes them ends with this value.
    pub(super) fn new<F, W>(write: F) -> Self
    where
        F: Fn(Vec<I>) -> W + Send + Sync + 'static,
        W: Future<Output = Result<Vec<O>, StoreError>> + Send + 'static,
    {
        let (queue, inbox) = mpsc::channel(MAX_WAITING);
        let write = Arc::new(write);
        let isolated = move |items| {
            let write = Arc::clone(&write);
            let written = tokio::spawn(async move { write(items).await });
            async { written.await.unwrap_or_else(|_| Err(panicked())) }
        };
        tokio::spawn(run(inbox, isolated));
        Self { queue }
    }

    /// Writes one item, with whatever else waits.
    ///
    /// # Errors
    /// As `write`, and [`StoreError::Unavailable`] when too many wait.
    pub(super) async fn put(&self, item: I) -> Result<O, StoreError> {
        let (answer, answered) = oneshot::channel();
        let busy = |_| StoreError::Unavailable("too many writes wait already".to_owned());
        self.queue.try_send(Waiting { item, answer }).map_err(busy)?;
        let gone = |_| Err(StoreError::Unavailable("the write was cancelled".to_owned()));
        answered.await.unwrap_or_else(gone)
    }
}

async fn run<I, O, F, W>(mut inbox: mpsc::Receiver<Waiting<I, O>>, write: F)
where
    I: Clone,
    F: Fn(Vec<I>) -> W,
    W: Future<Output = Result<Vec<O>, StoreError>>,
{
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while inbox.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let (items, answers): (Vec<I>, Vec<_>) =
            batch.drain(..).map(|waiting| (waiting.item, waiting.answer)).unzip();
        for (answer, result) in answers.into_iter().zip(results(items, &write).await) {
            // The caller may have been cancelled.
            drop(answer.send(result));
        }
    }
}

/// One item that cannot be written must not take the others with it.
async fn results<I, O, F, W>(items: Vec<I>, write: &F) -> Vec<Result<O, StoreError>>
where
    I: Clone,
    F: Fn(Vec<I>) -> W,
    W: Future<Output = Result<Vec<O>, StoreError>>,
{
    let count = items.len();
    match write(items.clone()).await {
        Ok(written) if written.len() == count => written.into_iter().map(Ok).collect(),
        Ok(_) => items.iter().map(|_| Err(miscounted())).collect(),
        Err(StoreError::Unreadable(_)) if count > 1 => one_by_one(items, write).await,
        Err(error) => items.iter().map(|_| Err(error.clone())).collect(),
    }
}

async fn one_by_one<I, O, F, W>(items: Vec<I>, write: &F) -> Vec<Result<O, StoreError>>
where
    F: Fn(Vec<I>) -> W,
    W: Future<Output = Result<Vec<O>, StoreError>>,
{
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let written = write(vec![item]).await;
        results.push(written.and_then(|mut written| written.pop().ok_or_else(miscounted)));
    }
    results
}

/// As an unreadable item, so that the others of its batch are written one by one.
fn panicked() -> StoreError {
    StoreError::Unreadable("the write panicked".to_owned())
}

fn miscounted() -> StoreError {
    StoreError::Unreadable("a batch was not answered for as a whole".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    /// Doubles numbers; refuses a batch that has a 13 in it.
    async fn double(numbers: Vec<u32>) -> Result<Vec<u32>, StoreError> {
        if numbers.contains(&13) {
            return Err(StoreError::Unreadable("13".to_owned()));
        }
        Ok(numbers.into_iter().map(|number| number * 2).collect())
    }

    #[tokio::test]
    async fn each_item_gets_its_own_result() {
        let batch = Arc::new(Batch::new(double));
        let calls = (0..100).map(|number| {
            let batch = Arc::clone(&batch);
            tokio::spawn(async move { (number, batch.put(number).await) })
        });
        for call in calls.collect::<Vec<_>>() {
            match call.await.unwrap() {
                (13, result) => assert!(matches!(result, Err(StoreError::Unreadable(_)))),
                (number, result) => assert_eq!(result.unwrap(), number * 2),
            }
        }
    }

    #[tokio::test]
    async fn panicking_item_fails_alone_and_others_are_written() {
        let batch = Arc::new(Batch::new(|numbers: Vec<u32>| async {
            assert!(!numbers.contains(&13), "a bug");
            double(numbers).await
        }));
        for _ in 0..2 {
            let (bad, good) = tokio::join!(batch.put(13), batch.put(7));
            assert!(matches!(bad, Err(StoreError::Unreadable(_))), "{bad:?}");
            assert_eq!(good.unwrap(), 14);
        }
    }

    #[tokio::test]
    async fn items_during_a_write_join_the_next_batch() {
        let (gate, writes) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let (held, counted) = (Arc::clone(&gate), Arc::clone(&writes));
        let batch = Arc::new(Batch::new(move |numbers: Vec<u32>| {
            let (gate, writes) = (Arc::clone(&held), Arc::clone(&counted));
            async move {
                gate.acquire().await.unwrap().forget();
                writes.fetch_add(1, Ordering::SeqCst);
                Ok(numbers)
            }
        }));
        let queued = Arc::new(AtomicUsize::new(0));
        let calls = (0..50_u32).map(|number| {
            let (batch, queued) = (Arc::clone(&batch), Arc::clone(&queued));
            tokio::spawn(async move {
                queued.fetch_add(1, Ordering::SeqCst);
                batch.put(number).await.unwrap()
            })
        });
        let calls: Vec<_> = calls.collect();
        while queued.load(Ordering::SeqCst) < 50 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(100);
        for (call, number) in calls.into_iter().zip(0..) {
            assert_eq!(call.await.unwrap(), number);
        }
        assert!(writes.load(Ordering::SeqCst) <= 2, "{writes:?}");
    }

    #[tokio::test]
    async fn full_queue_is_unavailable_at_once() {
        let batch: Arc<Batch<u32, u32>> = Arc::new(Batch::new(|_| std::future::pending()));
        let waiting: Vec<_> = (0..MAX_WAITING + MAX_BATCH)
            .map(|_| {
                let batch = Arc::clone(&batch);
                tokio::spawn(async move { batch.put(1).await })
            })
            .collect();
        while batch.queue.capacity() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(batch.put(1).await, Err(StoreError::Unavailable(_))));
        drop(waiting);
    }
}
