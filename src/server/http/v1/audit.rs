//! `/audit`: who did what with whose connection.
#![allow(unused_qualifications, reason = "utoipa's macro writes them")]

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::Caller,
    extract::{Parameters, page_limit, unacceptable},
    problem::{Code, Problem, ProblemBody},
    resolve::find,
};
use crate::{
    domain::CreatorLimit,
    server::{
        clock::rfc3339,
        state::AppState,
        store::{AuditQuery, StoredAuditRow},
    },
};

/// Which rows are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParameters {
    /// Rows about one creator.
    creator: Option<String>,
    /// Rows of one key, by its id.
    key: Option<String>,
    /// Rows of one action, as `token.read`.
    action: Option<String>,
    /// So many, up to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// A row of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Row {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// `key`, `operator`, `cli`, `creator` or `engine`.
    actor_kind: String,
    actor_id: Option<String>,
    actor_name: Option<String>,
    /// As `token.read`.
    action: String,
    /// Our id of the creator.
    creator: Option<String>,
    target: Option<String>,
    /// `ok`, `refused` or `failed`.
    outcome: String,
    /// The code of the problem that was answered.
    code: Option<String>,
    /// The generation of the token that was handed out.
    generation: Option<i64>,
    /// The client's network: /24 or /48.
    address: Option<String>,
    request_id: Option<String>,
    /// The chain, the number in it, and the digests that `creator-connect audit verify` checks.
    chain: String,
    seq: i64,
    prev: String,
    digest: String,
}

impl From<StoredAuditRow> for Row {
    fn from(StoredAuditRow { id, row }: StoredAuditRow) -> Self {
        let entry = row.entry;
        Self {
            id: id.to_string(),
            at: rfc3339(entry.at),
            actor_kind: entry.actor_kind,
            actor_id: entry.actor_id,
            actor_name: entry.actor_name,
            action: entry.action,
            creator: entry.creator.map(|creator| creator.as_str().to_owned()),
            target: entry.target,
            outcome: entry.outcome,
            code: entry.code,
            generation: entry.generation,
            address: entry.address,
            request_id: entry.request_id,
            chain: row.chain,
            seq: row.seq,
            prev: row.prev,
            digest: row.digest,
        }
    }
}

/// A page of the audit log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditPage {
    rows: Vec<Row>,
    /// For the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Lists the audit log, newest first; as JSON lines with `Accept: application/x-ndjson`. A key that is limited to some
/// creators has to name one.
#[utoipa::path(
    get, path = "/audit", tag = "audit", params(AuditParameters),
    responses(
        (status = 200, content((AuditPage = "application/json"), (String = "application/x-ndjson"))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Parameters(parameters): Parameters<AuditParameters>,
) -> Result<Response, Problem> {
    let limit = page_limit(parameters.limit)?;
    let creator = match &parameters.creator {
        Some(name) => Some(find(&state, &caller, name).await?.id),
        None if *caller.key.creators() == CreatorLimit::All => None,
        None => return Err(unacceptable("creator", "The key is for some creators: name one.")),
    };
    let bad = |_| Problem::new(Code::BadCursor, "Take next_cursor of a page.");
    let before = parameters.cursor.as_deref().map(str::parse::<i64>).transpose().map_err(bad)?;
    let query = AuditQuery {
        after: None,
        before,
        creator,
        actor_id: parameters.key.clone(),
        action: parameters.action.clone(),
        limit,
    };
    let rows: Vec<Row> = state.store.audit(&query).await?.into_iter().map(Row::from).collect();
    let is_full = u32::try_from(rows.len()).is_ok_and(|length| length == limit);
    let next_cursor = rows.last().filter(|_| is_full).map(|row| row.id.clone());
    let wants_lines =
        headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == b"application/x-ndjson");
    if wants_lines {
        let lines = rows.iter().filter_map(|row| serde_json::to_string(row).ok()).map(|line| line + "\n");
        return Ok(
            ([(header::CONTENT_TYPE, "application/x-ndjson")], lines.collect::<String>()).into_response()
        );
    }
    Ok(Json(AuditPage { rows, next_cursor }).into_response())
}
