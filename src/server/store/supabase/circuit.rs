//! The circuit: while Supabase is down, nobody waits for it.

use std::sync::{Mutex, PoisonError};

use crate::domain::Timestamp;

/// So many outages in a row open the circuit.
const OUTAGES: u32 = 5;

/// An open circuit lets nobody through for so many seconds, then one.
const REST_SECONDS: i64 = 2;

/// Counts outages in a row, and says who may ask.
#[derive(Debug)]
pub(super) struct Circuit(Mutex<State>);

#[derive(Debug)]
struct State {
    outages: u32,
    /// Meaningful once the circuit is open.
    rests_until: Timestamp,
}

impl Circuit {
    /// A closed circuit: everybody may ask.
    pub(super) const fn new() -> Self {
        Self(Mutex::new(State { outages: 0, rests_until: Timestamp(0) }))
    }

    /// Whether a question may be asked at `now`.
    ///
    /// Who is let through an open circuit starts its rest anew, so that the next one comes after them
    /// also when their answer is never waited for. A clock that was set back ends the rest: it would
    /// last until the clock is where it was.
    pub(super) fn admits(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.outages < OUTAGES {
            return true;
        }
        let rested = now >= state.rests_until || now < state.rests_until.plus_seconds(-REST_SECONDS);
        if rested {
            state.rests_until = now.plus_seconds(REST_SECONDS);
        }
        rested
    }

    /// Notes that Supabase answered, whatever it said. Answers whether that closed the circuit.
    pub(super) fn note_answer(&self) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let was_open = state.outages >= OUTAGES;
        state.outages = 0;
        was_open
    }

    /// Notes an outage at `now`. Answers whether that opened the circuit.
    pub(super) fn note_outage(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.outages = state.outages.saturating_add(1);
        if state.outages >= OUTAGES {
            state.rests_until = now.plus_seconds(REST_SECONDS);
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
    fn outages_in_a_row_open_it_and_an_answer_between_them_does_not() {
        let circuit = Circuit::new();
        for _ in 0..OUTAGES * 3 {
            circuit.note_outage(NOW);
            assert!(!circuit.note_answer());
            assert!(circuit.admits(NOW));
        }
        assert!(!open().admits(NOW.plus_seconds(1)));
    }

    #[test]
    fn after_its_rest_one_is_let_through_at_a_time() {
        let circuit = open();
        let later = NOW.plus_seconds(REST_SECONDS);
        assert!(circuit.admits(later));
        assert!(!circuit.admits(later));
        // The first one never came back: another may try.
        assert!(circuit.admits(later.plus_seconds(REST_SECONDS)));
    }

    #[test]
    fn a_clock_that_was_set_back_ends_the_rest() {
        let circuit = open();
        let earlier = NOW.plus_seconds(-86_400);
        assert!(circuit.admits(earlier));
        assert!(!circuit.admits(earlier.plus_seconds(1)), "and then it rests as ever");
        assert!(circuit.admits(earlier.plus_seconds(REST_SECONDS)));
    }

    #[test]
    fn an_answer_closes_it_and_an_outage_keeps_it_open() {
        let circuit = open();
        let later = NOW.plus_seconds(REST_SECONDS);
        assert!(circuit.admits(later));
        assert!(!circuit.note_outage(later), "it was open already");
        assert!(!circuit.admits(later.plus_seconds(1)));
        assert!(circuit.note_answer());
        assert!(circuit.admits(later) && circuit.admits(later));
    }
}
