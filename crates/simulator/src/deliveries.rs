//! Sends webhooks and retries those that were not answered with HTTP 200 (`webhooks-overview`).

use std::time::Duration;

use serde::Serialize;
use tracing::info;
use url::Url;

use super::clock::Seconds;
use super::loopback::is_loopback;
use super::simulator::{Memory, SharedSimulator, Simulator};
use super::webhook::{Event, signature};

/// TikTok drops an event that was not accepted for so long.
const RETRY_WINDOW: Seconds = 72 * 3600;
/// The first backoff; each later one is twice as long.
const FIRST_BACKOFF: Seconds = 60;

#[derive(Default)]
pub(crate) struct Retries {
    pub(crate) pending: Vec<Retry>,
    /// Whether `retry_loop` runs.
    is_loop_running: bool,
}

pub(crate) struct Retry {
    body: String,
    first_at: Seconds,
    due_at: Seconds,
    attempts: u32,
}

/// The result of one delivery.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    /// The receiver's HTTP status; none if there was no response.
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

impl Delivery {
    pub(crate) fn accepted(&self) -> bool {
        self.status == Some(200)
    }
}

/// Sends an event as TikTok does: signed, and again later unless it is accepted.
pub(crate) async fn send_event(simulator: SharedSimulator, event: Event) -> Option<Delivery> {
    if !simulator.live().announce {
        return None;
    }
    let body = event.body(&simulator.settings.client_key);
    let now = simulator.clock.now();
    let delivery = deliver(&simulator, &body, Some(sign(&simulator, now, &body))).await?;
    if !delivery.accepted() {
        schedule_retry(&simulator, body, now);
    }
    Some(delivery)
}

/// One delivery with that signature header; none without a webhook URL.
pub(crate) async fn deliver(
    simulator: &Simulator,
    body: &str,
    signature: Option<String>,
) -> Option<Delivery> {
    let url = simulator.settings.webhook_url.clone()?;
    let delivery = match post(simulator, url, body, signature).await {
        Ok(status) => Delivery { status: Some(status), error: None },
        Err(error) => Delivery { status: None, error: Some(error.to_string()) },
    };
    info!(status = delivery.status, error = delivery.error, "webhook sent");
    Some(delivery)
}

pub(crate) fn sign(simulator: &Simulator, time: Seconds, body: &str) -> String {
    signature(&simulator.settings.client_secret, time, body)
}

pub(crate) fn schedule_retry(simulator: &SharedSimulator, body: String, first_at: Seconds) {
    let mut memory = simulator.memory();
    let due_at = first_at + FIRST_BACKOFF;
    memory.retries.pending.push(Retry { body, first_at, due_at, attempts: 1 });
    if !memory.retries.is_loop_running {
        memory.retries.is_loop_running = true;
        tokio::spawn(retry_loop(simulator.clone()));
    }
}

/// Advances the clock and takes the retries that became due under one lock, so that the loop cannot take them first.
pub(crate) fn advance(simulator: &Simulator, seconds: u32) -> Vec<Retry> {
    let mut memory = simulator.memory();
    simulator.clock.advance(seconds);
    take_due(&mut memory, simulator.clock.now())
}

/// Repeats these deliveries once; one that is not accepted is scheduled again until 72 h have passed.
pub(crate) async fn retry(simulator: &Simulator, due: Vec<Retry>) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    for retry in due {
        let now = simulator.clock.now();
        let time = if simulator.live().renew_signature { now } else { retry.first_at };
        let Some(delivery) = deliver(simulator, &retry.body, Some(sign(simulator, time, &retry.body))).await
        else {
            continue;
        };
        if !delivery.accepted() {
            simulator.memory().retries.pending.extend(reschedule(retry, now));
        }
        deliveries.push(delivery);
    }
    deliveries
}

async fn retry_loop(simulator: SharedSimulator) {
    while has_pending(&simulator) {
        simulator.clock.tick().await;
        let due = take_due(&mut simulator.memory(), simulator.clock.now());
        retry(&simulator, due).await;
    }
}

fn has_pending(simulator: &Simulator) -> bool {
    let mut memory = simulator.memory();
    memory.retries.is_loop_running = !memory.retries.pending.is_empty();
    memory.retries.is_loop_running
}

fn take_due(memory: &mut Memory, now: Seconds) -> Vec<Retry> {
    memory.retries.pending.extract_if(.., |retry| retry.due_at <= now).collect()
}

fn reschedule(retry: Retry, now: Seconds) -> Option<Retry> {
    let due_at = now + (FIRST_BACKOFF << retry.attempts.min(16));
    let attempts = retry.attempts + 1;
    (due_at <= retry.first_at + RETRY_WINDOW).then_some(Retry { due_at, attempts, ..retry })
}

async fn post(
    simulator: &Simulator,
    url: Url,
    body: &str,
    signature: Option<String>,
) -> Result<u16, reqwest::Error> {
    let client = simulator.webhook_client.get_or_try_init(|| async { client(&url) }).await?;
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
