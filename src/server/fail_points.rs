//! Fail points: named places at which a test interrupts, delays or ends the process.
//!
//! They are those of the crate [`fail`]: without the feature `failpoints`, which only tests and the chaos harness turn
//! on, they are compiled out. The registry of the crate is one for the process, so that a callback has to ask
//! [`subject`] whom it was reached for.

use std::{cell::RefCell, fmt::Display};

thread_local! {
    static SUBJECT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Reaches the fail point `name` on behalf of `subject`.
pub(crate) fn reach(name: &'static str, subject: impl Display) {
    if fail::has_failpoints() {
        SUBJECT.set(subject.to_string());
    }
    fail::fail_point!(name);
}

/// The subject of the fail point that this thread has reached; for the callbacks of tests.
#[must_use]
pub fn subject() -> String {
    SUBJECT.with_borrow(Clone::clone)
}
