//! Many callers, one refresh.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{FreshToken, RefreshError};
use crate::domain::CreatorId;

type Answer = Result<FreshToken, RefreshError>;
type Underway = HashMap<CreatorId, watch::Receiver<Option<Answer>>>;

/// The refreshes that somebody waits for, one a creator.
#[derive(Default)]
pub(super) struct SingleFlight(Mutex<Underway>);

/// Ends a flight for those who come later, also when its work panics.
struct FlightGuard {
    single_flight: Arc<SingleFlight>,
    creator: CreatorId,
}

impl SingleFlight {
    /// Waits for the refresh that is underway for this creator; begins `work` if none is.
    ///
    /// The work has a task of its own: who goes away stops nothing.
    pub(super) async fn join(
        self: &Arc<Self>,
        creator: &CreatorId,
        work: impl Future<Output = Answer> + Send + 'static,
    ) -> Answer {
        let mut answer = self.underway_or_begun(creator, work);
        let answer = answer.wait_for(Option::is_some).await.map_err(|_| RefreshError::Internal)?.clone();
        answer.unwrap_or(Err(RefreshError::Internal))
    }

    fn underway_or_begun(
        self: &Arc<Self>,
        creator: &CreatorId,
        work: impl Future<Output = Answer> + Send + 'static,
    ) -> watch::Receiver<Option<Answer>> {
        let mut underway = self.underway();
        if let Some(answer) = underway.get(creator) {
            return answer.clone();
        }
        let (sender, answer) = watch::channel(None);
        underway.insert(creator.clone(), answer.clone());
        drop(underway);
        let landing = FlightGuard { single_flight: Arc::clone(self), creator: creator.clone() };
        tokio::spawn(async move {
            let answer = work.await;
            drop(landing);
            sender.send_replace(Some(answer));
        });
        answer
    }

    fn underway(&self) -> MutexGuard<'_, Underway> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FlightGuard {
    fn drop(&mut self) {
        self.single_flight.underway().remove(&self.creator);
    }
}
