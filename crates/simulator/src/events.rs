//! `POST /simulator/events`: an event by order, repeated, late or badly signed; and the portal's test button.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::clock::Seconds;
use super::creators::{self, Person};
use super::deliveries::{Delivery, deliver, repeat_later, sign};
use super::webhook::{self, Event, TimeForm};
use super::world::{Shared, World};

/// Older than the 72 h after which TikTok gives up.
const STALE: Seconds = 100 * 3600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// A creator's slug; absent: the body names no user.
    creator: Option<String>,
    event: String,
    content: Option<Value>,
    create_time: Option<Seconds>,
    /// How the body writes the time.
    #[serde(default)]
    time_form: TimeForm,
    /// How often the same delivery comes again at once.
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
pub(crate) struct Press {
    signed: bool,
}

type Refusal = (StatusCode, &'static str);

const NO_URL: Refusal = (StatusCode::CONFLICT, "no webhook URL is set");

pub(crate) async fn send(
    State(world): State<Shared>,
    Json(request): Json<Request>,
) -> Result<Json<Value>, Refusal> {
    if world.settings.webhook_url.is_none() {
        return Err(NO_URL);
    }
    let event = event(&world, &request)?;
    apply(&world, &event, request.signature);
    let deliveries = deliver_all(&world, &request, &event).await;
    Ok(Json(json!({"deliveries": deliveries})))
}

/// A real removal has already ended the tokens when its event comes. A forged one has not, and an old one leaves
/// what the creator allowed since.
pub(crate) fn apply_removal(world: &World, event: &Event) {
    if let (Event::REMOVED, Some(creator)) = (event.name.as_str(), event.creator) {
        world.memory().grants.end(creator, event.create_time);
    }
}

fn apply(world: &World, event: &Event, signature: Signature) {
    if matches!(signature, Signature::Good | Signature::Stale) {
        apply_removal(world, event);
    }
}

/// `POST /simulator/ping`: presses the test button of the portal, which sends once, whatever the answer.
pub(crate) async fn ping(
    State(world): State<Shared>,
    Json(press): Json<Press>,
) -> Result<Json<Value>, Refusal> {
    let body = webhook::ping(&world.settings.client_key, world.clock.now_ms());
    let signature = press.signed.then(|| sign(&world, world.clock.now(), &body));
    match deliver(&world, &body, signature).await {
        Some(delivery) => Ok(Json(json!({"deliveries": [delivery]}))),
        None => Err(NO_URL),
    }
}

fn event(world: &World, request: &Request) -> Result<Event, Refusal> {
    Ok(Event {
        name: request.event.clone(),
        creator: request.creator.as_deref().map(known).transpose()?,
        content: request.content.clone().unwrap_or_else(|| json!({})),
        create_time: request.create_time.unwrap_or_else(|| world.clock.now()),
        written: request.time_form,
    })
}

fn known(slug: &str) -> Result<Person, Refusal> {
    creators::find(slug).map(Person::from).ok_or((StatusCode::BAD_REQUEST, "no such creator"))
}

/// Every copy is the same, byte by byte, signature included.
async fn deliver_all(world: &Shared, request: &Request, event: &Event) -> Vec<Delivery> {
    let body = event.body(&world.settings.client_key);
    let header = header(world, request, &body);
    let mut deliveries = Vec::new();
    for _ in 0..=request.duplicates {
        deliveries.extend(deliver(world, &body, header.clone()).await);
    }
    let taken = deliveries.iter().any(Delivery::accepted);
    if request.signature == Signature::Good && !taken {
        repeat_later(world, body, world.clock.now());
    }
    deliveries
}

fn header(world: &World, request: &Request, body: &str) -> Option<String> {
    let age = match request.signature {
        Signature::Stale => request.age_seconds.unwrap_or(STALE),
        _ => request.age_seconds.unwrap_or(0),
    };
    let time = world.clock.now().saturating_sub(age);
    match request.signature {
        Signature::Good | Signature::Stale => Some(sign(world, time, body)),
        Signature::Bad => Some(format!("t={time},s={}", "0".repeat(64))),
        Signature::None => None,
    }
}
