//! The state of the circuit breaker.

use std::collections::VecDeque;

use super::Open;
use crate::{
    domain::{CreatorId, RefreshFailure, Timestamp},
    server::{
        backoff::{Backoff, Jitter},
        refresh::RefreshConfig,
    },
};

/// Limit of creators that are remembered for probes; more would not be reached in hours.
const SUSPECTS: usize = 64;

/// One probe in this many uses whichever grant is due: the remembered grants may fail by themselves.
const DUE_GRANT_EVERY: u32 = 8;

pub(super) struct State {
    refresh_config: RefreshConfig,
    /// Permits that are in use.
    in_use: usize,
    /// Limit of permits in use.
    limit: usize,
    /// Creators whose grants failed since the last success, each once.
    suspects: VecDeque<CreatorId>,
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

/// The answer to a request for permits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Permits(usize),
    Probe(Option<CreatorId>),
    Open(Open),
}

impl State {
    pub(super) const fn closed(refresh_config: RefreshConfig) -> Self {
        Self {
            refresh_config,
            in_use: 0,
            limit: refresh_config.concurrency,
            suspects: VecDeque::new(),
            open: None,
        }
    }

    /// When the next probe is allowed; `None` while closed.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.open.as_ref().map(|open| open.until)
    }

    /// Whether a quarter of the limit is free: claiming grants one by one would cost the store more calls.
    pub(super) fn has_capacity(&self) -> bool {
        self.limit.saturating_sub(self.in_use) >= (self.limit / 4).max(1)
    }

    pub(super) fn enter(&mut self, requested: usize, now: Timestamp) -> Entry {
        let Some(open) = &mut self.open else {
            let count = requested.min(self.limit.saturating_sub(self.in_use));
            self.in_use += count;
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
        self.in_use += 1;
        let with_due_grant = open.refresh_failure.is_ours() || open.probes % DUE_GRANT_EVERY == 0;
        self.suspects.rotate_left(usize::from(!self.suspects.is_empty()));
        Entry::Probe(self.suspects.back().filter(|_| !with_due_grant).cloned())
    }

    /// TikTok issued new tokens. Returns whether that closed the breaker.
    pub(super) fn succeeded(&mut self) -> bool {
        self.suspects.clear();
        let closed = self.open.take().is_some();
        self.limit = if closed { 1 } else { self.refresh_config.concurrency.min(self.limit + 1) };
        closed
    }

    /// TikTok refused a token, as a working TikTok does. That ends a row of failures; it does not close the breaker,
    /// because a TikTok whose responses are lost refuses every token that it has rotated.
    pub(super) fn refused_token(&mut self, creator: &CreatorId, was_probe: bool, now: Timestamp) {
        match self.open.as_mut() {
            None => self.suspects.clear(),
            Some(open) if was_probe => {
                self.suspects.retain(|suspect| suspect != creator);
                (open.since, open.until) = (now, now.plus_seconds(self.refresh_config.pause_seconds));
            }
            Some(_) => {}
        }
    }

    /// A probe without a grant failed.
    pub(super) fn probe_failed(&mut self, refresh_failure: RefreshFailure, now: Timestamp, jitter: Jitter) {
        if let Some(open) = &self.open {
            let pause = self.longer(open.pause);
            self.open_until(refresh_failure, pause, now.plus_seconds(jitter.shorten(pause)), now);
        }
    }

    fn longer(&self, pause: i64) -> i64 {
        let RefreshConfig { pause_seconds: first, longest_pause_seconds: longest, .. } = self.refresh_config;
        Backoff { first, longest }.following(pause)
    }

    /// One more grant failed by an outage. Returns the open state if that opened the breaker.
    pub(super) fn outage(
        &mut self,
        creator: &CreatorId,
        refresh_failure: RefreshFailure,
        was_probe: bool,
        now: Timestamp,
        jitter: Jitter,
    ) -> Option<Open> {
        self.suspect(creator);
        let pause = match &self.open {
            Some(open) if was_probe => self.longer(open.pause),
            None if self.suspects.len() >= self.refresh_config.outages => self.refresh_config.pause_seconds,
            _ => return None,
        };
        self.open_until(refresh_failure, pause, now.plus_seconds(jitter.shorten(pause)), now)
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
        self.open_until(
            refresh_failure,
            self.refresh_config.pause_seconds,
            now.plus_seconds(self.refresh_config.fault_seconds),
            now,
        )
    }

    /// Opens the breaker or keeps it open; returns the open state if it was closed before.
    fn open_until(
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

    fn suspect(&mut self, creator: &CreatorId) {
        if !self.suspects.contains(creator) {
            self.suspects.push_back(creator.clone());
            self.suspects.truncate(SUSPECTS);
        }
    }

    /// A permit is returned. A probe that was never made leaves its turn to the next.
    pub(super) fn release(&mut self, was_probe: bool) {
        self.in_use = self.in_use.saturating_sub(1);
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
