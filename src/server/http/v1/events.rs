//! `/events`: TikTok's and our own, as `creator-connect events` shows them.
#![allow(unused_qualifications, reason = "utoipa's macro writes them")]

use std::{collections::HashMap, time::Duration};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::Caller,
    extract::{Parameters, page_limit, unacceptable},
    problem::{Code, Problem, ProblemBody},
    resolve::find,
};
use crate::{
    domain::{CreatorId, CreatorLimit},
    server::{
        clock::{Stopwatch, rfc3339},
        state::AppState,
        store::{EventQuery, ListedEvent},
    },
};

/// The interval at which a long poll looks for events.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// Which events are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventParameters {
    /// `next_after` of the page before; from the first event that is kept on if it is left out.
    #[param(pattern = "^[0-9]{1,18}$")]
    after: Option<String>,
    /// Events of one type.
    r#type: Option<String>,
    /// Events about one creator.
    creator: Option<String>,
    /// If there is none yet, waits for one, up to so many seconds.
    #[param(minimum = 0, maximum = 30)]
    wait: Option<u64>,
    /// So many, up to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Event {
    /// Its id, as in `webhook-id`.
    id: String,
    /// TikTok's name of it, or ours, as `creator.connected`.
    r#type: String,
    /// When it happened.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was stored.
    #[schema(format = DateTime)]
    received_at: String,
    /// Our id of the creator.
    creator: Option<String>,
    /// `waiting`, `done`, `set_aside`, `forwarding` or `undelivered`.
    status: &'static str,
    /// What went wrong last.
    error: Option<String>,
    /// TikTok's body, or what there is to say of our own.
    data: Value,
}

/// A page of events, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventPage {
    events: Vec<Event>,
    /// For the next page, now or later.
    next_after: String,
}

impl Event {
    fn new(listed: ListedEvent) -> Self {
        let data = serde_json::from_str(&listed.body).unwrap_or(Value::String(listed.body));
        Self {
            id: listed.id,
            r#type: listed.name,
            created_at: rfc3339(listed.created_at),
            received_at: rfc3339(listed.received_at),
            creator: listed.creator.map(|creator| creator.as_str().to_owned()),
            status: listed.status.as_str(),
            error: listed.error,
            data,
        }
    }
}

/// Lists events, oldest first. With `wait` it answers once there is one: a program behind a NAT needs no webhook.
#[utoipa::path(
    get, path = "/events", tag = "events", params(EventParameters),
    responses((status = 200, body = EventPage), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Parameters(parameters): Parameters<EventParameters>,
) -> Result<Json<EventPage>, Problem> {
    let query = query(&state, &caller, &parameters).await?;
    let patience = Duration::from_secs(parameters.wait.unwrap_or_default());
    let waiting = Stopwatch::start();
    loop {
        let listed = state.store.events(&query).await?;
        if !listed.is_empty() || waiting.elapsed() >= patience || state.refresher.in_flight().is_stopping() {
            return page(&state, &caller, &query, listed).await;
        }
        tokio::time::sleep(POLL_EVERY.min(patience)).await;
    }
}

async fn query(
    state: &AppState,
    caller: &Caller,
    parameters: &EventParameters,
) -> Result<EventQuery, Problem> {
    let limit = page_limit(parameters.limit)?;
    if parameters.wait.is_some_and(|wait| wait > 30) {
        return Err(unacceptable("wait", "It is from 0 to 30."));
    }
    let bad = |_| Problem::new(Code::BadCursor, "Take next_after of a page.");
    let after = parameters.after.as_deref().map_or(Ok(0), str::parse::<i64>).map_err(bad)?;
    let creator = match &parameters.creator {
        Some(name) => Some(find(state, caller, name).await?.id),
        None => None,
    };
    Ok(EventQuery {
        after: Some(after),
        name: parameters.r#type.clone(),
        creator,
        ..EventQuery::newest(limit)
    })
}

async fn page(
    state: &AppState,
    caller: &Caller,
    query: &EventQuery,
    listed: Vec<ListedEvent>,
) -> Result<Json<EventPage>, Problem> {
    let last = listed.last().map(|event| event.row).or(query.after).unwrap_or_default();
    let mut visible = Visible { state, caller, known: HashMap::new() };
    let mut events = Vec::new();
    for event in listed {
        if visible.shows(event.creator.as_ref()).await? {
            events.push(Event::new(event));
        }
    }
    Ok(Json(EventPage { events, next_after: last.to_string() }))
}

/// Whether a key may see events of creators.
struct Visible<'a> {
    state: &'a AppState,
    caller: &'a Caller,
    known: HashMap<CreatorId, bool>,
}

impl Visible<'_> {
    /// Events of nobody are for keys without a limit.
    async fn shows(&mut self, creator: Option<&CreatorId>) -> Result<bool, Problem> {
        let limit = self.caller.key.creators();
        let (CreatorLimit::Ids(_) | CreatorLimit::Labels(_), Some(creator)) = (limit, creator) else {
            return Ok(*limit == CreatorLimit::All);
        };
        if let Some(shows) = self.known.get(creator) {
            return Ok(*shows);
        }
        let stored = self.state.store.creator(creator).await?;
        let shows = stored.is_some_and(|stored| limit.includes(creator, &stored.annotations.labels));
        self.known.insert(creator.clone(), shows);
        Ok(shows)
    }
}

async fn find_event(state: &AppState, caller: &Caller, id: &str) -> Result<ListedEvent, Problem> {
    let unknown =
        || Problem::new(Code::NotFound, "There is no such event, or the key is not for its creator.");
    // The store's ids are UUIDs; it refuses other texts.
    let id: CreatorId = id.parse().map_err(|_| unknown())?;
    let query = EventQuery { id: Some(id.as_str().to_owned()), ..EventQuery::newest(1) };
    let event = state.store.events(&query).await?.pop().ok_or_else(unknown)?;
    let mut visible = Visible { state, caller, known: HashMap::new() };
    if visible.shows(event.creator.as_ref()).await? { Ok(event) } else { Err(unknown()) }
}

/// One event.
#[utoipa::path(
    get, path = "/events/{id}", tag = "events", params(("id" = String, Path, description = "The event's id")),
    responses((status = 200, body = Event), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Event>, Problem> {
    find_event(&state, &caller, &id).await.map(|event| Json(Event::new(event)))
}

/// Whether an event is queued again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replayed {
    /// `false`: it is on its way already.
    queued: bool,
}

/// Retries an event that has failed for good, or forwards one again that is done.
#[utoipa::path(
    post, path = "/events/{id}/replay", tag = "events", params(("id" = String, Path, description = "The event's id")),
    responses((status = 202, body = Replayed), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn replay(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Replayed>), Problem> {
    let event = find_event(&state, &caller, &id).await?;
    caller.target(format!("event {}", event.id));
    if let Some(creator) = &event.creator {
        caller.about(creator);
    }
    let queued = state.store.replay_event(event.row).await?;
    Ok((StatusCode::ACCEPTED, Json(Replayed { queued })))
}
