//! Faults to order: what can go wrong between an app and TikTok.

use std::collections::{BTreeMap, HashMap};
use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{self, Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::callback;
use super::calls::Endpoint;
use super::clock;
use super::content_posting::fail_reason::FailReason;
use super::envelope::{self, ApiError};
use super::fields::Fields;
use super::history::Fate;
use super::oauth_error::OauthError;
use super::world::World;

/// Orders that wait for their calls, oldest first.
#[derive(Default)]
pub(crate) struct Faults(Vec<Waiting>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) endpoint: Endpoint,
    /// How many calls it meets; absent: one, or with a chance any number.
    times: Option<u32>,
    /// How likely it meets a call, from 0 to 1; absent: it meets the next one.
    pub(crate) chance: Option<f64>,
    /// Decides, with a chance, which calls it meets: for a refresh the n-th of a creator, else the n-th at all.
    #[serde(default)]
    seed: u64,
    pub(crate) fault: Fault,
}

struct Waiting {
    order: Order,
    met: u32,
    /// How many calls of each subject chance has fallen on.
    fallen: HashMap<String, u32>,
}

/// One thing that goes wrong; `delay_ms` may come with any other, `status` with `code` or `body`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fault {
    pub(crate) delay_ms: u64,
    /// The call has its effect at once, and so much later its answer.
    pub(crate) late_ms: u64,
    /// Closes the connection without an answer.
    pub(crate) drop: Option<Moment>,
    /// Never answers.
    pub(crate) hang: bool,
    /// HTTP 200 with bytes that are no JSON.
    pub(crate) garbage: bool,
    /// The endpoint's own way to say an error, with this code.
    pub(crate) code: Option<String>,
    pub(crate) status: Option<u16>,
    /// A string goes out as text, anything else as JSON.
    pub(crate) body: Option<Value>,
    /// Changes the JSON that is answered: a merge patch, in which null takes a field out (RFC 7396).
    pub(crate) patch: Option<Value>,
    /// The post that the call begins fails with this reason, after its transfer.
    pub(crate) fail_reason: Option<FailReason>,
    /// The authorize step leads back with these parameters and the state.
    pub(crate) callback: Option<BTreeMap<String, String>>,
}

/// Whether the call has had its effect when the connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Moment {
    Before,
    After,
}

impl Faults {
    pub(crate) fn add(&mut self, order: Order) {
        self.0.push(Waiting { order, met: 0, fallen: HashMap::new() });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault for that endpoint that meets the call, used up by one.
    pub(crate) fn take(&mut self, endpoint: Endpoint, subject: &str) -> Option<Fault> {
        let meets = |waiting: &mut Waiting| waiting.order.endpoint == endpoint && waiting.meets(subject);
        let place = self.0.iter_mut().position(meets)?;
        let waiting = self.0.get_mut(place)?;
        waiting.met += 1;
        let fault = waiting.order.fault.clone();
        self.0.retain(|waiting| !waiting.is_used_up());
        Some(fault)
    }
}

impl Waiting {
    fn meets(&mut self, subject: &str) -> bool {
        let Some(chance) = self.order.chance else { return true };
        let fallen = self.fallen.entry(subject.to_owned()).or_default();
        *fallen += 1;
        draw(self.order.seed, subject, *fallen) < chance
    }

    fn is_used_up(&self) -> bool {
        let times = self.order.times.or(self.order.chance.is_none().then_some(1));
        times.is_some_and(|times| self.met >= times)
    }
}

/// A number from 0 to below 1 that anyone can draw again.
fn draw(seed: u64, subject: &str, fallen: u32) -> f64 {
    let digest = Sha256::digest(format!("{seed} {subject} {fallen}"));
    let head = digest.first_chunk().map_or(0, |head| u32::from_be_bytes(*head));
    f64::from(head) / (f64::from(u32::MAX) + 1.0)
}

impl Fault {
    /// What it makes of the answer of a call that has its effect.
    pub(crate) fn fate(&self) -> Fate {
        match self.drop {
            Some(_) => Fate::Dropped,
            None if self.late_ms > 0 => Fate::Late,
            None => Fate::Sent,
        }
    }
}

/// Answers a call in the ordered way; `proceed` is what would happen without the fault.
pub(crate) async fn play(
    world: &World,
    fault: Fault,
    endpoint: Endpoint,
    query: &Fields,
    proceed: impl Future<Output = Response>,
) -> Response {
    clock::pause(fault.delay_ms).await;
    if fault.hang {
        return pending().await;
    }
    match fault.drop {
        Some(Moment::Before) => return broken(),
        Some(Moment::After) => {
            let _lost = proceed.await;
            return broken();
        }
        None => {}
    }
    let Some(mut answer) = replacement(world, &fault, endpoint, query) else {
        let answer = proceed.await;
        clock::pause(fault.late_ms).await;
        return match &fault.patch {
            Some(patch) => patched(answer, patch).await,
            None => answer,
        };
    };
    if let Some(status) = fault.status {
        *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    answer
}

/// The answer that stands in for the real one; none if the fault was only a delay.
fn replacement(world: &World, fault: &Fault, endpoint: Endpoint, query: &Fields) -> Option<Response> {
    let json = [(header::CONTENT_TYPE, "application/json")];
    if fault.garbage {
        return Some((json, &b"\xff\xfe{\"access_token\": <html>"[..]).into_response());
    }
    if let Some(code) = &fault.code {
        return Some(in_dialect(world, endpoint, query, code));
    }
    if let Some(parameters) = &fault.callback {
        let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        return Some(callback::lead_back(world, query, pairs.collect()));
    }
    match &fault.body {
        Some(Value::String(text)) => Some(text.clone().into_response()),
        Some(value) => Some((json, value.to_string()).into_response()),
        None => fault.status.map(|_| ().into_response()),
    }
}

fn in_dialect(world: &World, endpoint: Endpoint, query: &Fields, code: &str) -> Response {
    let now = world.clock.now();
    match endpoint {
        Endpoint::Token | Endpoint::Refresh | Endpoint::Revoke => OauthError::of_code(code).answer(now),
        Endpoint::Authorize => callback::refuse(world, query, code),
        Endpoint::Avatar | Endpoint::VideoUpload => (StatusCode::FORBIDDEN, code.to_owned()).into_response(),
        _ => envelope::answer(Err(ApiError::of_code(code)), endpoint, now),
    }
}

/// The same answer with its JSON changed; one that is no JSON is left alone.
async fn patched(answer: Response, patch: &Value) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = body::to_bytes(body, usize::MAX).await else { return broken() };
    let Ok(mut json) = serde_json::from_slice(&bytes) else {
        return Response::from_parts(parts, bytes.into());
    };
    merge(&mut json, patch);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, json.to_string().into())
}

/// The merge patch of RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(target) = target.as_object_mut() else { return };
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.remove(name)),
            value => merge(target.entry(name).or_insert(Value::Null), value),
        }
    }
}

/// hyper writes a head only once the body's first frame is there. A body that fails at once therefore closes the
/// connection without a byte.
fn broken() -> Response {
    Response::new(Body::new(Broken))
}

struct Broken;

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}
