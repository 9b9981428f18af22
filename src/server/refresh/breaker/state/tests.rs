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

fn opened() -> State {
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
        other => panic!("not open: {other:?}"),
    }
}

#[test]
fn repeated_failures_of_one_grant_keep_the_breaker_closed() {
    let mut state = State::closed(RefreshConfig::default());
    for _ in 0..100 {
        assert_eq!(outage(&mut state, 1, false, 0), None);
    }
    assert_eq!(state.enter(100, NOW), Entry::Permits(32));
}

#[test]
fn response_between_failures_ends_the_row_even_a_refusal() {
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
fn open_times_double_up_to_five_minutes() {
    let (mut state, mut at, mut pauses) = (opened(), 0, Vec::new());
    for _ in 0..8 {
        let end = until(&mut state, at);
        pauses.push(end - at);
        at = end;
        assert!(matches!(state.enter(9, NOW.plus_seconds(at)), Entry::Probe(_)));
        assert!(matches!(state.enter(9, NOW.plus_seconds(at)), Entry::Open(_)), "one probe at a time");
        assert_eq!(outage(&mut state, 1, true, at), None, "it is open already");
        state.release(true);
    }
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
}

#[test]
fn failure_of_an_earlier_request_keeps_the_open_time() {
    let mut state = opened();
    assert_eq!(outage(&mut state, 6, false, 4), None);
    assert_eq!(until(&mut state, 4), 5);
}

#[test]
fn closed_breaker_starts_with_one_permit_and_doubles() {
    let mut state = opened();
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
fn every_eighth_probe_uses_any_due_grant() {
    let mut state = opened();
    let mut probed = Vec::new();
    for round in 0..16 {
        let at = 10_000 * (round + 1);
        let Entry::Probe(creator) = state.enter(1, NOW.plus_seconds(at)) else { panic!("a probe is due") };
        probed.push(creator);
        outage(&mut state, 1, true, at);
        state.release(true);
    }
    let with_due_grant: Vec<_> = probed.iter().map(Option::is_none).collect();
    assert_eq!(with_due_grant, (1..=16).map(|probe| probe % 8 == 0).collect::<Vec<_>>());
    assert_ne!(probed[0], probed[1], "failed grants are probed in turn");
}

#[test]
fn refused_probe_keeps_breaker_open_and_drops_the_grant() {
    let mut state = opened();
    let Entry::Probe(Some(first)) = state.enter(1, NOW.plus_seconds(5)) else { panic!("a probe is due") };
    state.refused_token(&first, true, NOW.plus_seconds(5));
    state.release(true);
    assert_eq!(until(&mut state, 6), 10);
    let Entry::Probe(Some(second)) = state.enter(1, NOW.plus_seconds(10)) else { panic!("a probe is due") };
    assert_ne!(first, second);
    assert!(!state.suspects.contains(&first));
}

#[test]
fn failed_probe_without_grant_lengthens_the_open_time() {
    let mut state = opened();
    assert!(matches!(state.enter(1, NOW.plus_seconds(5)), Entry::Probe(_)));
    state.probe_failed(RefreshFailure::NoAnswer, NOW.plus_seconds(5), Jitter::new(&Zeros));
    state.release(true);
    assert_eq!(until(&mut state, 6), 15);
}

#[test]
fn released_probe_permits_the_next_one() {
    let mut state = opened();
    for _ in 0..3 {
        assert!(matches!(state.enter(1, NOW.plus_seconds(5)), Entry::Probe(_)));
        state.release(true);
    }
}

#[test]
fn refused_app_opens_the_breaker_for_five_minutes_once() {
    let mut state = State::closed(RefreshConfig::default());
    let opened = state.refuses_app(RefreshFailure::AppRefused, false, NOW).unwrap();
    assert_eq!(opened, Open { refresh_failure: RefreshFailure::AppRefused, until: NOW.plus_seconds(300) });
    assert_eq!(state.refuses_app(RefreshFailure::AppRefused, false, NOW), None);
    assert_eq!(state.enter(1, NOW.plus_seconds(300)), Entry::Probe(None), "any due grant");
    assert_eq!(state.refuses_app(RefreshFailure::AppRefused, true, NOW.plus_seconds(300)), None);
    state.release(true);
    assert_eq!(until(&mut state, 301), 600);
}

#[test]
fn clock_set_back_by_a_day_permits_a_probe() {
    let mut state = opened();
    assert!(matches!(state.enter(1, NOW.plus_seconds(-86_400)), Entry::Probe(_)));
}
