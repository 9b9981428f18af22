//! `/creators/{creator}/tiktok/{path}`: the same request at TikTok, with the creator's token put in.

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    caller::Caller,
    problem::{Code, Problem, ProblemBody},
    resolve::find,
    tokens::{refresh_problem, scope_missing},
};
use crate::server::{
    state::AppState,
    store::StoredCreator,
    tiktok::proxy::{MAX_BODY_BYTES, Proxied, ProxyRoute},
    tiktok_proxy::CallError,
};

const LOG_ID: HeaderName = HeaderName::from_static("x-tiktok-log-id");

/// Calls TikTok for the program. Which endpoints may be called, `creator-connect proxy-routes` lists.
#[utoipa::path(
    get, path = "/creators/{creator}/tiktok/{*path}", tag = "tiktok",
    params(
        ("creator" = String, Path, description = "Our id, open_id:… or reference:…"),
        ("path" = String, Path, description = "TikTok's path, as v2/user/info/; its slashes are not escaped"),
    ),
    responses(
        (status = 200, description = "TikTok's response", body = Value),
        (status = "default", description = "TikTok's own status with its body, or a problem", body = ProblemBody,
            content_type = "application/problem+json")
    )
)]
pub(super) async fn get(
    state: State<AppState>,
    caller: Caller,
    path: Path<(String, String)>,
    query: RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    call(state, caller, path, query, request).await
}

/// Calls TikTok for the program, with its JSON body.
#[utoipa::path(
    post, path = "/creators/{creator}/tiktok/{*path}", tag = "tiktok", request_body = Value,
    params(
        ("creator" = String, Path, description = "Our id, open_id:… or reference:…"),
        ("path" = String, Path, description = "TikTok's path, as v2/video/list/; its slashes are not escaped"),
    ),
    responses(
        (status = 200, description = "TikTok's response", body = Value),
        (status = "default", description = "TikTok's own status with its body, or a problem", body = ProblemBody,
            content_type = "application/problem+json")
    )
)]
pub(super) async fn post(
    state: State<AppState>,
    caller: Caller,
    path: Path<(String, String)>,
    query: RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    call(state, caller, path, query, request).await
}

async fn call(
    State(state): State<AppState>,
    caller: Caller,
    Path((creator, _)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let stored = find(&state, &caller, &creator).await?;
    // As it was sent: an escaped character is none of an endpoint's.
    let path = request.uri().path().split_once("/tiktok/").map_or("", |(_, path)| path).to_owned();
    let route = state.tiktok_proxy.route(request.method().as_str(), &path).map_err(|_| not_allowed())?;
    caller.target(format!("{} {}", route.method, route.path));
    let body = read_body(request).await?;
    let response = state.tiktok_proxy.call(&stored.id, route, query.as_deref(), &body).await;
    response.map(respond).map_err(|error| call_problem(&state, &stored, route, error))
}

/// A JSON body of up to 1 MB; none is an empty object.
async fn read_body(request: Request) -> Result<Bytes, Problem> {
    let body = axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES).await;
    let body = body.map_err(|_| Problem::new(Code::TooLarge, "A body has up to 1 MB."))?;
    if body.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match serde_json::from_slice::<Value>(&body) {
        Ok(_) => Ok(body),
        Err(error) => Err(Problem::new(Code::MalformedJson, error.to_string())),
    }
}

/// TikTok's response, with its status and log id and no other header.
fn respond(response: Proxied) -> Response {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let mut answer = (status, content_type, response.body).into_response();
    if let Some(value) = response.log_id.and_then(|id| HeaderValue::from_str(id.as_str()).ok()) {
        answer.headers_mut().insert(LOG_ID, value);
    }
    answer
}

fn not_allowed() -> Problem {
    let detail = "`creator-connect proxy-routes` lists what may be called. A direct post needs \
                  TIKTOK_PROXY_DIRECT_POST=true: TikTok wants the creator to choose privacy and interactions.";
    Problem::new(Code::ProxyRouteNotAllowed, detail)
}

fn call_problem(state: &AppState, stored: &StoredCreator, route: &ProxyRoute, error: CallError) -> Problem {
    match error {
        CallError::NotAllowed => not_allowed(),
        CallError::ScopeMissing(scopes) => scope_missing(state, scopes),
        CallError::RateLimited(wait) => {
            let detail =
                format!("TikTok takes {} of these calls a minute for one creator.", route.per_minute);
            Problem::new(Code::TiktokRateLimited, detail).retry_after(wait.as_secs() + 1)
        }
        CallError::Refresh(error) => refresh_problem(state, stored, error),
        CallError::Unusable(status) => {
            let detail = "TikTok's response is no JSON that may be passed on.";
            Problem::new(Code::TiktokError, detail)
                .with("tiktok", serde_json::json!({ "http_status": status }))
        }
        CallError::NoResponse { timed_out, retry_safe } => {
            let code = if timed_out { Code::TiktokTimeout } else { Code::TiktokError };
            let detail = if retry_safe {
                "TikTok did not respond. The call may be made again."
            } else {
                "TikTok did not respond, and may have done it. Look before you call again."
            };
            Problem::new(code, detail).with("retry_safe", retry_safe)
        }
    }
}
