//! Clocks: tokens and sessions end by them, so they have to agree.

use super::Finding;
use crate::domain::Timestamp;

/// Beyond so many seconds somebody should look at it.
const WARN_SECONDS: u64 = 5;
/// Beyond so many seconds grants and sessions end at the wrong time.
const FAIL_SECONDS: u64 = 60;

/// Another clock's moment, and what ours showed before and after it was asked.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) theirs: Timestamp,
    pub(super) before: Timestamp,
    pub(super) after: Timestamp,
}

impl Reading {
    /// By how many seconds the other clock is surely ahead of ours; negative when it is behind.
    fn ahead(self) -> i64 {
        let (since_before, since_after) =
            (self.theirs.seconds_since(self.before), self.theirs.seconds_since(self.after));
        if since_before < 0 { since_before } else { since_after.max(0) }
    }
}

/// Judges how far the clock of `whose` is from ours.
pub(super) fn compare(subject: &'static str, whose: &str, reading: Reading) -> Finding {
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
        compare("clock", "the database's", reading).verdict
    }

    #[test]
    fn what_the_question_took_is_no_difference() {
        for theirs in [95, 100, 101, 102, 107] {
            assert_eq!(verdict(theirs), Verdict::Ok, "{theirs}");
        }
    }

    #[test]
    fn a_few_seconds_warn_and_a_minute_fails() {
        for theirs in [94, 108, 40, 162] {
            assert_eq!(verdict(theirs), Verdict::Warn, "{theirs}");
        }
        for theirs in [39, 163, i64::MIN, i64::MAX] {
            assert_eq!(verdict(theirs), Verdict::Fail, "{theirs}");
        }
    }
}
