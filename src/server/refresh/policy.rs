//! The retry policy: what each refresh failure leads to, one row each.

use super::{RefreshConfig, schedule};
use crate::{
    domain::{GrantEvent, GrantStatus, RefreshFailure, Timestamp},
    server::{backoff::Jitter, store::Claim},
};

/// What one refresh failure leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// When the refresh is retried.
    pub(super) retry: Retry,
    /// Whether the grant becomes degraded.
    pub(super) degrades: bool,
    /// Whether only a reconnect helps, once it is certain.
    pub(super) needs_reconnect: bool,
    /// Whether it is logged as an error, for the operator.
    pub(super) alarms: bool,
    /// What it says about TikTok as a whole, for the circuit breaker.
    pub(super) signal: ProviderSignal,
}

/// When a failed refresh is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// Never, once it is believed: it is final.
    Never,
    /// With exponential backoff.
    BackOff,
    /// After a fixed delay, when the operator may have fixed it.
    AfterFix,
    /// Once more, when every journal has had the time to replay, and without a request to TikTok.
    Guarded,
}

/// What a refresh failure says about TikTok as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProviderSignal {
    /// Nothing: it was not called.
    Nothing,
    /// It works.
    Answers,
    /// It may be down: several grants in a row with this failure open the circuit breaker.
    Outage,
    /// It refuses the app, and so every grant.
    RefusesApp,
}

/// The row of a refresh failure.
pub(super) const fn row(refresh_failure: RefreshFailure) -> Row {
    let (retry, signal) = match refresh_failure {
        RefreshFailure::Refused => (Retry::Never, ProviderSignal::Answers),
        RefreshFailure::AnswerLost => (Retry::Guarded, ProviderSignal::Answers),
        RefreshFailure::ConsentEnded => (Retry::Never, ProviderSignal::Nothing),
        RefreshFailure::Unreachable
        | RefreshFailure::NoAnswer
        | RefreshFailure::Unavailable
        | RefreshFailure::RateLimited
        | RefreshFailure::Unexpected => (Retry::BackOff, ProviderSignal::Outage),
        RefreshFailure::AppRefused => (Retry::AfterFix, ProviderSignal::RefusesApp),
        // A single grant may be refused like this, which says nothing about the others.
        RefreshFailure::RequestRefused => (Retry::AfterFix, ProviderSignal::Outage),
        RefreshFailure::Unreadable => (Retry::AfterFix, ProviderSignal::Nothing),
    };
    let needs_reconnect = matches!(
        refresh_failure,
        RefreshFailure::Refused | RefreshFailure::AnswerLost | RefreshFailure::ConsentEnded
    );
    let alarms = refresh_failure.is_ours()
        || matches!(refresh_failure, RefreshFailure::Unexpected | RefreshFailure::AnswerLost);
    let degrades = !refresh_failure.is_ours() && !matches!(refresh_failure, RefreshFailure::ConsentEnded);
    Row { retry, degrades, needs_reconnect, alarms, signal }
}

/// The grant status after a failure that is not final, and when it is retried.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) grant_status: GrantStatus,
    pub(super) due_at: Timestamp,
    pub(super) failures: u32,
}

