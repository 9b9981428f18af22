//! Fault injection: what can go wrong between an app and TikTok, by order.

mod dropped_connection;
pub(crate) mod injection;
mod merge_patch;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::calls::Endpoint;
use super::content_posting::fail_reason::FailReason;
use super::refresh_history::ResponseDelivery;

/// The ordered faults that have not occurred yet, oldest first.
#[derive(Default)]
pub(crate) struct Faults(Vec<QueuedFault>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) endpoint: Endpoint,
    /// How many calls it affects; absent: one, or with a chance any number.
    times: Option<u32>,
    /// The probability with which it affects a call, from 0 to 1; absent: it affects the next one.
    pub(crate) chance: Option<f64>,
    /// The seed of the draws: with the same one the same calls are affected, counted for a refresh by creator.
    #[serde(default)]
    seed: u64,
    pub(crate) fault: Fault,
}

struct QueuedFault {
    order: Order,
    applied: u32,
    /// How many random numbers were drawn for each subject.
    draws: HashMap<String, u32>,
}

/// One fault; `delay_ms` may be combined with any other, `status` with `code` or `body`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fault {
    pub(crate) delay_ms: u64,
    /// The call has its effect at once; its response is delayed by so much.
    pub(crate) late_ms: u64,
    /// Closes the connection without a response.
    pub(crate) drop: Option<DropPoint>,
    /// Never responds.
    pub(crate) hang: bool,
    /// HTTP 200 with invalid JSON.
    pub(crate) garbage: bool,
    /// An error with this code, in the endpoint's own format.
    pub(crate) code: Option<String>,
    pub(crate) status: Option<u16>,
    /// A string is sent as text, anything else as JSON.
    pub(crate) body: Option<Value>,
    /// Changes the JSON of the response: a merge patch, in which null removes a field (RFC 7396).
    pub(crate) patch: Option<Value>,
    /// The post that the call begins fails with this reason, after its transfer.
    pub(crate) fail_reason: Option<FailReason>,
    /// The authorize step redirects back with these parameters and the state.
    pub(crate) callback: Option<BTreeMap<String, String>>,
}

/// Whether the call has had its effect when the connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DropPoint {
    Before,
    After,
}

impl Faults {
    pub(crate) fn add(&mut self, order: Order) {
        self.0.push(QueuedFault { order, applied: 0, draws: HashMap::new() });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault that affects this call; it counts as one of its `times`.
    pub(crate) fn take(&mut self, endpoint: Endpoint, subject: &str) -> Option<Fault> {
        let applies_to =
            |queued: &mut QueuedFault| queued.order.endpoint == endpoint && queued.applies_to(subject);
        let index = self.0.iter_mut().position(applies_to)?;
        let queued = self.0.get_mut(index)?;
        queued.applied += 1;
        let fault = queued.order.fault.clone();
        self.0.retain(|queued| !queued.is_used_up());
        Some(fault)
    }
}

impl QueuedFault {
    fn applies_to(&mut self, subject: &str) -> bool {
        let Some(chance) = self.order.chance else { return true };
        let draws = self.draws.entry(subject.to_owned()).or_default();
        *draws += 1;
        draw(self.order.seed, subject, *draws) < chance
    }

    fn is_used_up(&self) -> bool {
        let times = self.order.times.or(self.order.chance.is_none().then_some(1));
        times.is_some_and(|times| self.applied >= times)
    }
}

/// A reproducible number from 0 to below 1.
fn draw(seed: u64, subject: &str, draws: u32) -> f64 {
    let digest = Sha256::digest(format!("{seed} {subject} {draws}"));
    let head = digest.first_chunk().map_or(0, |head| u32::from_be_bytes(*head));
    f64::from(head) / (f64::from(u32::MAX) + 1.0)
}

impl Fault {
    /// What it does to the response of a call that has its effect.
    pub(crate) fn response_delivery(&self) -> ResponseDelivery {
        match self.drop {
            Some(_) => ResponseDelivery::Dropped,
            None if self.late_ms > 0 => ResponseDelivery::Late,
            None => ResponseDelivery::Sent,
        }
    }
}
