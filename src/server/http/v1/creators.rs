//! `/creators`: lists, one creator, the operator's notes, posting options, and their end.
#![allow(unused_qualifications, reason = "utoipa's macro writes them")]

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::Caller,
    cursor::List,
    extract::{Body, Parameters, page_limit, unacceptable},
    notes::Changes,
    problem::{Code, Problem, ProblemBody},
    resolve::{find, view_context},
    view::{Creator, PostingAbility, State as StateName, posting_ability},
};
use crate::{
    domain::{ConnectionState, Label, Timestamp},
    server::{
        clock::rfc3339,
        http::etag,
        state::AppState,
        store::{Annotated, CreatorPlace, CreatorQuery, CreatorSort, ListedCreator},
    },
};

/// A creator's posting options are asked anew when they are older: TikTok wants the latest on a form.
const OPTIONS_SECONDS: u64 = 60;

/// Which creators are listed.
#[derive(Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CreatorParameters {
    /// `connected`, `expiring`, `degraded`, `needs_reconnect` or `disconnected`.
    #[param(inline, value_type = Option<StateName>)]
    state: Option<String>,
    /// The operator's own id.
    reference: Option<String>,
    /// A label.
    #[param(pattern = "^[0-9A-Za-z:_.-]{1,64}$")]
    label: Option<String>,
    /// A part of the handle or the display name, or an id.
    q: Option<String>,
    /// Those whose consent ends within so many days.
    #[param(minimum = 1, maximum = 3650)]
    due_within: Option<u32>,
    /// Those of whom anything changed since then; RFC 3339.
    #[param(format = DateTime)]
    updated_since: Option<String>,
    /// `newest` (the default), `risk` or `handle`.
    #[param(inline, value_type = Option<SortName>)]
    sort: Option<String>,
    /// So many, up to 200.
    #[serde(skip_serializing)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(skip_serializing)]
    cursor: Option<String>,
}

/// The orders of a list.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "it documents a parameter")]
enum SortName {
    Newest,
    Risk,
    Handle,
}

/// A page of creators.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatorPage {
    creators: Vec<Creator>,
    /// For the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Lists the creators that the key is for.
#[utoipa::path(
    get, path = "/creators", tag = "creators", params(CreatorParameters),
    responses((status = 200, body = CreatorPage), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Parameters(parameters): Parameters<CreatorParameters>,
) -> Result<Json<CreatorPage>, Problem> {
    let list = List::new(&state.vault, &parameters);
    let mut query = parameters.query(&caller, state.clock.now())?;
    query.after =
        parameters.cursor.as_deref().map(|cursor| list.place::<CreatorPlace>(cursor)).transpose()?;
    let limit = query.limit;
    // One more says whether there is a next page.
    query.limit += 1;
    let mut listed = state.store.creators(&query).await?;
    let has_more = u32::try_from(listed.len()).is_ok_and(|length| length > limit);
    if has_more {
        listed.pop();
    }
    let place = |listed: &ListedCreator| {
        list.cursor(&CreatorPlace { key: listed.sort_key.clone(), id: listed.creator.id.clone() })
    };
    let next_cursor = listed.last().filter(|_| has_more).map(place).transpose()?;
    let context = view_context(&state);
    let creators = listed.iter().map(|listed| Creator::new(&listed.creator, context)).collect();
    Ok(Json(CreatorPage { creators, next_cursor }))
}

impl CreatorParameters {
    fn query(&self, caller: &Caller, now: Timestamp) -> Result<CreatorQuery, Problem> {
        let limit = page_limit(self.limit)?;
        if self.due_within.is_some_and(|days| !(1..=3650).contains(&days)) {
            return Err(unacceptable("due_within", "It is from 1 to 3650."));
        }
        let state = self.state.as_deref().map(parse_state).transpose()?;
        let label = self.label.as_deref().map(str::parse::<Label>).transpose();
        let label = label.map_err(|error| unacceptable("label", error.why))?;
        let due_before = self.due_within.map(|days| now.plus_seconds(i64::from(days) * 86_400));
        Ok(CreatorQuery {
            state,
            label,
            reference: self.reference.clone(),
            text: self.q.clone().filter(|text| !text.is_empty()),
            due_before,
            updated_since: self.updated_since.as_deref().map(parse_time).transpose()?,
            sort: self.sort.as_deref().map_or(Ok(CreatorSort::Newest), parse_sort)?,
            ..CreatorQuery::new(caller.key.creators().clone(), now, limit)
        })
    }
}

fn parse_state(text: &str) -> Result<ConnectionState, Problem> {
    let states = [
        ConnectionState::Connected,
        ConnectionState::Expiring,
        ConnectionState::Degraded,
        ConnectionState::NeedsReconnect,
        ConnectionState::Disconnected,
    ];
    let found = states.into_iter().find(|state| state.as_str() == text);
    found.ok_or_else(|| {
        unacceptable("state", "It is connected, expiring, degraded, needs_reconnect or disconnected.")
    })
}

fn parse_sort(text: &str) -> Result<CreatorSort, Problem> {
    match text {
        "newest" => Ok(CreatorSort::Newest),
        "risk" => Ok(CreatorSort::Risk),
        "handle" => Ok(CreatorSort::Handle),
        _ => Err(unacceptable("sort", "It is newest, risk or handle.")),
    }
}

/// Parses RFC 3339.
pub(super) fn parse_time(text: &str) -> Result<Timestamp, Problem> {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};

    let time = OffsetDateTime::parse(text, &Rfc3339);
    time.map(|time| Timestamp(time.unix_timestamp()))
        .map_err(|_| unacceptable("updated_since", "It is no time of RFC 3339, as 2027-01-02T03:04:05Z."))
}

