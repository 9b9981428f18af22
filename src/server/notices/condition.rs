//! The conditions of which the operator is told: those of `deploy/alerts.yaml` that one process can see by itself.

use std::collections::BTreeMap;

use crate::{
    domain::Timestamp,
    server::scrape::{Parts, Snapshot},
};

/// A notice of the same condition is sent again after this time, if it still holds.
const REPEAT_SECONDS: i64 = 60 * 60;

/// A response that waits in the journal for longer is a finding.
const JOURNAL_SECONDS: i64 = 5 * 60;

/// A certificate that expires sooner is a finding.
const CERTIFICATE_SECONDS: i64 = 14 * 86_400;

/// Less free space is a finding.
const DISK_BYTES: i64 = 500_000_000;

/// A condition, under the name of its alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// The store does not answer.
    StoreDown,
    /// The journal takes no response.
    JournalDown,
    /// A response waits in the journal.
    JournalStuck,
    /// TikTok fails for many grants alike.
    BreakerOpen,
    /// A background loop makes no turns.
    LoopDead,
    /// Grants were lost since the last look.
    GrantsLost,
    /// The certificate expires soon.
    CertificateEnding,
    /// A disk is nearly full.
    DiskFull,
}

impl Condition {
    /// The name of the alert, and of its section in docs/troubleshooting.md.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StoreDown => "StoreDown",
            Self::JournalDown => "JournalDown",
            Self::JournalStuck => "JournalStuck",
            Self::BreakerOpen => "BreakerOpen",
            Self::LoopDead => "LoopDead",
            Self::GrantsLost => "GrantsLost",
            Self::CertificateEnding => "CertificateEnding",
            Self::DiskFull => "DiskFull",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::StoreDown => "The store is unavailable: no creator can log in, and no grant is refreshed.",
            Self::JournalDown => "JOURNAL_DIR cannot be written: no grant is refreshed.",
            Self::JournalStuck => "New tokens have waited in the journal for more than five minutes.",
            Self::BreakerOpen => "TikTok fails for many grants alike: no grant is refreshed.",
            Self::LoopDead => "A background loop makes no turns: /readyz names it.",
            Self::GrantsLost => "Grants were lost: their creators have to reconnect.",
            Self::CertificateEnding => "The TLS certificate expires within 14 days.",
            Self::DiskFull => "Less than 500 MB are free where the app writes.",
        }
    }

    /// How long it must hold before it is told, in seconds.
    const fn patience(self) -> i64 {
        match self {
            Self::StoreDown | Self::JournalDown => 2 * 60,
            Self::BreakerOpen => 10 * 60,
            Self::DiskFull => 5 * 60,
            Self::JournalStuck | Self::LoopDead | Self::GrantsLost | Self::CertificateEnding => 0,
        }
    }
}

/// What was seen at one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The conditions that hold, but for [`Condition::GrantsLost`].
    pub holding: Vec<Condition>,
    /// The grants that this process has found lost since its start.
    pub lost: u64,
}

impl Observed {
    /// What a snapshot shows.
    pub(super) fn new(snapshot: &Snapshot, parts: &Parts, now: Timestamp) -> Self {
        let journal = snapshot.journal.as_ref();
        let ends = snapshot.certificate_ends_at.map(|end| end.seconds_since(now));
        let conditions = [
            (Condition::StoreDown, !snapshot.parts.store),
            (Condition::JournalDown, !snapshot.parts.journal),
            (Condition::JournalStuck, journal.is_some_and(|waits| waits.oldest_seconds > JOURNAL_SECONDS)),
            (Condition::BreakerOpen, snapshot.engine.breaker_open),
            (Condition::LoopDead, !snapshot.loops),
            (Condition::CertificateEnding, ends.is_some_and(|left| left < CERTIFICATE_SECONDS)),
            (Condition::DiskFull, snapshot.disks.iter().any(|(_, free)| *free < DISK_BYTES)),
        ];
        let holding = conditions.into_iter().filter(|(_, holds)| *holds).map(|(condition, _)| condition);
        Self { holding: holding.collect(), lost: parts.metrics.refreshes.lost() }
    }
}

/// Since when each condition holds, and when it was told.
#[derive(Debug, Default)]
pub struct Watch {
    since: BTreeMap<Condition, Timestamp>,
    sent: BTreeMap<Condition, Timestamp>,
    /// The lost grants of which the operator knows.
    told_lost: u64,
    lost: u64,
}

impl Watch {
    /// The conditions that are to be told now.
    pub fn due(&mut self, observed: &Observed, now: Timestamp) -> Vec<Condition> {
        let mut holding = observed.holding.clone();
        self.lost = observed.lost;
        if observed.lost > self.told_lost {
            holding.push(Condition::GrantsLost);
        }
        self.since.retain(|condition, _| holding.contains(condition));
        holding.retain(|condition| {
            let since = *self.since.entry(*condition).or_insert(now);
            let is_told = self.sent.get(condition).is_some_and(|at| now.seconds_since(*at) < REPEAT_SECONDS);
            now.seconds_since(since) >= condition.patience() && !is_told
        });
        holding
    }

    /// Records that a notice arrived.
    pub fn record_sent(&mut self, condition: Condition, now: Timestamp) {
        self.sent.insert(condition, now);
        if condition == Condition::GrantsLost {
            self.told_lost = self.lost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at `now`, and sends all that is due.
    fn look(watch: &mut Watch, holding: &[Condition], lost: u64, now: i64) -> Vec<Condition> {
        let observed = Observed { holding: holding.to_vec(), lost };
        let due = watch.due(&observed, Timestamp(now));
        for condition in &due {
            watch.record_sent(*condition, Timestamp(now));
        }
        due
    }

    #[test]
    fn condition_is_told_after_its_patience_and_hourly() {
        let (mut watch, down) = (Watch::default(), [Condition::StoreDown]);
        for (now, expected) in
            [(0, &[][..]), (119, &[]), (120, &down), (180, &[]), (120 + 3599, &[]), (120 + 3600, &down)]
        {
            assert_eq!(look(&mut watch, &down, 0, now), expected, "{now}");
        }
    }

    #[test]
    fn condition_that_ended_waits_again() {
        let mut watch = Watch::default();
        look(&mut watch, &[Condition::BreakerOpen], 0, 0);
        look(&mut watch, &[], 0, 300);
        assert_eq!(look(&mut watch, &[Condition::BreakerOpen], 0, 700), []);
        assert_eq!(look(&mut watch, &[Condition::BreakerOpen], 0, 1300), [Condition::BreakerOpen]);
    }

    #[test]
    fn lost_grants_are_told_once_and_at_most_hourly() {
        let mut watch = Watch::default();
        for (lost, now, expected) in
            [(0, 0, 0), (2, 60, 1), (2, 5000, 0), (3, 5060, 1), (4, 5120, 0), (4, 8660, 1)]
        {
            assert_eq!(look(&mut watch, &[], lost, now).len(), expected, "{lost} at {now}");
        }
    }
}
