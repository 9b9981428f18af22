//! The breaker: how many may ask TikTok at this moment.
//!
//! Several grants that fail alike in a row are no failing of theirs: TikTok is down, or refuses the app.
//! Then nobody asks for a while, and after it one does: first for nobody, which costs no grant anything, and
//! if that is answered, for one grant. Its success lets in one, then one more with each further success:
//! what has piled up meanwhile does not fall upon TikTok at once.

mod state;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use self::state::State;
use super::{
    RefreshConfig,
    policy::{self, ProviderSignal},
};
use crate::{
    domain::{CreatorId, RefreshFailure, Timestamp},
    server::{backoff::Jitter, clock::Clock, entropy::Entropy},
};

/// Lets refreshes through, one permit each.
pub(super) struct Breaker {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    state: Mutex<State>,
    /// A permit was given back.
    returned: Notify,
}

/// Who may ask now.
pub(super) enum Entry {
    /// So many, at most as many as wished; none when others are at it.
    Permits(Vec<Permit>),
    /// One alone, to see whether TikTok is back: with this creator's grant, if one is named, for that has
    /// been asked with already. An outage that swallows answers takes no further grant with it.
    Probe(Permit, Option<CreatorId>),
    /// Nobody.
    Open(Open),
}

/// Why nobody may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// What happened to those who asked.
    pub(super) refresh_failure: RefreshFailure,
    /// When somebody may again.
    pub(super) until: Timestamp,
}

/// The right to refresh one grant. Given back when it is dropped.
pub(super) struct Permit {
    breaker: Arc<Breaker>,
    is_probe: bool,
}

impl Breaker {
    /// A closed breaker.
    pub(super) fn new(
        refresh_config: RefreshConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Arc<Self> {
        let state = Mutex::new(State::closed(refresh_config));
        Arc::new(Self { clock, entropy, state, returned: Notify::new() })
    }

    /// Lets in at most `wished`.
    pub(super) fn enter(self: &Arc<Self>, wished: usize) -> Entry {
        let permit = |is_probe| Permit { breaker: Arc::clone(self), is_probe };
        match self.state().enter(wished, self.clock.now()) {
            state::Entry::Permits(count) => Entry::Permits((0..count).map(|_| permit(false)).collect()),
            state::Entry::Probe(creator) => Entry::Probe(permit(true), creator),
            state::Entry::Open(shut) => Entry::Open(shut),
        }
    }

    /// Lets one in who waits for it, but not for longer than `patience`.
    pub(super) async fn admit(self: &Arc<Self>, patience: Duration) -> Result<Permit, Open> {
        let waiting = async {
            loop {
                let returned = self.returned.notified();
                match self.enter(1) {
                    Entry::Probe(permit, _) => return Ok(permit),
                    Entry::Open(shut) => return Err(shut),
                    Entry::Permits(mut permits) => {
                        if let Some(permit) = permits.pop() {
                            return Ok(permit);
                        }
                    }
                }
                returned.await;
            }
        };
        let busy =
            Open { refresh_failure: RefreshFailure::RateLimited, until: self.clock.now().plus_seconds(1) };
        tokio::time::timeout(patience, waiting).await.unwrap_or(Err(busy))
    }

    /// Waits until it is worth while to claim more, but not for longer than `patience`.
    pub(super) async fn room(&self, patience: Duration) {
        let waiting = async {
            loop {
                let returned = self.returned.notified();
                if self.state().has_room() {
                    return;
                }
                returned.await;
            }
        };
        drop(tokio::time::timeout(patience, waiting).await);
    }

    /// Waits until nobody has a permit.
    pub(super) async fn idle(&self) {
        loop {
            let returned = self.returned.notified();
            if self.state().underway() == 0 {
                return;
            }
            returned.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Whether it was given to see if TikTok is back.
    pub(super) const fn is_probe(&self) -> bool {
        self.is_probe
    }

    /// Notes that TikTok does not even answer who asks for nobody; answers until when nobody may ask.
    pub(super) fn unanswered(&self, refresh_failure: RefreshFailure) -> Open {
        let (now, jitter) = (self.breaker.clock.now(), Jitter::new(&*self.breaker.entropy));
        let mut state = self.breaker.state();
        state.still_away(refresh_failure, now, jitter);
        Open { refresh_failure, until: state.until().unwrap_or(now) }
    }

    /// Notes that TikTok gave new tokens.
    pub(super) fn succeeded(&self) {
        if self.breaker.state().succeeded() {
            tracing::info!("TikTok refreshes grants again: what has waited follows, a few at a time");
        }
    }

    /// Notes what TikTok said or did not say when it was asked about this creator's grant.
    pub(super) fn failed(&self, creator: &CreatorId, refresh_failure: RefreshFailure) {
        let (now, jitter) = (self.breaker.clock.now(), Jitter::new(&*self.breaker.entropy));
        let mut state = self.breaker.state();
        let opened = match policy::row(refresh_failure).says {
            ProviderSignal::Nothing => None,
            ProviderSignal::Answers => {
                state.said_no(creator, self.is_probe, now);
                None
            }
            ProviderSignal::Outage => state.outage(creator, refresh_failure, self.is_probe, now, jitter),
            ProviderSignal::RefusesApp => state.refuses_app(refresh_failure, self.is_probe, now),
        };
        drop(state);
        if let Some(shut) = opened {
            tell(shut);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.breaker.state().gave_back(self.is_probe);
        self.breaker.returned.notify_waiters();
    }
}

/// Calls the operator: once for each stop, not for each try in it.
fn tell(Open { refresh_failure, until }: Open) {
    let until = crate::server::clock::rfc3339(until);
    if refresh_failure.is_ours() {
        tracing::error!(%refresh_failure, until, "TikTok does not accept this app: no grant is refreshed until it does");
    } else {
        tracing::error!(%refresh_failure, until, "TikTok is away: no grant is refreshed until it is back");
    }
}