/// One creator.
#[utoipa::path(
    get, path = "/creators/{creator}", tag = "creators",
    params(("creator" = String, Path, description = "Our id, open_id:… or reference:…")),
    responses(
        (status = 200, body = Creator, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "It is as If-None-Match has it"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")
    )
)]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let stored = find(&state, &caller, &creator).await?;
    let creator = Creator::new(&stored, view_context(&state));
    let etag = creator.etag();
    let known = etag::is_named(&headers, header::IF_NONE_MATCH, etag.as_bytes());
    let tag = [(header::ETAG, HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("")))];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, Json(creator)).into_response())
}

/// Changes what the operator notes about a creator.
#[utoipa::path(
    patch, path = "/creators/{creator}", tag = "creators", request_body = Option<Changes>,
    params(
        ("creator" = String, Path, description = "Our id, open_id:… or reference:…"),
        ("If-Match" = String, Header, description = "The ETag of what was read, or *"),
    ),
    responses((status = 200, body = Creator), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
    headers: HeaderMap,
    Body(changes): Body<Changes>,
) -> Result<Response, Problem> {
    let stored = find(&state, &caller, &creator).await?;
    if !headers.contains_key(header::IF_MATCH) {
        let detail = "Send If-Match with the ETag of the creator as you read it, or If-Match: *.";
        return Err(Problem::new(Code::PreconditionRequired, detail));
    }
    let annotations = changes.apply(&stored.annotations)?;
    let is_newer = || {
        Problem::new(
            Code::PreconditionFailed,
            "The creator has changed since; read them again and repeat the change.",
        )
    };
    let current = Creator::new(&stored, view_context(&state)).etag();
    if !etag::is_named(&headers, header::IF_MATCH, current.as_bytes()) {
        return Err(is_newer());
    }
    match state.store.annotate_creator(&stored.id, stored.version, &annotations).await? {
        Annotated::Saved => {}
        Annotated::Changed => return Err(is_newer()),
        Annotated::ReferenceTaken => {
            let detail = "References are unique: take it from the other creator first.";
            return Err(Problem::new(Code::ReferenceTaken, detail).at("#/reference", detail));
        }
    }
    let id = stored.id.as_str().to_owned();
    get(State(state), caller, Path(id), HeaderMap::new()).await
}

/// What a form for a post has to show, as TikTok wants it: asked anew where it is older than a minute.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PostingOptions {
    posting: PostingAbility,
    handle: Option<String>,
    display_name: Option<String>,
    /// Who may be chosen to see a post, in TikTok's names and order.
    privacy_level_options: Vec<String>,
    /// Whether comments are switched off.
    comment_disabled: Option<bool>,
    /// Whether duets are switched off.
    duet_disabled: Option<bool>,
    /// Whether stitches are switched off.
    stitch_disabled: Option<bool>,
    /// The longest video, in seconds.
    max_video_post_duration_sec: Option<u32>,
    /// When TikTok said so.
    #[schema(format = DateTime)]
    known_at: Option<String>,
}

/// The posting options of a creator.
#[utoipa::path(
    get, path = "/creators/{creator}/posting-options", tag = "creators",
    params(("creator" = String, Path, description = "Our id, open_id:… or reference:…")),
    responses((status = 200, body = PostingOptions), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn posting_options(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
) -> Result<Json<PostingOptions>, Problem> {
    let mut stored = find(&state, &caller, &creator).await?;
    if state.profiles.updater.update_if_older(&stored, OPTIONS_SECONDS).await {
        stored = find(&state, &caller, stored.id.as_str()).await?;
    }
    let now = state.clock.now();
    let connection =
        stored.grant.as_ref().map_or(ConnectionState::Disconnected, |grant| grant.grant_status.state(now));
    let posting = stored.posting.as_ref();
    let levels =
        posting.map(|posting| posting.privacy_level_options.iter().map(|level| level.as_str().to_owned()));
    Ok(Json(PostingOptions {
        posting: posting_ability(&stored, connection),
        handle: stored.username.clone(),
        display_name: stored.nickname.clone(),
        privacy_level_options: levels.map(Iterator::collect).unwrap_or_default(),
        comment_disabled: posting.and_then(|posting| posting.comment_disabled),
        duet_disabled: posting.and_then(|posting| posting.duet_disabled),
        stitch_disabled: posting.and_then(|posting| posting.stitch_disabled),
        max_video_post_duration_sec: posting.and_then(|posting| posting.max_video_post_duration_sec),
        known_at: stored.profile_known_at.map(rfc3339),
    }))
}

/// The creator's picture.
#[utoipa::path(
    get, path = "/creators/{creator}/avatar", tag = "creators",
    params(("creator" = String, Path, description = "Our id, open_id:… or reference:…")),
    responses(
        (status = 200, content_type = "image/*", description = "The picture", body = Vec<u8>),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")
    )
)]
pub(super) async fn avatar(
    State(state): State<AppState>,
    caller: Caller,
    Path(creator): Path<String>,
) -> Result<Response, Problem> {
    let stored = find(&state, &caller, &creator).await?;
    let Some(avatar) = state.avatars.load(&stored.id).await? else {
        return Err(Problem::new(Code::NotFound, "There is no picture of this creator."));
    };
    let media_type =
        HeaderValue::from_str(&avatar.media_type).unwrap_or(HeaderValue::from_static("image/png"));
    Ok(([(header::CONTENT_TYPE, media_type)], avatar.bytes).into_response())
}
