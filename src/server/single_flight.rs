//! Single flight: concurrent callers with the same key share one task and its result.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;
use tracing::Instrument as _;

type InFlight<K, T> = HashMap<K, Flight<T>>;

/// The tasks in flight, at most one for each key.
pub struct SingleFlight<K, T>(Arc<Mutex<InFlight<K, T>>>);

/// A task in flight.
#[derive(Clone)]
pub struct Flight<T>(watch::Receiver<Option<T>>);

/// Removes a flight when its task ends, also by a panic: the next caller starts a new one.
struct FlightGuard<K: Eq + Hash, T> {
    in_flight: Arc<Mutex<InFlight<K, T>>>,
    key: K,
}

impl<T: Clone> Flight<T> {
    /// Waits for the result; `None` when the task panicked. Dropping this future does not cancel the task.
    pub async fn wait(mut self) -> Option<T> {
        self.0.wait_for(Option::is_some).await.ok()?.clone()
    }
}

impl<K, T> SingleFlight<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// The task in flight with this key, if there is one.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<Flight<T>> {
        lock(&self.0).get(key).cloned()
    }

    /// The task in flight with this key; starts `work` on a task of its own if there is none.
    pub fn join(&self, key: &K, work: impl Future<Output = T> + Send + 'static) -> Flight<T> {
        let mut in_flight = lock(&self.0);
        if let Some(flight) = in_flight.get(key) {
            return flight.clone();
        }
        let (sender, receiver) = watch::channel(None);
        in_flight.insert(key.clone(), Flight(receiver.clone()));
        drop(in_flight);
        let guard = FlightGuard { in_flight: Arc::clone(&self.0), key: key.clone() };
        let task = async move {
            let result = work.await;
            drop(guard);
            sender.send_replace(Some(result));
        };
        tokio::spawn(task.in_current_span());
        Flight(receiver)
    }
}

impl<K, T> Default for SingleFlight<K, T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash, T> Drop for FlightGuard<K, T> {
    fn drop(&mut self) {
        lock(&self.in_flight).remove(&self.key);
    }
}

fn lock<K, T>(in_flight: &Mutex<InFlight<K, T>>) -> MutexGuard<'_, InFlight<K, T>> {
    in_flight.lock().unwrap_or_else(PoisonError::into_inner)
}
