//! A circuit breaker: while Supabase is unavailable, calls fail at once.

use std::sync::{Mutex, PoisonError};

use crate::domain::Timestamp;

/// Consecutive outages that open the circuit.
const OUTAGES: u32 = 5;

/// The cooldown: an open circuit admits no call for so many seconds, then one probe.
const COOLDOWN_SECONDS: i64 = 2;

/// Counts consecutive outages, and admits or refuses calls.
#[derive(Debug)]
pub(super) struct Circuit(Mutex<State>);

#[derive(Debug)]
struct State {
    outages: u32,
    /// Meaningful once the circuit is open.
    open_until: Timestamp,
}

impl Circuit {
    /// A closed circuit: every call is admitted.
    pub(super) const fn new() -> Self {
        Self(Mutex::new(State { outages: 0, open_until: Timestamp(0) }))
    }

    /// Whether a call may be made at `now`.
    ///
    /// A probe that is admitted restarts the cooldown, so that the next one comes after it
    /// also when its response is never awaited. A clock that was set back ends the cooldown: it would
    /// last until the clock is where it was.
    pub(super) fn admits(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.outages < OUTAGES {
            return true;
        }
        let has_cooled = now >= state.open_until || now < state.open_until.plus_seconds(-COOLDOWN_SECONDS);
        if has_cooled {
            state.open_until = now.plus_seconds(COOLDOWN_SECONDS);
        }
        has_cooled
    }

    /// Notes that Supabase responded, with whatever status. Returns whether that closed the circuit.
    pub(super) fn note_response(&self) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let was_open = state.outages >= OUTAGES;
        state.outages = 0;
        was_open
    }

    /// Notes an outage at `now`. Returns whether that opened the circuit.
    pub(super) fn note_outage(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.outages = state.outages.saturating_add(1);
        if state.outages >= OUTAGES {
            state.open_until = now.plus_seconds(COOLDOWN_SECONDS);
        }
        state.outages == OUTAGES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    fn open() -> Circuit {
        let circuit = Circuit::new();
        for number in 1..=OUTAGES {
            assert!(circuit.admits(NOW));
            assert_eq!(circuit.note_outage(NOW), number == OUTAGES);
        }
        circuit
    }

    #[test]
    fn consecutive_outages_open_the_circuit() {
        let circuit = Circuit::new();
        for _ in 0..OUTAGES * 3 {
            circuit.note_outage(NOW);
            assert!(!circuit.note_response());
            assert!(circuit.admits(NOW));
        }
        assert!(!open().admits(NOW.plus_seconds(1)));
    }

    #[test]
    fn open_circuit_admits_one_probe_at_a_time() {
        let circuit = open();
        let later = NOW.plus_seconds(COOLDOWN_SECONDS);
        assert!(circuit.admits(later));
        assert!(!circuit.admits(later));
        // The first one never came back: another may try.
        assert!(circuit.admits(later.plus_seconds(COOLDOWN_SECONDS)));
    }

    #[test]
    fn clock_setback_ends_the_cooldown() {
        let circuit = open();
        let earlier = NOW.plus_seconds(-86_400);
        assert!(circuit.admits(earlier));
        assert!(!circuit.admits(earlier.plus_seconds(1)), "and then it rests as ever");
        assert!(circuit.admits(earlier.plus_seconds(COOLDOWN_SECONDS)));
    }

    #[test]
    fn response_closes_the_circuit_and_outage_keeps_it_open() {
        let circuit = open();
        let later = NOW.plus_seconds(COOLDOWN_SECONDS);
        assert!(circuit.admits(later));
        assert!(!circuit.note_outage(later), "it was open already");
        assert!(!circuit.admits(later.plus_seconds(1)));
        assert!(circuit.note_response());
        assert!(circuit.admits(later) && circuit.admits(later));
    }
}
