//! The circuit breaker in front of TikTok's token endpoint: how many refreshes may run now.
//!
//! Several different grants that fail in the same way in a row are not at fault themselves: TikTok is down, or refuses
//! the app. The breaker opens for a while and then lets one probe through: first a request without a grant, which costs
//! no grant anything, and if that is answered, one grant. Each success closes it a little further, by one more
//! concurrent refresh, so that the backlog does not hit TikTok at once.

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

/// The circuit breaker: hands out one permit for each refresh.
pub(super) struct Breaker {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    state: Mutex<State>,
    /// Notified when a permit is returned.
    returned: Notify,
}

/// The answer to a request for permits.
pub(super) enum Entry {
    /// Closed: at most as many permits as were requested; none while the limit is in use.
    Permits(Vec<Permit>),
    /// Half-open: one probe. With this creator's grant, if one is named, because that was tried during the outage
    /// already: an outage that loses responses then endangers no further grant.
    Probe(Permit, Option<CreatorId>),
    /// Open: no refresh may start.
    Open(Open),
}

/// Why the breaker is open, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// The failure that opened it.
    pub(super) refresh_failure: RefreshFailure,
    /// When the next probe is allowed.
    pub(super) until: Timestamp,
}

/// The permission to refresh one grant. Dropping it returns it.
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

    /// Whether it is open.
    pub(super) fn is_open(&self) -> bool {
        self.state().until().is_some()
    }

    /// Takes at most `requested` permits without waiting.
    pub(super) fn enter(self: &Arc<Self>, requested: usize) -> Entry {
        let permit = |is_probe| Permit { breaker: Arc::clone(self), is_probe };
        match self.state().enter(requested, self.clock.now()) {
            state::Entry::Permits(count) => Entry::Permits((0..count).map(|_| permit(false)).collect()),
            state::Entry::Probe(creator) => Entry::Probe(permit(true), creator),
            state::Entry::Open(open) => Entry::Open(open),
        }
    }

    /// Waits for one permit, at most for `timeout`.
    ///
    /// # Errors
    /// When the breaker is open, or no permit was returned in time.
    pub(super) async fn acquire(self: &Arc<Self>, timeout: Duration) -> Result<Permit, Open> {
        let waiting = async {
            loop {
                let returned = self.returned.notified();
                match self.enter(1) {
                    Entry::Probe(permit, _) => return Ok(permit),
                    Entry::Open(open) => return Err(open),
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
        tokio::time::timeout(timeout, waiting).await.unwrap_or(Err(busy))
    }

    /// Waits until enough permits are free to claim another batch, at most for `timeout`.
    pub(super) async fn wait_for_capacity(&self, timeout: Duration) {
        let waiting = async {
            loop {
                let returned = self.returned.notified();
                if self.state().has_capacity() {
                    return;
                }
                returned.await;
            }
        };
        drop(tokio::time::timeout(timeout, waiting).await);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Whether this permit is for a probe.
    pub(super) const fn is_probe(&self) -> bool {
        self.is_probe
    }

    /// Records that the probe without a grant failed; returns the state of the breaker, which stays open.
    pub(super) fn probe_failed(&self, refresh_failure: RefreshFailure) -> Open {
        let (now, jitter) = (self.breaker.clock.now(), Jitter::new(&*self.breaker.entropy));
        let mut state = self.breaker.state();
        state.probe_failed(refresh_failure, now, jitter);
        Open { refresh_failure, until: state.until().unwrap_or(now) }
    }

    /// Records that TikTok issued new tokens.
    pub(super) fn succeeded(&self) {
        if self.breaker.state().succeeded() {
            tracing::info!("TikTok refreshes grants again: the backlog follows, a few at a time");
        }
    }

    /// Records a failed refresh of this creator's grant, by what it says about TikTok.
    pub(super) fn failed(&self, creator: &CreatorId, refresh_failure: RefreshFailure) {
        let (now, jitter) = (self.breaker.clock.now(), Jitter::new(&*self.breaker.entropy));
        let mut state = self.breaker.state();
        let opened = match policy::row(refresh_failure).signal {
            ProviderSignal::Nothing => None,
            ProviderSignal::Answers => {
                state.refused_token(creator, self.is_probe, now);
                None
            }
            ProviderSignal::Outage => state.outage(creator, refresh_failure, self.is_probe, now, jitter),
            ProviderSignal::RefusesApp => state.refuses_app(refresh_failure, self.is_probe, now),
        };
        drop(state);
        if let Some(open) = opened {
            log_opened(open);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.breaker.state().release(self.is_probe);
        self.breaker.returned.notify_waiters();
    }
}

/// Logs that the breaker opened: once, not for each failed probe.
fn log_opened(Open { refresh_failure, until }: Open) {
    let until = crate::server::clock::rfc3339(until);
    if refresh_failure.is_ours() {
        tracing::error!(%refresh_failure, until, "TikTok refuses this app: no grant is refreshed until it accepts it");
    } else {
        tracing::error!(%refresh_failure, until, "TikTok is unavailable: no grant is refreshed until it is back");
    }
}
