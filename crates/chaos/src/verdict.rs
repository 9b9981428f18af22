//! The verdict on one grant: TikTok's state, the store's state and the operation log are compared.

use std::collections::HashSet;

use creator_connect::domain::RefreshFailure;

use crate::{
    creators::{Lineage, StoredState},
    operation_log::{Event, Incarnation, Line},
    tiktok::{Outcome, ProviderGrant, ResponseFate},
};

/// All that is known of one consent.
pub(crate) struct Facts<'a> {
    pub(crate) lineage: Lineage,
    pub(crate) provider: &'a ProviderGrant,
    pub(crate) held: &'a StoredState,
    pub(crate) lines: &'a [Line],
    /// Lives that ended by `kill -9`.
    pub(crate) killed: &'a HashSet<Incarnation>,
}

/// How a creator's grant stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The store holds what TikTok takes.
    Well,
    /// An answer of TikTok's never reached us, and the creator is told so.
    NeverReached(LossCause),
    /// Something is still being done about it.
    Unsettled,
    /// We lost what TikTok gave us.
    Lost(&'static str),
    /// The creator is told to reconnect for nothing.
    WronglyTold,
    /// The creator is rightly told to reconnect, and the reason that is recorded is wrong.
    WrongCause,
}

/// Why a response never reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LossCause {
    /// The simulator was ordered to drop it, or to hold it back until nobody waited.
    ByOrder,
    /// Whoever had asked was killed before it could be written down.
    Killed,
    /// It was sent, and the time to wait for it was over.
    TooLate,
}

impl Facts<'_> {
    pub(crate) fn verdict(&self) -> Verdict {
        let grant_status = &self.held.grant_status;
        if self.held.row != self.lineage.row {
            return Verdict::Unsettled;
        }
        match (self.held.digest == self.provider.digest, grant_status.needs_reconnect_since.is_some()) {
            (true, true) => Verdict::WronglyTold,
            (true, false) if grant_status.failing_since.is_some() => Verdict::Unsettled,
            (true, false) => Verdict::Well,
            (false, false) => Verdict::Unsettled,
            (false, true) => match self.loss_cause() {
                Err(lost) => Verdict::Lost(lost),
                Ok(_) if grant_status.refresh_failure != Some(RefreshFailure::AnswerLost) => {
                    Verdict::WrongCause
                }
                Ok(why) => Verdict::NeverReached(why),
            },
        }
    }

    /// The verdict when nobody is at work any more.
    pub(crate) fn last_verdict(&self) -> Verdict {
        match self.verdict() {
            Verdict::Unsettled if self.held.digest != self.provider.digest => match self.loss_cause() {
                Err(lost) => Verdict::Lost(lost),
                Ok(_) => Verdict::Unsettled,
            },
            verdict => verdict,
        }
    }

    /// Why the store does not hold the tokens that TikTok accepts; the error says how we lost them.
    fn loss_cause(&self) -> Result<LossCause, &'static str> {
        let held = self.held.generation - self.lineage.base;
        if i64::from(self.provider.generation) != held + 1 {
            return Err("newer tokens were used already than those that are stored");
        }
        let renewal = |asked: &&crate::tiktok::Asked| {
            i64::from(asked.generation) == held && asked.outcome == Outcome::Renewed
        };
        let fate = self.provider.asked.iter().find(renewal).map_or(ResponseFate::Sent, |asked| asked.answer);
        if self.at(self.held.generation).any(|line| line.has_reached("journalled")) {
            return Err("TikTok's answer was in the journal and never came to the store");
        }
        let killed = |line: &Line| line.has_reached("requested") && self.killed.contains(&line.life);
        let gave_up =
            |line: &Line| matches!(&line.event, Event::Completed { said, .. } if said == "no_answer");
        match fate {
            ResponseFate::Dropped | ResponseFate::Late => Ok(LossCause::ByOrder),
            ResponseFate::Sent if self.at(self.held.generation).any(killed) => Ok(LossCause::Killed),
            ResponseFate::Sent if self.at(self.held.generation).any(gave_up) => Ok(LossCause::TooLate),
            ResponseFate::Sent => Err("TikTok's answer came and was not kept"),
        }
    }

    fn at(&self, generation: i64) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.grant.generation == generation)
    }
}

/// How often a refresh token came to TikTok a second time for no good reason: not by the one retry of a claim that
/// knew it was unsure, and not by a claim that was held up by order until it was another's.
pub(crate) fn doubles(lineage: Lineage, provider: &ProviderGrant, lines: &[Line]) -> u64 {
    let excuse = |line: &&Line| line.event == Event::Stalled || line.unsure && line.has_reached("requested");
    let at = |generation: i64| lines.iter().filter(move |line| line.grant.generation == generation);
    let spent = |generation: u32| {
        provider
            .asked
            .iter()
            .filter(|asked| asked.generation == generation && asked.outcome == Outcome::Spent)
            .count()
    };
    let unexcused = |generation: u32| {
        let excused = at(lineage.base + i64::from(generation)).filter(excuse).count();
        spent(generation).saturating_sub(excused)
    };
    let unexcused: usize = (0..=provider.generation).map(unexcused).sum();
    let stalls = lines.iter().filter(|line| line.event == Event::Stalled).count();
    let side_by_side = usize::try_from(provider.overlaps).unwrap_or(usize::MAX).saturating_sub(stalls);
    u64::try_from(unexcused + side_by_side).unwrap_or(u64::MAX)
}

impl Line {
    pub(crate) fn has_reached(&self, name: &str) -> bool {
        matches!(&self.event, Event::Reached(step) if step == name)
    }
}
