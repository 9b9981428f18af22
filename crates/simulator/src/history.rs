//! What became of each question for new tokens, so that a test can tell whose loss a lost grant is.

use std::collections::HashMap;

use serde::Serialize;
use sha2::Sha256;

/// A long-running demo keeps no more questions of a grant than this; counts go on.
const KEPT: usize = 1000;

/// SHA-256 of a refresh token: it can be shown and compared.
pub(crate) type Digest = [u8; 32];

pub(crate) fn digest(refresh_token: &str) -> Digest {
    <Sha256 as sha2::Digest>::digest(refresh_token).into()
}

/// What was asked with the refresh tokens of one grant.
#[derive(Default)]
pub(crate) struct History {
    /// The first ones, in order.
    pub(crate) asked: Vec<Asked>,
    /// How often a refresh token came that was rotated before.
    pub(crate) spent: u32,
    /// How often it was refreshed when its access token was dead already.
    pub(crate) late: u32,
    /// How often a question came while another one with the same refresh token was not answered yet.
    pub(crate) overlaps: u32,
}

/// One question that had its effect, whether or not its answer came home.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Asked {
    pub(crate) at_ms: u64,
    /// How often the grant had been refreshed when the token that came was issued.
    pub(crate) generation: u32,
    pub(crate) outcome: Outcome,
    pub(crate) answer: Fate,
    /// Whether the access token was dead already.
    pub(crate) late: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// New tokens.
    Renewed,
    /// The token was rotated before.
    Spent,
    /// The grant is over.
    Ended,
}

/// What an ordered fault makes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// It goes out at once.
    Sent,
    /// It waits first: the asker may be gone.
    Late,
    /// It never goes out.
    Dropped,
}

/// How many questions with each refresh token are not answered yet.
#[derive(Default)]
pub(crate) struct Waiting(HashMap<Digest, u32>);

impl History {
    pub(crate) fn add(&mut self, asked: Asked) {
        self.spent += u32::from(asked.outcome == Outcome::Spent);
        self.late += u32::from(asked.outcome == Outcome::Renewed && asked.late);
        if self.asked.len() < KEPT {
            self.asked.push(asked);
        }
    }
}

impl Waiting {
    /// Whether another question with the same token waits already; `leave` must follow.
    pub(crate) fn arrive(&mut self, token: Digest) -> bool {
        let waiting = self.0.entry(token).or_default();
        *waiting += 1;
        *waiting > 1
    }

    pub(crate) fn leave(&mut self, token: &Digest) {
        if let Some(waiting) = self.0.get_mut(token) {
            *waiting -= 1;
            if *waiting == 0 {
                self.0.remove(token);
            }
        }
    }
}
