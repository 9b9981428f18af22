//! Work in flight: a shutdown refuses new work, and waits for what has begun.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::watch;

/// Counts the work in flight of one process; cheap to clone.
#[derive(Clone)]
pub struct InFlight(Arc<watch::Sender<State>>);

#[derive(Default)]
struct State {
    is_stopping: bool,
    /// The number of tasks by kind; a kind without any has no entry.
    tasks: BTreeMap<&'static str, usize>,
}

/// Work that has begun, until this is dropped. A clone counts as further work of the same kind: what has begun may
/// split into parts, also while the process stops.
#[must_use = "the work ends when it is dropped"]
pub struct Underway {
    in_flight: InFlight,
    kind: &'static str,
}

impl Default for InFlight {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(State::default())))
    }
}

impl InFlight {
    /// Begins work of a kind, a plural for the log; `None` once the process stops.
    pub fn begin(&self, kind: &'static str) -> Option<Underway> {
        let begins = self.0.send_if_modified(|state| {
            if !state.is_stopping {
                *state.tasks.entry(kind).or_default() += 1;
            }
            !state.is_stopping
        });
        begins.then(|| Underway { in_flight: self.clone(), kind })
    }

    /// Refuses new work from now on.
    pub fn stop(&self) {
        self.0.send_modify(|state| state.is_stopping = true);
    }

    /// Whether new work is refused.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.borrow().is_stopping
    }

    /// Waits until new work is refused.
    pub async fn stopping(&self) {
        self.wait_for(|state| state.is_stopping).await;
    }

    /// Waits until no work is left.
    pub async fn idle(&self) {
        self.wait_for(|state| state.tasks.is_empty()).await;
    }

    /// The number of tasks of a kind.
    #[must_use]
    pub fn count(&self, kind: &str) -> usize {
        self.0.borrow().tasks.get(kind).copied().unwrap_or(0)
    }

    /// The work in flight for the log: `logins: 1, refreshes: 2`; empty when there is none.
    #[must_use]
    pub fn summary(&self) -> String {
        let state = self.0.borrow();
        let tasks: Vec<_> = state.tasks.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
        tasks.join(", ")
    }

    async fn wait_for(&self, condition: impl Fn(&State) -> bool) {
        // The sender is in `self`, so it is not closed meanwhile.
        drop(self.0.subscribe().wait_for(condition).await);
    }
}

impl Clone for Underway {
    fn clone(&self) -> Self {
        self.in_flight.0.send_modify(|state| *state.tasks.entry(self.kind).or_default() += 1);
        Self { in_flight: self.in_flight.clone(), kind: self.kind }
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.in_flight.0.send_modify(|state| {
            if let Some(count) = state.tasks.get_mut(self.kind) {
                *count -= 1;
                if *count == 0 {
                    state.tasks.remove(self.kind);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[tokio::test]
    async fn stopping_refuses_new_work_and_waits_for_the_rest() {
        let in_flight = InFlight::default();
        let first = in_flight.begin("refreshes").unwrap();
        let login = in_flight.begin("logins").unwrap();
        in_flight.stop();
        in_flight.stopping().await;
        assert!(in_flight.begin("refreshes").is_none());
        let part = first.clone();
        drop(first);
        assert_eq!(in_flight.summary(), "logins: 1, refreshes: 1");
        let mut idle = pin!(in_flight.idle());
        drop(login);
        assert!(tokio::select! { biased; () = &mut idle => false, () = std::future::ready(()) => true });
        drop(part);
        idle.await;
        assert_eq!(in_flight.summary(), "");
    }
}
