//! What the breaker remembers.

use std::collections::VecDeque;

use super::Open;
use crate::{
    domain::{CreatorId, RefreshFailure, Timestamp},
    server::{
        backoff::{Backoff, Jitter},
        refresh::RefreshConfig,
    },
};

/// So many creators are remembered to try again with; more would not be reached in hours.
const SUSPECTS: usize = 64;

/// One probe in so many is made with whatever is due: it may be the remembered grants that fail, and not
/// TikTok.
const STRANGER_EVERY: u32 = 8;

pub(super) struct State {
    refresh_config: RefreshConfig,
    /// Permits that were given and have not come back.
    underway: usize,
    /// So many may be underway.
    allowance: usize,
    /// Whose grants failed since the last answer, each once.
    suspects: VecDeque<CreatorId>,
    open: Option<OpenState>,
}

/// A stop.
struct OpenState {
    refresh_failure: RefreshFailure,
    pause: i64,
    since: Timestamp,
    until: Timestamp,
    is_probing: bool,
    probes: u32,
}

/// Who may ask now.
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
            underway: 0,
            allowance: refresh_config.concurrency,
            suspects: VecDeque::new(),
            open: None,
        }
    }

    /// Until when nobody may ask.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.open.as_ref().map(|open| open.until)
    }

    pub(super) const fn underway(&self) -> usize {
        self.underway
    }

    /// Whether a quarter of those who may ask do not: claiming them one by one would cost the store more.
    pub(super) fn has_room(&self) -> bool {
        self.allowance.saturating_sub(self.underway) >= (self.allowance / 4).max(1)
    }

    pub(super) fn enter(&mut self, wished: usize, now: Timestamp) -> Entry {
        let Some(open) = &mut self.open else {
            let count = wished.min(self.allowance.saturating_sub(self.underway));
            self.underway += count;
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
        self.underway += 1;
        let by_a_stranger = open.refresh_failure.is_ours() || open.probes % STRANGER_EVERY == 0;
        self.suspects.rotate_left(usize::from(!self.suspects.is_empty()));
        Entry::Probe(self.suspects.back().filter(|_| !by_a_stranger).cloned())
    }

    /// TikTok gave new tokens. Answers whether that ended a stop.
    pub(super) fn succeeded(&mut self) -> bool {
        self.suspects.clear();
        let ended = self.open.take().is_some();
        self.allowance = if ended { 1 } else { self.refresh_config.concurrency.min(self.allowance + 1) };
        ended
    }

    /// TikTok said no, as it should. That breaks a row; it does not end a stop, for a TikTok whose new
    /// tokens do not reach us says no to every old one.
    pub(super) fn said_no(&mut self, creator: &CreatorId, was_probe: bool, now: Timestamp) {
        match self.open.as_mut() {
            None => self.suspects.clear(),
            Some(open) if was_probe => {
                self.suspects.retain(|suspect| suspect != creator);
                (open.since, open.until) = (now, now.plus_seconds(self.refresh_config.pause_seconds));
            }
            Some(_) => {}
        }
    }

    /// A probe that asked for nobody met an outage.
    pub(super) fn still_away(&mut self, refresh_failure: RefreshFailure, now: Timestamp, jitter: Jitter) {
        if let Some(open) = &self.open {
            let pause = self.longer(open.pause);
            self.stop(refresh_failure, pause, now.plus_seconds(jitter.shorten(pause)), now);
        }
    }

    fn longer(&self, pause: i64) -> i64 {
        let RefreshConfig { pause_seconds: first, longest_pause_seconds: longest, .. } = self.refresh_config;
        Backoff { first, longest }.following(pause)
    }

    /// One grant more met an outage. Answers the stop, if that began one.
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
        self.stop(refresh_failure, pause, now.plus_seconds(jitter.shorten(pause)), now)
    }

    /// TikTok does not accept the app. Answers the stop, if that began one.
    pub(super) fn refuses_app(
        &mut self,
        refresh_failure: RefreshFailure,
        was_probe: bool,
        now: Timestamp,
    ) -> Option<Open> {
        if self.open.is_some() && !was_probe {
            return None;
        }
        self.stop(
            refresh_failure,
            self.refresh_config.pause_seconds,
            now.plus_seconds(self.refresh_config.fault_seconds),
            now,
        )
    }

    /// Begins a stop, or goes on with one; answers it if it began.
    fn stop(
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

    /// A permit is given back. A probe that came to nothing leaves its place to the next.
    pub(super) fn gave_back(&mut self, was_probe: bool) {
        self.underway = self.underway.saturating_sub(1);
        if let Some(open) = self.open.as_mut().filter(|_| was_probe) {
            open.is_probing = false;
        }
    }
}

impl OpenState {
    /// A clock that was set back ends the stop early: one probe too many does no harm.
    fn is_over(&self, now: Timestamp) -> bool {
        now >= self.until || now < self.since
    }
}

#[cfg(test)]
mod tests;