/// The effect of a failure that is not final at `now`.
pub(super) fn failed(
    claim: &Claim,
    refresh_failure: RefreshFailure,
    now: Timestamp,
    refresh_config: &RefreshConfig,
    jitter: Jitter,
) -> Failure {
    let ends = claim.grant_status.access_expires_at;
    let failures = claim.failures.saturating_add(1);
    let (due_at, failures) = match row(refresh_failure).retry {
        Retry::BackOff | Retry::Never => {
            (schedule::retry(refresh_config, failures, now, ends, jitter), failures)
        }
        Retry::Guarded => (ends.min(now.plus_seconds(refresh_config.guarded_seconds)), failures),
        // The grant itself did not fail: the next failure counts as its first.
        Retry::AfterFix => (now.plus_seconds(jitter.shorten(refresh_config.fault_seconds)), claim.failures),
    };
    Failure {
        grant_status: claim.grant_status.after(GrantEvent::Failed(refresh_failure), now),
        due_at,
        failures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::CreatorId,
        server::{entropy::Entropy, store::GrantRef, vault::Sealed},
    };

    fn describe(refresh_failure: RefreshFailure) -> (Retry, &'static str, ProviderSignal) {
        let Row { retry, degrades, needs_reconnect, alarms, signal } = row(refresh_failure);
        let flags = match (degrades, needs_reconnect, alarms) {
            (true, false, false) => "degrades",
            (true, false, true) => "degrades, alarms",
            (true, true, false) => "degrades, then reconnect",
            (true, true, true) => "degrades, then reconnect, alarms",
            (false, true, false) => "reconnect",
            (false, false, true) => "alarms",
            _ => "another row",
        };
        (retry, flags, signal)
    }

    #[test]
    fn every_failure_has_its_row() {
        use {ProviderSignal::*, Retry::*};
        let rows = [
            (RefreshFailure::Refused, (Never, "degrades, then reconnect", Answers)),
            (RefreshFailure::AnswerLost, (Guarded, "degrades, then reconnect, alarms", Answers)),
            (RefreshFailure::ConsentEnded, (Never, "reconnect", Nothing)),
            (RefreshFailure::Unreachable, (BackOff, "degrades", Outage)),
            (RefreshFailure::NoAnswer, (BackOff, "degrades", Outage)),
            (RefreshFailure::Unavailable, (BackOff, "degrades", Outage)),
            (RefreshFailure::RateLimited, (BackOff, "degrades", Outage)),
            (RefreshFailure::AppRefused, (AfterFix, "alarms", RefusesApp)),
            (RefreshFailure::RequestRefused, (AfterFix, "alarms", Outage)),
            (RefreshFailure::Unexpected, (BackOff, "degrades, alarms", Outage)),
            (RefreshFailure::Unreadable, (AfterFix, "alarms", Nothing)),
        ];
        let refresh_failures: Vec<_> = rows.iter().map(|(refresh_failure, _)| *refresh_failure).collect();
        assert_eq!(refresh_failures, RefreshFailure::ALL, "a row for each, in their order");
        for (refresh_failure, expected) in rows {
            assert_eq!(describe(refresh_failure), expected, "{refresh_failure}");
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
            grant_status: GrantStatus::granted(NOW.plus_seconds(left), None),
            due_at: Some(NOW),
            failures: 2,
            unsure: false,
        }
    }

    fn after(refresh_failure: RefreshFailure, left: i64) -> (i64, u32) {
        let failure =
            failed(&claim(left), refresh_failure, NOW, &RefreshConfig::default(), Jitter::new(&Zeros));
        assert_eq!(failure.grant_status.refresh_failure, Some(refresh_failure));
        if refresh_failure != RefreshFailure::ConsentEnded {
            let is_failing = failure.grant_status.failing_since.is_some();
            assert_eq!(
                is_failing,
                row(refresh_failure).degrades,
                "{refresh_failure}: the table and the state machine agree"
            );
        }
        (failure.due_at.seconds_since(NOW), failure.failures)
    }

    #[test]
    fn failure_that_is_not_final_has_a_retry_time() {
        for refresh_failure in RefreshFailure::ALL {
            let expected = match row(*refresh_failure).retry {
                Retry::BackOff | Retry::Never => (120, 3),
                Retry::AfterFix => (300, 2),
                Retry::Guarded => (600, 3),
            };
            assert_eq!(after(*refresh_failure, 2400), expected, "{refresh_failure}");
        }
        assert_eq!(
            after(RefreshFailure::AnswerLost, 60),
            (60, 3),
            "the retry is not after the token expires"
        );
    }
}
