//! "Manage apps": a creator removes the app here, publishes the drafts in their inbox, or sends any other event of
//! TikTok (`webhooks-events`).

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::callback::see_other;
use super::content_posting::lifecycle;
use super::creators::{self, Person};
use super::deliveries::send_event;
use super::events::apply_removal;
use super::fields::Fields;
use super::pages;
use super::pages::words::Words;
use super::simulator::SharedSimulator;
use super::webhook::{Event, TimeForm};

/// An event that can be sent with one click.
pub(crate) struct SampleEvent {
    pub(crate) name: &'static str,
    /// JSON.
    pub(crate) content: &'static str,
}

/// Removal by the creator is not among them: it has its own button.
pub(crate) const EVENTS: [SampleEvent; 13] = [
    sample(Event::REMOVED, r#"{"reason":0}"#),
    sample(Event::REMOVED, r#"{"reason":2}"#),
    sample(Event::REMOVED, r#"{"reason":3}"#),
    sample(Event::REMOVED, r#"{"reason":4}"#),
    sample("video.upload.failed", r#"{"share_id":"video.7000000000000000002.ExAmPlE"}"#),
    sample("video.publish.completed", r#"{"share_id":"video.7000000000000000002.ExAmPlE"}"#),
    sample(DATA_READY, r#"{"request_id":9007199254740993}"#),
    sample(
        "post.publish.failed",
        r#"{"publish_id":"v_pub_url~v2.1","publish_type":"DIRECT_POST","reason":"spam_risk_text"}"#,
    ),
    sample("post.publish.complete", r#"{"publish_id":"v_pub_url~v2.2","publish_type":"DIRECT_POST"}"#),
    sample(
        "post.publish.inbox_delivered",
        r#"{"publish_id":"v_inbox_url~v2.3","publish_type":"INBOX_SHARE"}"#,
    ),
    sample(
        "post.publish.publicly_available",
        r#"{"publish_id":"v_pub_url~v2.2","post_id":7000000000000000001,"publish_type":"DIRECT_POST"}"#,
    ),
    // TikTok's own spelling.
    sample(
        "post.publish.no_longer_publicaly_available",
        r#"{"publish_id":"v_pub_url~v2.2","post_id":7000000000000000001,"publish_type":"DIRECT_POST"}"#,
    ),
    sample("simulator.unknown_event", r#"{"anything":true}"#),
];

/// The one event that names no user.
const DATA_READY: &str = "portability.download.ready";

const fn sample(name: &'static str, content: &'static str) -> SampleEvent {
    SampleEvent { name, content }
}

/// `GET /simulator/apps`
pub(crate) async fn list(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Html<String> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let words = Words::choose(&query, &headers);
    let memory = simulator.memory();
    pages::apps::page(words, &memory, &query)
}

/// `POST /simulator/apps/{slug}/remove`
pub(crate) async fn remove(
    State(simulator): State<SharedSimulator>,
    Path(slug): Path<String>,
) -> Result<Response, StatusCode> {
    let creator = creators::find(&slug).ok_or(StatusCode::NOT_FOUND)?;
    let event = Event::removed(creator.into(), Event::BY_CREATOR, simulator.clock.now());
    Ok(send(simulator, event).await)
}

/// `POST /simulator/apps/{slug}/event`: the event with that number in `EVENTS`.
pub(crate) async fn event(
    State(simulator): State<SharedSimulator>,
    Path(slug): Path<String>,
    body: Bytes,
) -> Result<Response, StatusCode> {
    let creator = creators::find(&slug).ok_or(StatusCode::NOT_FOUND)?;
    let form = Fields::parse(&body);
    let place: Option<usize> = form.get("event").and_then(|place| place.parse().ok());
    let sample = place.and_then(|place| EVENTS.get(place)).ok_or(StatusCode::BAD_REQUEST)?;
    let event = sample.event(creator.into(), simulator.clock.now());
    Ok(send(simulator, event).await)
}

/// `POST /simulator/apps/{slug}/publish`: the creator publishes a draft that waits in their inbox.
pub(crate) async fn publish(
    State(simulator): State<SharedSimulator>,
    Path(slug): Path<String>,
    body: Bytes,
) -> Result<Response, StatusCode> {
    let creator = creators::find(&slug).ok_or(StatusCode::NOT_FOUND)?;
    let form = Fields::parse(&body);
    let publish_id = form.get("publish_id").ok_or(StatusCode::BAD_REQUEST)?;
    let is_own = simulator.memory().posts.of(creator.into()).any(|post| post.publish_id == publish_id);
    let events = is_own.then(|| lifecycle::complete_draft(&simulator, publish_id)).flatten();
    let mut events = events.ok_or(StatusCode::CONFLICT)?;
    let completed = events.pop().ok_or(StatusCode::CONFLICT)?;
    lifecycle::send_in_background(&simulator, events);
    Ok(send(simulator, completed).await)
}

impl SampleEvent {
    fn event(&self, creator: Person, create_time: u64) -> Event {
        Event {
            name: self.name.to_owned(),
            creator: (self.name != DATA_READY).then_some(creator),
            content: Value::String(self.content.to_owned()),
            create_time,
            time_form: TimeForm::default(),
        }
    }
}

/// Tokens are revoked before the webhook is sent, as at TikTok.
async fn send(simulator: SharedSimulator, event: Event) -> Response {
    apply_removal(&simulator, &event);
    let name = event.name.clone();
    let delivery = send_event(simulator, event).await;
    let status = delivery.and_then(|delivery| delivery.status);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("event", &name);
    if let Some(status) = status {
        query.append_pair("status", &status.to_string());
    }
    see_other(&format!("/simulator/apps?{}", query.finish()))
}
