//! The state machine of the circuit breaker.

use std::collections::VecDeque;

use super::Open;
use crate::{
    domain::{CreatorId, RefreshFailure, Timestamp},
    server::{
        backoff::{Backoff, Jitter},
        refresh::RefreshConfig,
    },
};

/// The largest number of failed creators that are kept for probes; more would not be probed within hours.
const MAX_FAILED: usize = 64;

/// One probe in so many is made with any grant that is due: the failed grants may be the cause, and not TikTok.
const ANY_GRANT_EVERY: u32 = 8;

pub(super) struct State {
    config: RefreshConfig,
    /// Permits that are taken and not released.
    in_flight: usize,
    /// The limit of permits.
    allowance: usize,
    /// The creators whose grants failed since the last response, each once.
    failed: VecDeque<CreatorId>,
    open: Option<OpenState>,
}

/// The open state.
struct OpenState {
    refresh_failure: RefreshFailure,
    pause: i64,
    since: Timestamp,
    until: Timestamp,
    is_probing: bool,
    probes: u32,
}

/// The permits that are granted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Permits(usize),
    Probe(Option<CreatorId>),
    Open(Open),
}

impl State {
    pub(super) const fn closed(config: RefreshConfig) -> Self {
        Self { config, in_flight: 0, allowance: config.concurrency, failed: VecDeque::new(), open: None }
    }

    /// Until when the breaker is open.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.open.as_ref().map(|open| open.until)
    }

    pub(super) const fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Whether at least a quarter of the permits is free: claiming grants one by one would cost the store more.
    pub(super) fn has_capacity(&self) -> bool {
        self.allowance.saturating_sub(self.in_flight) >= (self.allowance / 4).max(1)
    }

    pub(super) fn enter(&mut self, limit: usize, now: Timestamp) -> Entry {
        let Some(open) = &mut self.open else {
            let count = limit.min(self.allowance.saturating_sub(self.in_flight));
            self.in_flight += count;
            return Entry::Permits(count);
        };
        if open.is_probing || !open.is_over(now) {
            return Entry::Open(Open {
                refresh_failure: open.refresh_failure,
                until: open.until.max(now.plus_seconds(1)),
            });
        }
        open.is_probing = true;
        open.probes += 1;
        self.in_flight += 1;
        let with_any_grant = open.refresh_failure.is_ours() || open.probes % ANY_GRANT_EVERY == 0;
        self.failed.rotate_left(usize::from(!self.failed.is_empty()));
        Entry::Probe(self.failed.back().filter(|_| !with_any_grant).cloned())
    }

    /// TikTok issued new tokens. Returns whether that closed the breaker.
    pub(super) fn succeeded(&mut self) -> bool {
        self.failed.clear();
        let ended = self.open.take().is_some();
        self.allowance = if ended { 1 } else { self.config.concurrency.min(self.allowance + 1) };
        ended
    }

    /// TikTok refused a token, as it should. That ends a streak of failures; it does not close the breaker, because
    /// a TikTok whose new tokens do not reach us refuses every old one.
    pub(super) fn token_refused(&mut self, creator: &CreatorId, was_probe: bool, now: Timestamp) {
        match self.open.as_mut() {
            None => self.failed.clear(),
            Some(open) if was_probe => {
                self.failed.retain(|failed| failed != creator);
                (open.since, open.until) = (now, now.plus_seconds(self.config.open_seconds));
            }
            Some(_) => {}
        }
    }

    /// A probe without a grant failed.
    pub(super) fn probe_failed(&mut self, refresh_failure: RefreshFailure, now: Timestamp, jitter: Jitter) {
        if let Some(open) = &self.open {
            let pause = self.next_pause(open.pause);
            self.open(refresh_failure, pause, now.plus_seconds(jitter.shorten(pause)), now);
        }
    }

    fn next_pause(&self, pause: i64) -> i64 {
        let RefreshConfig { open_seconds: first, longest_open_seconds: longest, .. } = self.config;
        Backoff { first, longest }.following(pause)
    }

    /// One more grant failed for reasons that are not its own. Returns the open state if that opened the breaker.
    pub(super) fn outage(
        &mut self,
        creator: &CreatorId,
        refresh_failure: RefreshFailure,
        was_probe: bool,
        now: Timestamp,
        jitter: Jitter,
    ) -> Option<Open> {
        self.add_failed(creator);
        let pause = match &self.open {
            Some(open) if was_probe => self.next_pause(open.pause),
            None if self.failed.len() >= self.config.outage_threshold => self.config.open_seconds,
            _ => return None,
        };
        self.open(refresh_failure, pause, now.plus_seconds(jitter.shorten(pause)), now)
    }

    /// TikTok refuses the app. Returns the open state if that opened the breaker.
    pub(super) fn refuses_app(
        &mut self,
        refresh_failure: RefreshFailure,
        was_probe: bool,
        now: Timestamp,
    ) -> Option<Open> {
        if self.open.is_some() && !was_probe {
            return None;
        }
        self.open(refresh_failure, self.config.open_seconds, now.plus_seconds(self.config.fault_seconds), now)
    }

    /// Opens the breaker, or keeps it open; returns the open state if it was closed.
    fn open(
        &mut self,
        refresh_failure: RefreshFailure,
        pause: i64,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<Open> {
        let (was_open, probes) = self.open.as_ref().map_or((false, 0), |open| (true, open.probes));
        self.open = Some(OpenState { refresh_failure, pause, since: now, until, is_probing: false, probes });
        (!was_open).then_some(Open { refresh_failure, until })
    }

    fn add_failed(&mut self, creator: &CreatorId) {
        if !self.failed.contains(creator) {
            self.failed.push_back(creator.clone());
            self.failed.truncate(MAX_FAILED);
        }
    }

    /// Releases a permit. A probe without a result permits the next one.
    pub(super) fn release(&mut self, was_probe: bool) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(open) = self.open.as_mut().filter(|_| was_probe) {
            open.is_probing = false;
        }
    }
}

impl OpenState {
    /// A clock that was set back ends the open state early: one probe too many does no harm.
    fn is_over(&self, now: Timestamp) -> bool {
        now >= self.until || now < self.since
    }
}

#[cfg(test)]
mod tests;
