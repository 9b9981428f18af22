//! Single flight: concurrent callers for one creator share one refresh.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{FreshToken, RefreshError};
use crate::domain::CreatorId;

type SharedResult = Result<FreshToken, RefreshError>;
type InFlight = HashMap<CreatorId, watch::Receiver<Option<SharedResult>>>;

/// The refreshes in flight on demand, at most one for each creator.
#[derive(Default)]
pub(super) struct SingleFlight(Mutex<InFlight>);

/// Removes a flight when its task ends, also by a panic: the next caller starts a new one.
struct FlightGuard {
    single_flight: Arc<SingleFlight>,
    creator: CreatorId,
}

impl SingleFlight {
    /// Waits for the refresh in flight for this creator; starts `work` if there is none.
    ///
    /// The work is a task of its own: dropping this future does not cancel it.
    pub(super) async fn join(
        self: &Arc<Self>,
        creator: &CreatorId,
        work: impl Future<Output = SharedResult> + Send + 'static,
    ) -> SharedResult {
        let mut receiver = self.subscribe_or_start(creator, work);
        let result = receiver.wait_for(Option::is_some).await.map_err(|_| RefreshError::Internal)?.clone();
        result.unwrap_or(Err(RefreshError::Internal))
    }

    fn subscribe_or_start(
        self: &Arc<Self>,
        creator: &CreatorId,
        work: impl Future<Output = SharedResult> + Send + 'static,
    ) -> watch::Receiver<Option<SharedResult>> {
        let mut in_flight = self.in_flight();
        if let Some(receiver) = in_flight.get(creator) {
            return receiver.clone();
        }
        let (sender, receiver) = watch::channel(None);
        in_flight.insert(creator.clone(), receiver.clone());
        drop(in_flight);
        let guard = FlightGuard { single_flight: Arc::clone(self), creator: creator.clone() };
        tokio::spawn(async move {
            let result = work.await;
            drop(guard);
            sender.send_replace(Some(result));
        });
        receiver
    }

    fn in_flight(&self) -> MutexGuard<'_, InFlight> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FlightGuard {
    fn drop(&mut self) {
        self.single_flight.in_flight().remove(&self.creator);
    }
}
