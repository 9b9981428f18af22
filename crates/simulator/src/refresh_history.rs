//! The result of each refresh of a grant, so that a test can tell why a grant was lost.

use std::collections::HashMap;

use serde::Serialize;
use sha2::Sha256;

/// A long-running demo keeps no more attempts of a grant than this; counting goes on.
const MAX_ATTEMPTS: usize = 1000;

/// SHA-256 of a refresh token: it can be shown and compared.
pub(crate) type Digest = [u8; 32];

pub(crate) fn digest(refresh_token: &str) -> Digest {
    <Sha256 as sha2::Digest>::digest(refresh_token).into()
}

/// The refresh attempts of one grant.
#[derive(Default)]
pub(crate) struct RefreshHistory {
    /// The first ones, in order.
    pub(crate) attempts: Vec<RefreshAttempt>,
    /// How often a rotated refresh token was used again.
    pub(crate) reused: u32,
    /// How often it was refreshed after its access token had expired.
    pub(crate) late: u32,
    /// How often an attempt arrived while another one with the same refresh token was in flight.
    pub(crate) overlaps: u32,
}

/// One refresh that had its effect, whether or not the client received the response.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct RefreshAttempt {
    pub(crate) at_ms: u64,
    /// How often the grant had been refreshed when this refresh token was issued.
    pub(crate) generation: u32,
    pub(crate) outcome: Outcome,
    #[serde(rename = "answer")]
    pub(crate) response: ResponseDelivery,
    /// Whether the access token had expired before.
    pub(crate) late: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// New tokens were issued.
    Renewed,
    /// The refresh token had been rotated before.
    #[serde(rename = "spent")]
    Reused,
    /// The grant was revoked or had expired.
    Ended,
}

/// What an ordered fault does to a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResponseDelivery {
    /// It is sent at once.
    Sent,
    /// It is delayed: the client may have given up.
    Late,
    /// It is never sent.
    Dropped,
}

/// How many attempts with each refresh token are in flight.
#[derive(Default)]
pub(crate) struct PendingRefreshes(HashMap<Digest, u32>);

impl RefreshHistory {
    pub(crate) fn add(&mut self, attempt: RefreshAttempt) {
        self.reused += u32::from(attempt.outcome == Outcome::Reused);
        self.late += u32::from(attempt.outcome == Outcome::Renewed && attempt.late);
        if self.attempts.len() < MAX_ATTEMPTS {
            self.attempts.push(attempt);
        }
    }
}

impl PendingRefreshes {
    /// Whether another attempt with the same token is in flight already; `finish` must follow.
    pub(crate) fn begin(&mut self, token: Digest) -> bool {
        let in_flight = self.0.entry(token).or_default();
        *in_flight += 1;
        *in_flight > 1
    }

    pub(crate) fn finish(&mut self, token: &Digest) {
        if let Some(in_flight) = self.0.get_mut(token) {
            *in_flight -= 1;
            if *in_flight == 0 {
                self.0.remove(token);
            }
        }
    }
}
