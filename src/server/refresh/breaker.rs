//! The circuit breaker: how many refreshes may be in flight.
//!
//! When several grants in a row fail alike, the cause is not theirs: TikTok is down, or refuses the app. The breaker
//! opens: no grant is refreshed for a while. Then it is half-open: one probe requests a token of the app, which costs
//! no grant anything, and if TikTok responds, one grant is refreshed. With its success the breaker closes and permits
//! one refresh, then one more with each further success, so that the backlog does not reach TikTok at once.

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

/// The circuit breaker of one process. Every refresh needs a permit.
pub(super) struct Breaker {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    state: Mutex<State>,
    /// Notified when a permit is released.
    released: Notify,
}

/// The permits that a call of [`Breaker::enter`] gets.
pub(super) enum Entry {
    /// At most as many as requested; none when the limit is reached.
    Permits(Vec<Permit>),
    /// The permit for one probe: with this creator's grant, if one is named, because that grant has failed in this
    /// outage already. An outage that loses responses costs no further grant then.
    Probe(Permit, Option<CreatorId>),
    /// None: the breaker is open.
    Open(Open),
}

/// The state of an open breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// The failure that opened it.
    pub(super) refresh_failure: RefreshFailure,
    /// When the next probe may be made.
    pub(super) until: Timestamp,
}

/// The permit to refresh one grant; dropping it releases it.
pub(super) struct Permit {
    breaker: Arc<Breaker>,
    is_probe: bool,
}

impl Breaker {
    /// Makes a closed breaker.
    pub(super) fn new(config: RefreshConfig, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Arc<Self> {
        let state = Mutex::new(State::closed(config));
        Arc::new(Self { clock, entropy, state, released: Notify::new() })
    }

    /// Takes at most `limit` permits, or the one for a probe.
    pub(super) fn enter(self: &Arc<Self>, limit: usize) -> Entry {
        let permit = |is_probe| Permit { breaker: Arc::clone(self), is_probe };
        match self.state().enter(limit, self.clock.now()) {
            state::Entry::Permits(count) => Entry::Permits((0..count).map(|_| permit(false)).collect()),
            state::Entry::Probe(creator) => Entry::Probe(permit(true), creator),
            state::Entry::Open(open) => Entry::Open(open),
        }
    }

    /// Waits for one permit, at most for `timeout`.
    pub(super) async fn admit(self: &Arc<Self>, timeout: Duration) -> Result<Permit, Open> {
        let waiting = async {
            loop {
                let released = self.released.notified();
                match self.enter(1) {
                    Entry::Probe(permit, _) => return Ok(permit),
                    Entry::Open(open) => return Err(open),
                    Entry::Permits(mut permits) => {
                        if let Some(permit) = permits.pop() {
                            return Ok(permit);
                        }
                    }
                }
                released.await;
            }
        };
        let busy =
            Open { refresh_failure: RefreshFailure::RateLimited, until: self.clock.now().plus_seconds(1) };
        tokio::time::timeout(timeout, waiting).await.unwrap_or(Err(busy))
    }

    /// Waits until there is capacity for another batch of claims, at most for `timeout`.
    pub(super) async fn wait_for_capacity(&self, timeout: Duration) {
        let waiting = async {
            loop {
                let released = self.released.notified();
                if self.state().has_capacity() {
                    return;
                }
                released.await;
            }
        };
        drop(tokio::time::timeout(timeout, waiting).await);
    }

    /// Waits until all permits are released.
    pub(super) async fn wait_until_idle(&self) {
        loop {
            let released = self.released.notified();
            if self.state().in_flight() == 0 {
                return;
            }
            released.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Whether it is for a probe.
    pub(super) const fn is_probe(&self) -> bool {
        self.is_probe
    }

    /// Records that TikTok did not even respond to the probe without a grant; returns until when the breaker is open.
    pub(super) fn probe_failed(&self, refresh_failure: RefreshFailure) -> Open {
        let (now, jitter) = (self.breaker.clock.now(), Jitter::new(&*self.breaker.entropy));
        let mut state = self.breaker.state();
        state.probe_failed(refresh_failure, now, jitter);
        Open { refresh_failure, until: state.until().unwrap_or(now) }
    }

    /// Records that TikTok issued new tokens.
    pub(super) fn succeeded(&self) {
        if self.breaker.state().succeeded() {
            tracing::info!(
                "circuit breaker closed: TikTok is available again, the backlog is refreshed gradually"
            );
        }
    }

    /// Records the failure of a refresh of this creator's grant.
    pub(super) fn failed(&self, creator: &CreatorId, refresh_failure: RefreshFailure) {
        let (now, jitter) = (self.breaker.clock.now(), Jitter::new(&*self.breaker.entropy));
        let mut state = self.breaker.state();
        let opened = match policy::policy_for(refresh_failure).signal {
            ProviderSignal::Nothing => None,
            ProviderSignal::Responds => {
                state.token_refused(creator, self.is_probe, now);
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
        self.breaker.released.notify_waiters();
    }
}

/// Logs that the breaker has opened: once, not for each failed probe.
fn log_opened(Open { refresh_failure, until }: Open) {
    let until = crate::server::clock::rfc3339(until);
    if refresh_failure.is_ours() {
        tracing::error!(%refresh_failure, until, "circuit breaker open: TikTok refuses this app, no grant is refreshed");
    } else {
        tracing::error!(%refresh_failure, until, "circuit breaker open: TikTok is unavailable, no grant is refreshed");
    }
}
