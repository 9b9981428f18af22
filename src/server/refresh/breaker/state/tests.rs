//! Tests of the circuit breaker's state.

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
    let jitter = Jitter::new(&Zeros);
    state.outage(&creator(number), RefreshFailure::Unavailable, was_probe, NOW.plus_seconds(at), jitter)
}

fn open() -> State {
    let mut state = State::closed(RefreshConfig::default());
    for number in 1..=5 {
        assert_eq!(state.enter(1, NOW), Entry::Permits(1));
        assert_eq!(outage(&mut state, number, false, 0).is_some(), number == 5);
        state.release(false);
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
            7 => state.refused_token(&creator(number), false, NOW),
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
        state.release(true);
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
    state.release(true);
    let mut rounds = Vec::new();
    for _ in 0..7 {
        let Entry::Permits(count) = state.enter(100, NOW) else { panic!("it is closed") };
        rounds.push(count);
        for _ in 0..count {
            assert!(!state.succeeded());
            state.release(false);
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
        let Entry::Probe(creator) = state.enter(1, NOW.plus_seconds(at)) else { panic!("its time has come") };
        probed.push(creator);
        outage(&mut state, 1, true, at);
        state.release(true);
    }
    let strangers: Vec<_> = probed.iter().map(Option::is_none).collect();
    assert_eq!(strangers, (1..=16).map(|probe| probe % 8 == 0).collect::<Vec<_>>());
    assert_ne!(probed[0], probed[1], "they take turns");
}

#[test]
fn a_probe_that_is_told_no_ends_no_stop_and_is_not_made_again() {
    let mut state = open();
    let Entry::Probe(Some(first)) = state.enter(1, NOW.plus_seconds(5)) else { panic!("its time has come") };
    state.refused_token(&first, true, NOW.plus_seconds(5));
    state.release(true);
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
    state.probe_failed(RefreshFailure::NoAnswer, NOW.plus_seconds(5), Jitter::new(&Zeros));
    state.release(true);
    assert_eq!(until(&mut state, 6), 15);
}

#[test]
fn a_probe_that_is_never_made_leaves_its_place_to_the_next() {
    let mut state = open();
    for _ in 0..3 {
        assert!(matches!(state.enter(1, NOW.plus_seconds(5)), Entry::Probe(_)));
        state.release(true);
    }
}

#[test]
fn a_refused_app_stops_all_at_once_for_five_minutes_with_one_alarm() {
    let mut state = State::closed(RefreshConfig::default());
    let opened = state.refuses_app(RefreshFailure::AppRefused, false, NOW).unwrap();
    assert_eq!(opened, Open { refresh_failure: RefreshFailure::AppRefused, until: NOW.plus_seconds(300) });
    assert_eq!(state.refuses_app(RefreshFailure::AppRefused, false, NOW), None);
    assert_eq!(state.enter(1, NOW.plus_seconds(300)), Entry::Probe(None), "whatever is due");
    assert_eq!(state.refuses_app(RefreshFailure::AppRefused, true, NOW.plus_seconds(300)), None);
    state.release(true);
    assert_eq!(until(&mut state, 301), 600);
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_for_a_day() {
    let mut state = open();
    assert!(matches!(state.enter(1, NOW.plus_seconds(-86_400)), Entry::Probe(_)));
}
