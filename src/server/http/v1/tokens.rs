//! `/creators/{creator}/access-token`: a token that works now, and reports of one that TikTok refused.

use axum::{
    Json,
    extract::{Path, State},
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    extract::{Body, whole_number},
    problem::{Code, Problem, ProblemBody},
    resolve::find,
    view::reconnect_url,
};
use crate::{
    domain::{RefreshFailure, Timestamp},
    server::{
        clock::rfc3339,
        refresh::{FreshToken, RefreshError},
        state::AppState,
        store::StoredCreator,
    },
};

/// No token of TikTok's documented lifetimes is valid for longer when it is asked for.
const LONGEST_SECONDS: i64 = 3600;

/// Which token is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// The token must be valid for so many seconds.
    #[serde(default = "default_seconds", deserialize_with = "whole_number")]
    #[schema(default = 300, minimum = 0, maximum = 3600)]
    min_valid_for: i64,
    /// What it must allow.
    #[serde(default)]
    #[schema(example = json!(["video.publish"]))]
    scopes: Vec<String>,
}

const fn default_seconds() -> i64 {
    300
}

/// A token that works now.
#[derive(ToSchema)]
#[schema(as = AccessToken)]
#[allow(dead_code, reason = "it documents an answer: no type with a token can be serialised")]
pub(super) struct TokenAnswer {
    /// TikTok's access token. It is never logged here; do not store it.
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: String,
    /// In how many seconds it ends.
    expires_in: i64,
    /// What it allows.
    scopes: Vec<String>,
    /// TikTok's id of the creator.
    open_id: String,
    /// Counts the creator's token pairs; a report of a refused token names it.
    generation: i64,
}

