//! What each trouble leads to: one row each.

use super::{
    Pace,
    schedule::{self, Draw},
};
use crate::{
    domain::{GrantEvent, Standing, Timestamp, Trouble},
    server::store::Claim,
};

/// What one trouble leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// When it is tried again.
    pub(super) retry: Retry,
    /// Whether the grant counts as failing: it is seen as degraded.
    pub(super) degrades: bool,
    /// Whether only the creator can help, once it is established.
    pub(super) needs_reconnect: bool,
    /// Whether the operator is called.
    pub(super) alarms: bool,
    /// What it says of TikTok as a whole.
    pub(super) says: Says,
}

/// When a trouble is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// Never, once it is believed: it is final.
    Never,
    /// Soon, and less and less often.
    BackOff,
    /// When the operator may have mended it.
    WhenMended,
    /// Once more, when every journal has had its time, and not at TikTok.
    Guarded,
}

/// What a trouble says of TikTok as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Nothing: it was not asked.
    Nothing,
    /// It answers as it should.
    Answers,
    /// It may be down for everybody: several grants that meet this in a row stop all asking.
    Outage,
    /// It refuses the app, and so everybody.
    RefusesApp,
}

/// The row of a trouble.
pub(super) const fn row(trouble: Trouble) -> Row {
    let (retry, says) = match trouble {
        Trouble::Refused => (Retry::Never, Says::Answers),
        Trouble::AnswerLost => (Retry::Guarded, Says::Answers),
        Trouble::ConsentEnded => (Retry::Never, Says::Nothing),
        Trouble::Unreachable
        | Trouble::NoAnswer
        | Trouble::Unavailable
        | Trouble::RateLimited
        | Trouble::Unexpected => (Retry::BackOff, Says::Outage),
        Trouble::AppRefused => (Retry::WhenMended, Says::RefusesApp),
        // One grant alone may be refused so: that is no word on the others.
        Trouble::RequestRefused => (Retry::WhenMended, Says::Outage),
        Trouble::Unreadable => (Retry::WhenMended, Says::Nothing),
    };
    let needs_reconnect = matches!(trouble, Trouble::Refused | Trouble::AnswerLost | Trouble::ConsentEnded);
    let alarms = trouble.is_ours() || matches!(trouble, Trouble::Unexpected | Trouble::AnswerLost);
    let degrades = !trouble.is_ours() && !matches!(trouble, Trouble::ConsentEnded);
    Row { retry, degrades, needs_reconnect, alarms, says }
}

/// How a grant stands after a failure that is not final, and when it is tried again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) standing: Standing,
    pub(super) due_at: Timestamp,
    pub(super) failures: u32,
}

/// What a failure that is not final leads to at `now`.
pub(super) fn failed(claim: &Claim, trouble: Trouble, now: Timestamp, pace: &Pace, draw: Draw) -> Failure {
    let ends = claim.standing.access_ends_at;
    let failures = claim.failures.saturating_add(1);
    let (due_at, failures) = match row(trouble).retry {
        Retry::BackOff | Retry::Never => (schedule::retry(pace, failures, now, ends, draw), failures),
        Retry::Guarded => (ends.min(now.plus_seconds(pace.guarded_seconds)), failures),
        // The grant is not failing: the next failure is its first.
        Retry::WhenMended => {
            (now.plus_seconds(schedule::shortened(pace.fault_seconds, draw)), claim.failures)
        }
    };
    Failure { standing: claim.standing.after(GrantEvent::Failed(trouble), now), due_at, failures }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::CreatorId,
        server::{entropy::Entropy, store::GrantRef, vault::Sealed},
    };

    fn told(trouble: Trouble) -> (Retry, &'static str, Says) {
        let Row { retry, degrades, needs_reconnect, alarms, says } = row(trouble);
        let flags = match (degrades, needs_reconnect, alarms) {
            (true, false, false) => "degrades",
            (true, false, true) => "degrades, alarms",
            (true, true, false) => "degrades, then reconnect",
            (true, true, true) => "degrades, then reconnect, alarms",
            (false, true, false) => "reconnect",
            (false, false, true) => "alarms",
            _ => "another row",
        };
        (retry, flags, says)
    }

    #[test]
    fn every_trouble_has_its_row() {
        use {Retry::*, Says::*};
        let rows = [
            (Trouble::Refused, (Never, "degrades, then reconnect", Answers)),
            (Trouble::AnswerLost, (Guarded, "degrades, then reconnect, alarms", Answers)),
            (Trouble::ConsentEnded, (Never, "reconnect", Nothing)),
            (Trouble::Unreachable, (BackOff, "degrades", Outage)),
            (Trouble::NoAnswer, (BackOff, "degrades", Outage)),
            (Trouble::Unavailable, (BackOff, "degrades", Outage)),
            (Trouble::RateLimited, (BackOff, "degrades", Outage)),
            (Trouble::AppRefused, (WhenMended, "alarms", RefusesApp)),
            (Trouble::RequestRefused, (WhenMended, "alarms", Outage)),
            (Trouble::Unexpected, (BackOff, "degrades, alarms", Outage)),
            (Trouble::Unreadable, (WhenMended, "alarms", Nothing)),
        ];
        let troubles: Vec<_> = rows.iter().map(|(trouble, _)| *trouble).collect();
        assert_eq!(troubles, Trouble::ALL, "a row for each, in their order");
        for (trouble, expected) in rows {
            assert_eq!(told(trouble), expected, "{trouble}");
        }
    }

    const NOW: Timestamp = Timestamp(1_893_456_000);

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn claim(left: i64) -> Claim {
        let sealed = Sealed::from_stored(String::new());
        Claim {
            grant: GrantRef { id: 1, fence: 1, generation: 0 },
            creator: CreatorId::from_u128(1),
            client_key: "app".to_owned(),
            open_id: "someone".parse().unwrap(),
            access_token: sealed.clone(),
            refresh_token: sealed,
            standing: Standing::granted(NOW.plus_seconds(left), None),
            failures: 2,
            unsure: false,
        }
    }

    fn after(trouble: Trouble, left: i64) -> (i64, u32) {
        let failure = failed(&claim(left), trouble, NOW, &Pace::default(), Draw::new(&Zeros));
        assert_eq!(failure.standing.trouble, Some(trouble));
        if trouble != Trouble::ConsentEnded {
            let is_failing = failure.standing.failing_since.is_some();
            assert_eq!(is_failing, row(trouble).degrades, "{trouble}: the table and the state machine agree");
        }
        (failure.due_at.seconds_since(NOW), failure.failures)
    }

    #[test]
    fn every_failure_that_is_not_final_has_its_next_time() {
        for trouble in Trouble::ALL {
            let expected = match row(*trouble).retry {
                Retry::BackOff | Retry::Never => (120, 3),
                Retry::WhenMended => (300, 2),
                Retry::Guarded => (600, 3),
            };
            assert_eq!(after(*trouble, 2400), expected, "{trouble}");
        }
        assert_eq!(after(Trouble::AnswerLost, 60), (60, 3), "the token's end is not waited past");
    }
}
