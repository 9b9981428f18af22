//! Middleware of every call to TikTok: it records the call and injects the fault that was ordered for it.

use axum::body::{self, Body};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::calls::{Endpoint, UPLOAD_PATH};
use super::faults::{Fault, injection::inject};
use super::fields::Fields;
use super::refresh_history::{Digest, ResponseDelivery, digest};
use super::simulator::{Memory, SharedSimulator, Simulator};

const MAX_BODY: usize = 64 * 1024;
/// The last chunk of a file may have 128 MB.
const MAX_CHUNK: usize = 128 * 1024 * 1024;

pub(crate) async fn record_and_inject_faults(
    State(simulator): State<SharedSimulator>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_upload = parts.uri.path() == UPLOAD_PATH;
    let limit = if is_upload { MAX_CHUNK } else { MAX_BODY };
    let Ok(body) = body::to_bytes(body, limit).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let form = if is_upload { Fields::default() } else { Fields::parse(&body) };
    let Some(endpoint) = Endpoint::of(&parts, &query, &form) else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    let token = (endpoint == Endpoint::Refresh).then(|| form.get("refresh_token").map(digest)).flatten();
    let _call = InFlightCall::new(&simulator, endpoint, token, field_names(&parts, &query, &form, &body));
    let fault = take_fault(&mut simulator.memory(), endpoint, token);
    parts.extensions.insert(fault.as_ref().map_or(ResponseDelivery::Sent, Fault::response_delivery));
    parts.extensions.insert(fault.as_ref().and_then(|fault| fault.fail_reason));
    let response = next.run(Request::from_parts(parts, Body::from(body)));
    match fault {
        Some(fault) => inject(&simulator, fault, endpoint, &query, response).await,
        None => response.await,
    }
}

/// Random faults are drawn for each creator alone, so that they do not depend on the order in which creators refresh.
fn take_fault(memory: &mut Memory, endpoint: Endpoint, token: Option<Digest>) -> Option<Fault> {
    let grant = token.and_then(|token| memory.grants.by_refresh_token(&token));
    let subject = grant.map(|grant| grant.creator.name());
    memory.faults.take(endpoint, &subject.unwrap_or_default())
}

/// A call that has no response yet. It ends when it is dropped, also if the client disconnects.
struct InFlightCall<'a> {
    simulator: &'a Simulator,
    token: Option<Digest>,
}

impl<'a> InFlightCall<'a> {
    fn new(simulator: &'a Simulator, endpoint: Endpoint, token: Option<Digest>, fields: Vec<String>) -> Self {
        let now_ms = simulator.clock.now_ms();
        let mut memory = simulator.memory();
        memory.calls.begin(endpoint, now_ms, fields);
        if let Some(token) = token
            && memory.pending_refreshes.begin(token)
            && let Some(grant) = memory.grants.by_refresh_token(&token)
        {
            grant.history.overlaps += 1;
        }
        Self { simulator, token }
    }
}

impl Drop for InFlightCall<'_> {
    fn drop(&mut self) {
        let mut memory = self.simulator.memory();
        memory.calls.finish();
        if let Some(token) = &self.token {
            memory.pending_refreshes.finish(token);
        }
    }
}

/// The names of the query's and the body's fields.
fn field_names(parts: &Parts, query: &Fields, form: &Fields, body: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = query.names().map(str::to_owned).collect();
    let media = parts.headers.get(header::CONTENT_TYPE);
    let json = media.is_some_and(|media| media.as_bytes().starts_with(b"application/json"));
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) if json => names.extend(object.into_iter().map(|(name, _)| name)),
        _ if json => {}
        _ => names.extend(form.names().map(str::to_owned)),
    }
    names
}
