//! The headers of answers: challenges, and what is left of a key's rate.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};

use super::problem::{Code, Problem};
use crate::server::api_keys::Allowance;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The response of a problem, with the request's id in it and the challenge that its status asks for (RFC 6750, 3).
pub(super) fn with_request_id(mut response: Response, request_id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let challenge = challenge(&problem);
    let (mut parts, _) = response.into_parts();
    let named = problem.of_request(request_id).into_response().into_body();
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(value) = challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
        parts.headers.insert(header::WWW_AUTHENTICATE, value);
    }
    Response::from_parts(parts, named)
}

fn challenge(problem: &Problem) -> Option<String> {
    let realm = "Bearer realm=\"creator-connect\"";
    match problem.code() {
        Code::KeyMissing => Some(realm.to_owned()),
        Code::KeyMalformed | Code::KeyUnknown | Code::KeyExpired | Code::KeyRevoked => {
            Some(format!("{realm}, error=\"invalid_token\""))
        }
        Code::PermissionMissing => {
            let scope = problem.member("permission")?;
            Some(format!("{realm}, error=\"insufficient_scope\", scope=\"{scope}\""))
        }
        _ => None,
    }
}

/// The limits of a key (draft-ietf-httpapi-ratelimit-headers-11).
pub(super) fn with_allowance(mut response: Response, allowance: Option<Allowance>) -> Response {
    let Some(Allowance { per_minute, remaining, reset_seconds }) = allowance else { return response };
    let headers = [
        (RATE_LIMIT_POLICY, format!("\"key\";q={per_minute};w=60")),
        (RATE_LIMIT, format!("\"key\";r={remaining};t={reset_seconds}")),
    ];
    for (name, text) in headers {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
