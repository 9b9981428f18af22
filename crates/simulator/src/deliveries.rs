//! Sends webhooks and repeats those that were not answered with 200 (`webhooks-overview`).

use std::time::Duration;

use serde::Serialize;
use tracing::info;
use url::Url;

use super::clock::Seconds;
use super::loopback::is_loopback;
use super::webhook::{Event, signature};
use super::world::{Memory, Shared, World};

/// TikTok gives up after this time.
const GIVE_UP: Seconds = 72 * 3600;
/// The first pause; each later one is twice as long.
const FIRST_PAUSE: Seconds = 60;

#[derive(Default)]
pub(crate) struct Retries {
    pub(crate) waiting: Vec<Retry>,
    /// Whether the loop below runs.
    looping: bool,
}

pub(crate) struct Retry {
    body: String,
    first_at: Seconds,
    due_at: Seconds,
    attempts: u32,
}

/// How one delivery went.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    /// The receiver's HTTP status; none if no answer came.
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

impl Delivery {
    pub(crate) fn accepted(&self) -> bool {
        self.status == Some(200)
    }
}

/// Sends an event the way TikTok does: signed, and again later unless it is taken.
pub(crate) async fn announce(world: Shared, event: Event) -> Option<Delivery> {
    if !world.live().announce {
        return None;
    }
    let body = event.body(&world.settings.client_key);
    let now = world.clock.now();
    let delivery = deliver(&world, &body, Some(sign(&world, now, &body))).await?;
    if !delivery.accepted() {
        repeat_later(&world, body, now);
    }
    Some(delivery)
}

/// One delivery with that signature header; none without a webhook URL.
pub(crate) async fn deliver(world: &World, body: &str, signature: Option<String>) -> Option<Delivery> {
    let url = world.settings.webhook_url.clone()?;
    let delivery = match post(world, url, body, signature).await {
        Ok(status) => Delivery { status: Some(status), error: None },
        Err(error) => Delivery { status: None, error: Some(error.to_string()) },
    };
    info!(status = delivery.status, error = delivery.error, "webhook sent");
    Some(delivery)
}

pub(crate) fn sign(world: &World, time: Seconds, body: &str) -> String {
    signature(&world.settings.client_secret, time, body)
}

pub(crate) fn repeat_later(world: &Shared, body: String, first_at: Seconds) {
    let mut memory = world.memory();
    let due_at = first_at + FIRST_PAUSE;
    memory.retries.waiting.push(Retry { body, first_at, due_at, attempts: 1 });
    if !memory.retries.looping {
        memory.retries.looping = true;
        tokio::spawn(repeat(world.clone()));
    }
}

/// Advances the clock and takes what has become due in one go, so that the loop cannot take it first.
pub(crate) fn advance(world: &World, seconds: u32) -> Vec<Retry> {
    let mut memory = world.memory();
    world.clock.advance(seconds);
    take_due(&mut memory, world.clock.now())
}

/// One step: sends these again and puts back what is still not taken, until 72 h have passed.
pub(crate) async fn send_again(world: &World, due: Vec<Retry>) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    for retry in due {
        let now = world.clock.now();
        let time = if world.live().renew_signature { now } else { retry.first_at };
        let Some(delivery) = deliver(world, &retry.body, Some(sign(world, time, &retry.body))).await else {
            continue;
        };
        if !delivery.accepted() {
            world.memory().retries.waiting.extend(postpone(retry, now));
        }
        deliveries.push(delivery);
    }
    deliveries
}

async fn repeat(world: Shared) {
    while still_waiting(&world) {
        world.clock.tick().await;
        let due = take_due(&mut world.memory(), world.clock.now());
        send_again(&world, due).await;
    }
}

fn still_waiting(world: &World) -> bool {
    let mut memory = world.memory();
    memory.retries.looping = !memory.retries.waiting.is_empty();
    memory.retries.looping
}

fn take_due(memory: &mut Memory, now: Seconds) -> Vec<Retry> {
    memory.retries.waiting.extract_if(.., |retry| retry.due_at <= now).collect()
}

fn postpone(retry: Retry, now: Seconds) -> Option<Retry> {
    let due_at = now + (FIRST_PAUSE << retry.attempts.min(16));
    let attempts = retry.attempts + 1;
    (due_at <= retry.first_at + GIVE_UP).then_some(Retry { due_at, attempts, ..retry })
}

async fn post(world: &World, url: Url, body: &str, signature: Option<String>) -> Result<u16, reqwest::Error> {
    let client = world.poster.get_or_try_init(|| async { client(&url) }).await?;
    let mut request = client.post(url.clone()).header("content-type", "application/json");
    if let Some(signature) = signature {
        request = request.header("TikTok-Signature", signature);
    }
    let answer = request.body(body.to_owned()).send().await?;
    Ok(answer.status().as_u16())
}

fn client(url: &Url) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .no_proxy()
        // An app on this machine has a certificate of its own making.
        .tls_danger_accept_invalid_certs(is_loopback(url))
        .build()
}
