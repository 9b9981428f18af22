//! What the breaker remembers.

use std::collections::VecDeque;

use super::Open;
use crate::{
    domain::{CreatorId, RefreshFailure, Timestamp},
    server::refresh::{
        RefreshConfig,
        schedule::{Draw, shortened},
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
    pub(super) fn still_away(&mut self, refresh_failure: RefreshFailure, now: Timestamp, draw: Draw) {
        if let Some(open) = &self.open {
            let pause = self.longer(open.pause);
            self.stop(refresh_failure, pause, now.plus_seconds(shortened(pause, draw)), now);
        }
    }

    fn longer(&self, pause: i64) -> i64 {
        pause.saturating_mul(2).min(self.refresh_config.longest_pause_seconds)
    }

    /// One grant more met an outage. Answers the stop, if that began one.
    pub(super) fn outage(
        &mut self,
        creator: &CreatorId,
        refresh_failure: RefreshFailure,
        was_probe: bool,
        now: Timestamp,
        draw: Draw,
    ) -> Option<Open> {
        self.suspect(creator);
        let pause = match &self.open {
            Some(open) if was_probe => self.longer(open.pause),
            None if self.suspects.len() >= self.refresh_config.outages => self.refresh_config.pause_seconds,
            _ => return None,
        };
        self.stop(refresh_failure, pause, now.plus_seconds(shortened(pause, draw)), now)
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
mod tests {
    use super::*;
    use crate::server::entropy::Entropy;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn creator(number: u128) -> CreatorId {
        CreatorId::from_u128(number)
    }

    fn outage(state: &mut State, number: u128, was_probe: bool, at: i64) -> Option<Open> {
        let draw = Draw::new(&Zeros);
        state.outage(&creator(number), RefreshFailure::Unavailable, was_probe, NOW.plus_seconds(at), draw)
    }

    fn open() -> State {
        let mut state = State::closed(RefreshConfig::default());
        for number in 1..=5 {
            assert_eq!(state.enter(1, NOW), Entry::Permits(1));
            assert_eq!(outage(&mut state, number, false, 0).is_some(), number == 5);
            state.gave_back(false);
        }
        state
    }

    fn until(state: &mut State, at: i64) -> i64 {
        match state.enter(1, NOW.plus_seconds(at)) {
            Entry::Open(shut) => shut.until.seconds_since(NOW),
            other => panic!("not shut: {other:?}"),
        }
    }

    #[test]
    fn one_grant_that_fails_over_and_over_stops_nobody() {
        let mut state = State::closed(RefreshConfig::default());
        for _ in 0..100 {
            assert_eq!(outage(&mut state, 1, false, 0), None);
        }
        assert_eq!(state.enter(100, NOW), Entry::Permits(32));
    }

    #[test]
    fn an_answer_between_outages_breaks_their_row_also_if_it_is_no() {
        let mut state = State::closed(RefreshConfig::default());
        for number in 0..20 {
            assert_eq!(outage(&mut state, number, false, 0), None);
            match number % 8 {
                3 => assert!(!state.succeeded()),
                7 => state.said_no(&creator(number), false, NOW),
                _ => {}
            }
        }
    }

    #[test]
    fn several_grants_in_a_row_stop_all_and_pauses_double_up_to_five_minutes() {
        let (mut state, mut at, mut pauses) = (open(), 0, Vec::new());
        for _ in 0..8 {
            let end = until(&mut state, at);
            pauses.push(end - at);
            at = end;
            assert!(matches!(state.enter(9, NOW.plus_seconds(at)), Entry::Probe(_)));
            assert!(matches!(state.enter(9, NOW.plus_seconds(at)), Entry::Open(_)), "one alone");
            assert_eq!(outage(&mut state, 1, true, at), None, "it was told already");
            state.gave_back(true);
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn who_asked_before_the_stop_does_not_lengthen_it() {
        let mut state = open();
        assert_eq!(outage(&mut state, 6, false, 4), None);
        assert_eq!(until(&mut state, 4), 5);
    }

    #[test]
    fn after_a_stop_the_catch_up_begins_with_one_and_doubles_by_the_round() {
        let mut state = open();
        assert!(matches!(state.enter(1, NOW.plus_seconds(5)), Entry::Probe(_)));
        assert!(state.succeeded());
        state.gave_back(true);
        let mut rounds = Vec::new();
        for _ in 0..7 {
            let Entry::Permits(count) = state.enter(100, NOW) else { panic!("it is closed") };
            rounds.push(count);
            for _ in 0..count {
                assert!(!state.succeeded());
                state.gave_back(false);
            }
        }
        assert_eq!(rounds, [1, 2, 4, 8, 16, 32, 32]);
    }

    #[test]
    fn probes_are_made_with_those_who_failed_already_but_for_every_eighth() {
        let mut state = open();
        let mut probed = Vec::new();
        for round in 0..16 {
            let at = 10_000 * (round + 1);
            let Entry::Probe(creator) = state.enter(1, NOW.plus_seconds(at)) else {
                panic!("its time has come")
            };
            probed.push(creator);
            outage(&mut state, 1, true, at);
            state.gave_back(true);
        }
        let strangers: Vec<_> = probed.iter().map(Option::is_none).collect();
        assert_eq!(strangers, (1..=16).map(|probe| probe % 8 == 0).collect::<Vec<_>>());
        assert_ne!(probed[0], probed[1], "they take turns");
    }

    #[test]
    fn a_probe_that_is_told_no_ends_no_stop_and_is_not_made_again() {
        let mut state = open();
        let Entry::Probe(Some(first)) = state.enter(1, NOW.plus_seconds(5)) else {
            panic!("its time has come")
        };
        state.said_no(&first, true, NOW.plus_seconds(5));
        state.gave_back(true);
        assert_eq!(until(&mut state, 6), 10);
        let Entry::Probe(Some(second)) = state.enter(1, NOW.plus_seconds(10)) else {
            panic!("its time has come")
        };
        assert_ne!(first, second);
        assert!(!state.suspects.contains(&first));
    }

    #[test]
    fn a_probe_that_asks_for_nobody_lengthens_the_stop() {
        let mut state = open();
        assert!(matches!(state.enter(1, NOW.plus_seconds(5)), Entry::Probe(_)));
        state.still_away(RefreshFailure::NoAnswer, NOW.plus_seconds(5), Draw::new(&Zeros));
        state.gave_back(true);
        assert_eq!(until(&mut state, 6), 15);
    }

    #[test]
    fn a_probe_that_is_never_made_leaves_its_place_to_the_next() {
        let mut state = open();
        for _ in 0..3 {
            assert!(matches!(state.enter(1, NOW.plus_seconds(5)), Entry::Probe(_)));
            state.gave_back(true);
        }
    }

    #[test]
    fn a_refused_app_stops_all_at_once_for_five_minutes_with_one_alarm() {
        let mut state = State::closed(RefreshConfig::default());
        let shut = state.refuses_app(RefreshFailure::AppRefused, false, NOW).unwrap();
        assert_eq!(shut, Open { refresh_failure: RefreshFailure::AppRefused, until: NOW.plus_seconds(300) });
        assert_eq!(state.refuses_app(RefreshFailure::AppRefused, false, NOW), None);
        assert_eq!(state.enter(1, NOW.plus_seconds(300)), Entry::Probe(None), "whatever is due");
        assert_eq!(state.refuses_app(RefreshFailure::AppRefused, true, NOW.plus_seconds(300)), None);
        state.gave_back(true);
        assert_eq!(until(&mut state, 301), 600);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_for_a_day() {
        let mut state = open();
        assert!(matches!(state.enter(1, NOW.plus_seconds(-86_400)), Entry::Probe(_)));
    }
}
