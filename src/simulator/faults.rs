//! Faults to order: what can go wrong between an app and TikTok.

use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::callback;
use super::calls::Endpoint;
use super::clock;
use super::envelope::{self, ApiError};
use super::fields::Fields;
use super::oauth_error::OauthError;
use super::world::World;

/// Orders that wait for their calls, oldest first.
#[derive(Default)]
pub(crate) struct Faults(Vec<Order>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) endpoint: Endpoint,
    #[serde(default = "once")]
    pub(crate) times: u32,
    pub(crate) fault: Fault,
}

/// One thing that goes wrong; `delay_ms` may come with any other, `status` with `code` or `body`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fault {
    pub(crate) delay_ms: u64,
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
        self.0.push(order);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault for that endpoint, used up by one.
    pub(crate) fn take(&mut self, endpoint: Endpoint) -> Option<Fault> {
        self.0.retain(|order| order.times > 0);
        let order = self.0.iter_mut().find(|order| order.endpoint == endpoint)?;
        order.times -= 1;
        Some(order.fault.clone())
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
        return proceed.await;
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
        Endpoint::UserInfo | Endpoint::CreatorInfo => envelope::answer(Err(ApiError::of_code(code)), now),
        Endpoint::Authorize => callback::refuse(world, query, code),
        Endpoint::Avatar => (StatusCode::FORBIDDEN, code.to_owned()).into_response(),
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

fn once() -> u32 {
    1
}
