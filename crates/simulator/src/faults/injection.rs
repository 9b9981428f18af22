//! What a fault does to a call and its response.

use std::future::{Future, pending};

use axum::body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::dropped_connection::dropped_connection;
use super::merge_patch::merge;
use super::{DropPoint, Fault};
use crate::callback;
use crate::calls::Endpoint;
use crate::clock;
use crate::envelope::{self, ApiError};
use crate::fields::Fields;
use crate::oauth_error::OauthError;
use crate::simulator::Simulator;

/// Responds to a call with the fault; `response` is what would be sent without it.
pub(crate) async fn inject(
    simulator: &Simulator,
    fault: Fault,
    endpoint: Endpoint,
    query: &Fields,
    response: impl Future<Output = Response>,
) -> Response {
    clock::sleep(fault.delay_ms).await;
    if fault.hang {
        return pending().await;
    }
    match fault.drop {
        Some(DropPoint::Before) => return dropped_connection(),
        Some(DropPoint::After) => {
            let _lost = response.await;
            return dropped_connection();
        }
        None => {}
    }
    let Some(mut replaced) = replacement(simulator, &fault, endpoint, query) else {
        let response = response.await;
        clock::sleep(fault.late_ms).await;
        return match &fault.patch {
            Some(patch) => patched(response, patch).await,
            None => response,
        };
    };
    if let Some(status) = fault.status {
        *replaced.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    replaced
}

/// The response in place of the real one; none if the real one is sent.
fn replacement(simulator: &Simulator, fault: &Fault, endpoint: Endpoint, query: &Fields) -> Option<Response> {
    let json = [(header::CONTENT_TYPE, "application/json")];
    if fault.garbage {
        return Some((json, &b"\xff\xfe{\"access_token\": <html>"[..]).into_response());
    }
    if let Some(code) = &fault.code {
        return Some(error_response(simulator, endpoint, query, code));
    }
    if let Some(parameters) = &fault.callback {
        let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        return Some(callback::redirect_back(simulator, query, pairs.collect()));
    }
    match &fault.body {
        Some(Value::String(text)) => Some(text.clone().into_response()),
        Some(value) => Some((json, value.to_string()).into_response()),
        None => fault.status.map(|_| ().into_response()),
    }
}

fn error_response(simulator: &Simulator, endpoint: Endpoint, query: &Fields, code: &str) -> Response {
    let now = simulator.clock.now();
    match endpoint {
        Endpoint::Token | Endpoint::Refresh | Endpoint::Revoke => OauthError::of_code(code).to_response(now),
        Endpoint::Authorize => callback::refuse(simulator, query, code),
        Endpoint::Avatar | Endpoint::VideoUpload => (StatusCode::FORBIDDEN, code.to_owned()).into_response(),
        _ => envelope::respond(Err(ApiError::of_code(code)), endpoint, now),
    }
}

/// The same response with its JSON changed; one that is no JSON stays as it is.
async fn patched(response: Response, patch: &Value) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = body::to_bytes(body, usize::MAX).await else { return dropped_connection() };
    let Ok(mut json) = serde_json::from_slice(&bytes) else {
        return Response::from_parts(parts, bytes.into());
    };
    merge(&mut json, patch);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, json.to_string().into())
}
