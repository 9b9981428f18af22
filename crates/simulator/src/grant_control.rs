//! `/simulator/grants`: consents of any number of generated creators, and a report of each grant. Beside the token
//! endpoint only these consents show a token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::clock::Seconds;
use super::creators::Person;
use super::grants::{Grant, IssueContext, IssuedTokens};
use super::refresh_history::RefreshAttempt;
use super::settings::Lifetimes;
use super::simulator::{SharedSimulator, Simulator};

/// The most consents of one request.
const MAX_CONSENTS: u32 = 100_000;

/// Generated creators consent, without a page and without a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentRequest {
    count: u32,
    /// The number of the first creator. One who consented before gets one more grant.
    #[serde(default)]
    first: u32,
    /// The granted scopes; absent: all that the app may request.
    scopes: Option<Vec<String>>,
    /// How long the first access token lives; absent: as long as every other.
    access_seconds: Option<Seconds>,
}

#[derive(Serialize)]
pub(crate) struct IssuedGrant {
    /// The index of the grant.
    grant: usize,
    open_id: String,
    access_token: String,
    refresh_token: String,
    scope: String,
    access_seconds: Seconds,
    consent_seconds: Seconds,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GrantsQuery {
    /// The index of the first grant.
    from: usize,
    /// The most grants; absent: all.
    count: Option<usize>,
}

/// The state of a grant, and how its refresh tokens were used.
#[derive(Serialize)]
pub(crate) struct GrantReport {
    grant: usize,
    open_id: String,
    #[serde(rename = "alive")]
    active: bool,
    generation: u32,
    /// SHA-256 of the valid refresh token, hex.
    digest: String,
    access_expires_at: Seconds,
    #[serde(rename = "spent_calls")]
    reused: u32,
    late_refreshes: u32,
    overlaps: u32,
    #[serde(rename = "asked")]
    attempts: Vec<RefreshAttempt>,
}

/// `POST /simulator/grants`
pub(crate) async fn consent(
    State(simulator): State<SharedSimulator>,
    Json(request): Json<ConsentRequest>,
) -> Result<Json<Vec<IssuedGrant>>, (StatusCode, &'static str)> {
    let numbers = request.first..request.first.saturating_add(request.count);
    if request.count > MAX_CONSENTS {
        return Err((StatusCode::BAD_REQUEST, "no more than 100000 at once"));
    }
    let scopes: Arc<[String]> =
        request.scopes.clone().unwrap_or_else(|| simulator.live().enabled_scopes).into();
    let context = request.issue_context(&simulator);
    let mut memory = simulator.memory();
    let issued =
        numbers.map(|number| memory.grants.create(Person::generated(number), Arc::clone(&scopes), &context));
    Ok(Json(issued.map(|issued| IssuedGrant::new(&simulator, issued)).collect()))
}

/// `GET /simulator/grants`
pub(crate) async fn list(
    State(simulator): State<SharedSimulator>,
    Query(query): Query<GrantsQuery>,
) -> Json<Vec<GrantReport>> {
    let now = simulator.clock.now();
    let memory = simulator.memory();
    let grants = memory.grants.list.iter().enumerate().skip(query.from);
    let grants = grants.take(query.count.unwrap_or(usize::MAX));
    Json(grants.map(|(index, grant)| GrantReport::new(&simulator, index, grant, now)).collect())
}

/// `GET /simulator/counts`: of calls and grants, for a harness that polls.
pub(crate) async fn counts(State(simulator): State<SharedSimulator>) -> Json<Value> {
    let memory = simulator.memory();
    Json(json!({"calls": memory.calls.counts, "grants": memory.grants.list.len()}))
}

impl ConsentRequest {
    fn issue_context<'a>(&self, simulator: &'a Simulator) -> IssueContext<'a> {
        let default = simulator.live().lifetimes();
        let lifetimes = match self.access_seconds {
            Some(access_seconds) => {
                Lifetimes::Custom { access_seconds, refresh_seconds: default.refresh_seconds() }
            }
            None => default,
        };
        IssueContext { mint: &simulator.mint, lifetimes, rotate: true, now_ms: simulator.clock.now_ms() }
    }
}

impl IssuedGrant {
    fn new(simulator: &Simulator, issued: IssuedTokens) -> Self {
        Self {
            grant: issued.grant,
            open_id: issued.creator.open_id(&simulator.settings.client_key),
            access_token: issued.access_token,
            refresh_token: issued.refresh_token,
            scope: issued.scopes.join(","),
            access_seconds: issued.expires_in,
            consent_seconds: issued.refresh_expires_in,
        }
    }
}

impl GrantReport {
    fn new(simulator: &Simulator, index: usize, grant: &Grant, now: Seconds) -> Self {
        Self {
            grant: index,
            open_id: grant.creator.open_id(&simulator.settings.client_key),
            active: grant.is_active(now),
            generation: grant.generation,
            digest: hex::encode(grant.digest),
            access_expires_at: grant.access_expires_at,
            reused: grant.history.reused,
            late_refreshes: grant.history.late,
            overlaps: grant.history.overlaps,
            attempts: grant.history.attempts.clone(),
        }
    }
}
