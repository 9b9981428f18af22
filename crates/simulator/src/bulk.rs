//! `/simulator/grants`: consents of any number of made-up creators, and how each grant stands. The consents are the
//! only place beside the token endpoint that shows a token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::clock::Seconds;
use super::creators::Person;
use super::grants::{Grant, Issued, Terms};
use super::history::Asked;
use super::settings::Lifetimes;
use super::world::{Shared, World};

/// More have to be asked for in parts.
const MOST: u32 = 100_000;

/// Made-up creators consent, without a page and without a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consents {
    count: u32,
    /// The number of the first of them. Who consented before does so again.
    #[serde(default)]
    first: u32,
    /// What they grant; absent: all that the app may ask for.
    scopes: Option<Vec<String>>,
    /// How long their first access token lives; absent: as long as every other.
    access_seconds: Option<Seconds>,
}

#[derive(Serialize)]
pub(crate) struct Given {
    /// Counts the grants of the simulator.
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
pub(crate) struct Wanted {
    /// The first grant to tell of.
    from: usize,
    /// How many at most.
    count: Option<usize>,
}

/// How a grant stands.
#[derive(Serialize)]
pub(crate) struct Told {
    grant: usize,
    open_id: String,
    alive: bool,
    generation: u32,
    /// SHA-256 of the live refresh token, hex.
    digest: String,
    access_expires_at: Seconds,
    spent_calls: u32,
    late_refreshes: u32,
    overlaps: u32,
    asked: Vec<Asked>,
}

/// `POST /simulator/grants`
pub(crate) async fn consent(
    State(world): State<Shared>,
    Json(wanted): Json<Consents>,
) -> Result<Json<Vec<Given>>, (StatusCode, &'static str)> {
    let numbers = wanted.first..wanted.first.saturating_add(wanted.count);
    if wanted.count > MOST {
        return Err((StatusCode::BAD_REQUEST, "no more than 100000 at once"));
    }
    let scopes: Arc<[String]> = wanted.scopes.clone().unwrap_or_else(|| world.live().enabled_scopes).into();
    let terms = wanted.terms(&world);
    let mut memory = world.memory();
    let issued =
        numbers.map(|number| memory.grants.open(Person::made_up(number), Arc::clone(&scopes), &terms));
    Ok(Json(issued.map(|issued| Given::of(&world, issued)).collect()))
}

/// `GET /simulator/grants`
pub(crate) async fn list(State(world): State<Shared>, Query(wanted): Query<Wanted>) -> Json<Vec<Told>> {
    let now = world.clock.now();
    let memory = world.memory();
    let grants = memory.grants.list.iter().enumerate().skip(wanted.from);
    let grants = grants.take(wanted.count.unwrap_or(usize::MAX));
    Json(grants.map(|(place, grant)| Told::of(&world, place, grant, now)).collect())
}

/// `GET /simulator/counts`: of calls and grants, for a harness that looks often.
pub(crate) async fn counts(State(world): State<Shared>) -> Json<Value> {
    let memory = world.memory();
    Json(json!({"calls": memory.calls.counts, "grants": memory.grants.list.len()}))
}

impl Consents {
    fn terms<'a>(&self, world: &'a World) -> Terms<'a> {
        let usual = world.live().lifetimes();
        let lifetimes = match self.access_seconds {
            Some(access_seconds) => {
                Lifetimes::Custom { access_seconds, refresh_seconds: usual.refresh_seconds() }
            }
            None => usual,
        };
        Terms { mint: &world.mint, lifetimes, rotate: true, now_ms: world.clock.now_ms() }
    }
}

impl Given {
    fn of(world: &World, issued: Issued) -> Self {
        Self {
            grant: issued.grant,
            open_id: issued.creator.open_id(&world.settings.client_key),
            access_token: issued.access_token,
            refresh_token: issued.refresh_token,
            scope: issued.scopes.join(","),
            access_seconds: issued.expires_in,
            consent_seconds: issued.refresh_expires_in,
        }
    }
}

impl Told {
    fn of(world: &World, place: usize, grant: &Grant, now: Seconds) -> Self {
        Self {
            grant: place,
            open_id: grant.creator.open_id(&world.settings.client_key),
            alive: grant.is_alive(now),
            generation: grant.generation,
            digest: hex::encode(grant.digest),
            access_expires_at: grant.access_expires_at,
            spent_calls: grant.history.spent,
            late_refreshes: grant.history.late,
            overlaps: grant.history.overlaps,
            asked: grant.history.asked.clone(),
        }
    }
}
