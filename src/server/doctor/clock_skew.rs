//! Clock skew between this machine and a server. Tokens and sessions expire by these clocks, so they must agree.

use super::Finding;
use crate::domain::Timestamp;

/// A skew of more seconds than this is a warning.
const WARN_SECONDS: u64 = 5;
/// With a skew of more seconds than this, grants and sessions expire at the wrong time.
const FAIL_SECONDS: u64 = 60;

/// A timestamp of another clock, and those of ours before and after the request for it.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) theirs: Timestamp,
    pub(super) before: Timestamp,
    pub(super) after: Timestamp,
}

impl Reading {
    /// The least number of seconds by which the other clock is ahead of ours; negative if it is behind.
    fn ahead(self) -> i64 {
        let (since_before, since_after) =
            (self.theirs.seconds_since(self.before), self.theirs.seconds_since(self.after));
        if since_before < 0 { since_before } else { since_after.max(0) }
    }
}

/// Classifies the skew between the clock of `whose` and ours.
pub(super) fn evaluate(subject: &'static str, whose: &str, reading: Reading) -> Finding {
    let ahead = reading.ahead();
    let direction = if ahead > 0 { "ahead" } else { "behind" };
    let text = format!("{whose} clock is {} s {direction} of this machine's", ahead.unsigned_abs());
    let remedy = "Let this machine keep its time by NTP (`timedatectl set-ntp true`).";
    match ahead.unsigned_abs() {
        0 => Finding::ok(subject, format!("{whose} clock and this machine's agree")),
        1..=WARN_SECONDS => Finding::ok(subject, text),
        seconds if seconds <= FAIL_SECONDS => Finding::warn(subject, text, remedy),
        _ => Finding::fail(subject, text, remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::doctor::Verdict;

    fn verdict(theirs: i64) -> Verdict {
        let reading = Reading { theirs: Timestamp(theirs), before: Timestamp(100), after: Timestamp(102) };
        evaluate("clock", "the database's", reading).verdict
    }

    #[test]
    fn skew_within_request_duration_is_ok() {
        for theirs in [95, 100, 101, 102, 107] {
            assert_eq!(verdict(theirs), Verdict::Ok, "{theirs}");
        }
    }

    #[test]
    fn skew_of_seconds_warns_and_of_a_minute_fails() {
        for theirs in [94, 108, 40, 162] {
            assert_eq!(verdict(theirs), Verdict::Warn, "{theirs}");
        }
        for theirs in [39, 163, i64::MIN, i64::MAX] {
            assert_eq!(verdict(theirs), Verdict::Fail, "{theirs}");
        }
    }
}
