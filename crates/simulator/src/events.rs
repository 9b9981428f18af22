//! `POST /simulator/events`: sends an event, duplicated, late or badly signed if ordered; and the portal's test button.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::clock::Seconds;
use super::creators::{self, Person};
use super::deliveries::{Delivery, deliver, schedule_retry, sign};
use super::simulator::{SharedSimulator, Simulator};
use super::webhook::{self, Event, TimeForm};

/// Older than the 72 h for which TikTok retries.
const STALE: Seconds = 100 * 3600;

/// An event to send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventOrder {
    /// A creator's slug; absent: the body names no user.
    creator: Option<String>,
    event: String,
    content: Option<Value>,
    create_time: Option<Seconds>,
    /// The format of the time in the body.
    #[serde(default)]
    time_form: TimeForm,
    /// How many copies of the same delivery follow at once.
    #[serde(default)]
    duplicates: u32,
    #[serde(default)]
    signature: Signature,
    /// How old the signature is; `stale` alone means 100 hours.
    age_seconds: Option<Seconds>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Signature {
    #[default]
    Good,
    Bad,
    Stale,
    None,
}

/// A press of the portal's test button. Whether TikTok signs what it sends is not known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PingRequest {
    signed: bool,
}

type Refusal = (StatusCode, &'static str);

const NO_URL: Refusal = (StatusCode::CONFLICT, "no webhook URL is set");

pub(crate) async fn send(
    State(simulator): State<SharedSimulator>,
    Json(request): Json<EventOrder>,
) -> Result<Json<Value>, Refusal> {
    if simulator.settings.webhook_url.is_none() {
        return Err(NO_URL);
    }
    let event = event(&simulator, &request)?;
    apply_if_genuine(&simulator, &event, request.signature);
    let deliveries = deliver_all(&simulator, &request, &event).await;
    Ok(Json(json!({"deliveries": deliveries})))
}

/// Revokes the creator's tokens up to the time of a removal. A consent that was given since stays.
pub(crate) fn apply_removal(simulator: &Simulator, event: &Event) {
    if let (Event::REMOVED, Some(creator)) = (event.name.as_str(), event.creator) {
        simulator.memory().grants.revoke(creator, event.create_time);
    }
}

/// A forged removal has revoked nothing at TikTok.
fn apply_if_genuine(simulator: &Simulator, event: &Event, signature: Signature) {
    if matches!(signature, Signature::Good | Signature::Stale) {
        apply_removal(simulator, event);
    }
}

/// `POST /simulator/ping`: presses the test button of the portal, which sends once, whatever the response.
pub(crate) async fn ping(
    State(simulator): State<SharedSimulator>,
    Json(press): Json<PingRequest>,
) -> Result<Json<Value>, Refusal> {
    let body = webhook::ping(&simulator.settings.client_key, simulator.clock.now_ms());
    let signature = press.signed.then(|| sign(&simulator, simulator.clock.now(), &body));
    match deliver(&simulator, &body, signature).await {
        Some(delivery) => Ok(Json(json!({"deliveries": [delivery]}))),
        None => Err(NO_URL),
    }
}

fn event(simulator: &Simulator, request: &EventOrder) -> Result<Event, Refusal> {
    Ok(Event {
        name: request.event.clone(),
        creator: request.creator.as_deref().map(find_creator).transpose()?,
        content: request.content.clone().unwrap_or_else(|| json!({})),
        create_time: request.create_time.unwrap_or_else(|| simulator.clock.now()),
        time_form: request.time_form,
    })
}

fn find_creator(slug: &str) -> Result<Person, Refusal> {
    creators::find(slug).map(Person::from).ok_or((StatusCode::BAD_REQUEST, "no such creator"))
}

/// Every copy is the same, byte by byte, signature included.
async fn deliver_all(simulator: &SharedSimulator, request: &EventOrder, event: &Event) -> Vec<Delivery> {
    let body = event.body(&simulator.settings.client_key);
    let header = header(simulator, request, &body);
    let mut deliveries = Vec::new();
    for _ in 0..=request.duplicates {
        deliveries.extend(deliver(simulator, &body, header.clone()).await);
    }
    let is_accepted = deliveries.iter().any(Delivery::accepted);
    if request.signature == Signature::Good && !is_accepted {
        schedule_retry(simulator, body, simulator.clock.now());
    }
    deliveries
}

fn header(simulator: &Simulator, request: &EventOrder, body: &str) -> Option<String> {
    let age = match request.signature {
        Signature::Stale => request.age_seconds.unwrap_or(STALE),
        _ => request.age_seconds.unwrap_or(0),
    };
    let time = simulator.clock.now().saturating_sub(age);
    match request.signature {
        Signature::Good | Signature::Stale => Some(sign(simulator, time, body)),
        Signature::Bad => Some(format!("t={time},s={}", "0".repeat(64))),
        Signature::None => None,
    }
}