/// Hands out a token, refreshed first if need be.
#[utoipa::path(
    post, path = "/creators/{creator}/access-token", tag = "tokens", request_body = Option<Wanted>,
    params(("creator" = String, Path, description = "Our id, open_id:… or reference:…")),
    responses((status = 200, body = TokenAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
    Body(wanted): Body<Wanted>,
) -> Result<Json<Value>, Problem> {
    if wanted.min_valid_for > LONGEST_SECONDS {
        let detail =
            format!("A token is valid for {LONGEST_SECONDS} seconds at least; ask again before it ends.");
        let problem = Problem::new(Code::MinValidForTooLong, detail.clone()).with("longest", LONGEST_SECONDS);
        return Err(problem.at("#/min_valid_for", detail));
    }
    if wanted.min_valid_for < 0 {
        let detail = "It is 0 or more.";
        return Err(Problem::new(Code::Unprocessable, detail).at("#/min_valid_for", detail));
    }
    let stored = find(&state, &caller, &creator).await?;
    let token = state.refresher.token(&stored.id, wanted.min_valid_for).await;
    let token = match token {
        Ok(token) => token,
        Err(error) => return Err(refresh_problem(&state, &stored, error)),
    };
    if let Some(missing) = wanted.scopes.iter().find(|scope| !token.scopes.contains(scope)) {
        return Err(scope_missing(&state, &[missing]));
    }
    caller.handed_out(token.generation);
    Ok(Json(answer(&stored, &token)))
}

fn answer(stored: &StoredCreator, token: &FreshToken) -> Value {
    json!({
        "access_token": token.access_token.expose_secret(),
        "token_type": token.token_type,
        "expires_at": rfc3339(token.expires_at),
        "expires_in": token.expires_in,
        "scopes": token.scopes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "open_id": stored.open_id.as_str(),
        "generation": token.generation,
    })
}

/// A token that TikTok refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    /// The generation that came with it.
    #[serde(deserialize_with = "whole_number")]
    generation: i64,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Verified {
    /// `valid`: there is a newer token already; `refreshed`: there is now; `needs_reconnect`: the consent is gone.
    state: &'static str,
    /// The generation that is stored now.
    generation: i64,
}

/// Reports that TikTok refused a token with `access_token_invalid`: a refresh finds out, once for all who report it.
#[utoipa::path(
    post, path = "/creators/{creator}/access-token/rejected", tag = "tokens", request_body = Refused,
    params(("creator" = String, Path, description = "Our id, open_id:… or reference:…")),
    responses((status = 200, body = Verified), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn rejected(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
    Body(refused): Body<Refused>,
) -> Result<Json<Verified>, Problem> {
    let stored = find(&state, &caller, &creator).await?;
    match state.refresher.verify_rejected(&stored.id, refused.generation).await {
        Ok(verified) => {
            let state = if verified.refreshed { "refreshed" } else { "valid" };
            Ok(Json(Verified { state, generation: verified.generation }))
        }
        Err(RefreshError::NeedsReconnect(_)) => {
            Ok(Json(Verified { state: "needs_reconnect", generation: refused.generation }))
        }
        Err(error) => Err(refresh_problem(&state, &stored, error)),
    }
}

/// The creator has not granted any of these.
pub(super) fn scope_missing(state: &AppState, scopes: &[&str]) -> Problem {
    let list = scopes.join(" or ");
    let detail = format!("The creator has not granted {list}. They can at reconnect_url.");
    let problem = Problem::new(Code::ScopeMissing, detail).with("scopes", scopes);
    problem.with("reconnect_url", reconnect_url(&state.config.site.origin))
}

/// Why there is no token.
pub(super) fn refresh_problem(state: &AppState, stored: &StoredCreator, error: RefreshError) -> Problem {
    let reconnect = reconnect_url(&state.config.site.origin);
    let now = state.clock.now();
    match error {
        RefreshError::NotConnected => {
            let detail = "The creator has disconnected; they can connect again at reconnect_url.";
            let problem = Problem::new(Code::Disconnected, detail).with("reconnect_url", reconnect);
            match stored.ended {
                Some((at, cause)) => problem.with("since", rfc3339(at)).with("cause", cause.as_str()),
                None => problem,
            }
        }
        RefreshError::NeedsReconnect(failure) => {
            let detail = "Only the creator can renew the consent: send them to reconnect_url.";
            let problem = Problem::new(Code::NeedsReconnect, detail).with("cause", failure.as_str());
            let problem = problem.with("reconnect_url", reconnect);
            match since(stored) {
                Some(since) => problem.with("since", rfc3339(since)),
                None => problem,
            }
        }
        RefreshError::Later { refresh_failure, retry_at } => later(stored, refresh_failure, retry_at, now),
        RefreshError::Stopping => {
            Problem::new(Code::TemporarilyUnavailable, "This process stops; ask again.").retry_after(2)
        }
        RefreshError::Store(error) => error.into(),
        RefreshError::Internal => {
            Problem::new(Code::Internal, "It is in the log of the app, under this request's id.")
        }
    }
}

fn since(stored: &StoredCreator) -> Option<Timestamp> {
    let status = stored.grant.as_ref()?.grant_status;
    status.needs_reconnect_since.or(status.refresh_expires_at)
}

/// TikTok cannot refresh now. The stored token may still live.
fn later(stored: &StoredCreator, failure: RefreshFailure, retry_at: Timestamp, now: Timestamp) -> Problem {
    let detail = "TikTok cannot renew the token now. It is retried; ask again after Retry-After. A token that is \
                  valid for less time is handed out with a smaller min_valid_for.";
    let seconds = retry_at.seconds_since(now).clamp(1, 3600).unsigned_abs();
    let problem = Problem::new(Code::TemporarilyUnavailable, detail).with("cause", failure.as_str());
    let lives_until = stored.grant.as_ref().map(|grant| grant.grant_status.access_expires_at);
    let lives_until = lives_until.filter(|end| *end > now).map(rfc3339);
    problem.with("stored_token_expires_at", lives_until).retry_after(seconds)
}
