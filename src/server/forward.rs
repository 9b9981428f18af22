//! Forwards events to the operator's receiver as Standard Webhooks messages
//! (<https://www.standardwebhooks.com>).
//!
//! Delivery is at least once, and in order for each creator: the store returns only a creator's oldest event, and
//! the next one when that is delivered or given up.

mod dispatch;
mod message;
mod resolver;
mod schedule;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Response, StatusCode, header};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
};

pub use self::dispatch::run;
use self::{message::Message, resolver::RestrictedResolver};
use super::{
    clock::Clock,
    config::{ForwardConfig, Reach, proxy_variable},
    entropy::Entropy,
    fail_points,
    http_client::{self, KeepAlive},
    store::{ForwardOutcome, PendingForward, Store, StoreError},
};
use crate::domain::Timestamp;

/// Limit of messages that are sent concurrently.
const CONCURRENCY: usize = 32;

/// Lease of a claimed event; longer than [`TOTAL_TIMEOUT`], so that no other process sends the creator's next event
/// meanwhile.
const LEASE_SECONDS: u32 = 60;

/// Timeout of connecting to the receiver.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Timeout of a whole request to the receiver.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);

/// Bytes of a response that are read, so that its connection can be reused; the content is ignored.
const MAX_DRAINED_BYTES: usize = 4096;

/// The parts of forwarding events.
#[derive(Clone)]
pub struct Parts {
    /// The store of events.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// Client for the operator's receiver.
pub struct Forwarder {
    http: Client,
    to: Arc<ForwardConfig>,
    wake: Arc<Notify>,
    /// Whether the receiver has responded with 410 Gone.
    gone: AtomicBool,
}

/// Number of messages that one [`step`] delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// Messages that the receiver accepted.
    pub delivered: usize,
    /// Messages that it did not accept, or that did not reach it.
    pub failed: usize,
}

/// Error of a delivery.
#[derive(Debug)]
struct DeliveryError {
    /// Description for the log and the `events` command.
    error: String,
    /// The response's `Retry-After`, in seconds.
    retry_after: Option<u32>,
    /// Whether the response was 410 Gone.
    gone: bool,
}

impl Forwarder {
    /// Creates a client for the address of `to`. Requests go nowhere else: no redirect, no proxy, and no IP address
    /// that the setting does not admit, whatever the host name resolves to later.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(to: Arc<ForwardConfig>) -> Result<Self, reqwest::Error> {
        let http = http_client::builder(KeepAlive::default())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .no_proxy()
            .dns_resolver(Arc::new(RestrictedResolver(to.reach)))
            .build()?;
        Ok(Self { http, to, wake: Arc::default(), gone: AtomicBool::new(false) })
    }

    /// Wakes the task that forwards events.
    #[must_use]
    pub fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Sends one message, signed with the time of the attempt.
    async fn send(&self, message: &Message, now: Timestamp) -> Result<(), DeliveryError> {
        let request = self
            .http
            .post(self.to.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", now.0)
            .header("webhook-signature", message.signatures(&self.to.secrets, now))
            .body(message.body.clone());
        let response = request.send().await.map_err(|error| transport_error(&error))?;
        let result = check_status(&response);
        drain(response).await;
        result
    }
}

/// Why forwarding uses no proxy, and what to do.
pub const DIRECT: &str = "it connects directly, because it checks each address of the receiver itself. Let this machine \
                          reach the receiver, or set EVENT_FORWARD_URL to a relay in your own network";

/// The variable that names a proxy which a request to the receiver would be expected to use; a receiver in the
/// operator's own network is reached without one.
#[must_use]
pub fn ignored_proxy(to: &ForwardConfig) -> Option<&'static str> {
    if to.reach == Reach::Public { proxy_variable() } else { None }
}

/// Any 2xx accepts the message; 410 ends forwarding altogether.
fn check_status(response: &Response) -> Result<(), DeliveryError> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let retry_after = response.headers().get(header::RETRY_AFTER);
    Err(DeliveryError {
        error: format!("the receiver responded with {}", status.as_u16()),
        retry_after: retry_after.and_then(|seconds| seconds.to_str().ok()?.trim().parse().ok()),
        gone: status == StatusCode::GONE,
    })
}

/// Reads the start of a response's body, so that the connection can be reused.
async fn drain(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > MAX_DRAINED_BYTES {
            return;
        }
    }
}

/// Describes a transport error without the receiver's URL, whose path may be a secret.
fn transport_error(error: &reqwest::Error) -> DeliveryError {
    let error = if resolver::is_refused(error) {
        "the receiver's name resolves to no address that EVENT_FORWARD_ALLOW_PRIVATE admits"
    } else if error.is_timeout() {
        "the receiver did not respond in time"
    } else if error.is_connect() {
        "the receiver could not be reached"
    } else {
        "the connection to the receiver broke"
    };
    DeliveryError { error: error.to_owned(), retry_after: None, gone: false }
}

/// Forwards the events that are due, one for each creator, and waits for all of them.
///
/// # Errors
/// When the store is unavailable; claimed events are claimed again once their lease has expired.
pub async fn step(state: &Parts, forwarder: &Arc<Forwarder>) -> Result<Forwarded, StoreError> {
    let mut sending = Deliveries::default();
    sending.start(state, forwarder).await?;
    let mut done = Forwarded::default();
    while let Some(delivered) = sending.next().await {
        if delivered { done.delivered += 1 } else { done.failed += 1 }
    }
    Ok(done)
}

/// The deliveries in flight; dropping them cancels them.
#[derive(Default)]
struct Deliveries(JoinSet<Result<bool, StoreError>>);

impl Deliveries {
    /// Claims as many events as may be sent now and starts to send them; returns whether there were fewer.
    async fn start(&mut self, state: &Parts, forwarder: &Arc<Forwarder>) -> Result<bool, StoreError> {
        let free = CONCURRENCY.saturating_sub(self.0.len());
        if free == 0 {
            return Ok(false);
        }
        let limit = u32::try_from(free).unwrap_or(u32::MAX);
        let claimed = state.store.claim_forwards(limit, LEASE_SECONDS).await?;
        let is_all = claimed.len() < free;
        for event in claimed {
            let (state, forwarder) = (state.clone(), Arc::clone(forwarder));
            self.0.spawn(async move { forward(&state, &forwarder, &event).await });
        }
        Ok(is_all)
    }

    /// Waits for the end of a delivery: whether it succeeded; `None` when none is in flight.
    async fn next(&mut self) -> Option<bool> {
        self.0.join_next().await.map(is_success)
    }

    /// A delivery that has ended already.
    fn try_next(&mut self) -> Option<bool> {
        self.0.try_join_next().map(is_success)
    }
}

/// A panic is logged where it happens; the event is claimed again once its lease has expired.
fn is_success(sent: Result<Result<bool, StoreError>, JoinError>) -> bool {
    matches!(sent, Ok(Ok(true)))
}

/// Sends one event and completes it; returns whether it was delivered.
async fn forward(state: &Parts, forwarder: &Forwarder, event: &PendingForward) -> Result<bool, StoreError> {
    fail_points::reach("event::sending", event.row);
    let sent = forwarder.send(&Message::new(event), state.clock.now()).await;
    fail_points::reach("event::sent", event.row);
    let delivered = sent.is_ok();
    let outcome = match sent {
        Ok(()) => ForwardOutcome::Delivered,
        Err(error) => outcome_of_failure(state, forwarder, event, error),
    };
    state.store.complete_forward(event.row, event.fence, &outcome).await.inspect_err(|error| {
        tracing::warn!(%error, row = event.row, "the result of forwarding an event could not be stored");
    })?;
    Ok(delivered)
}

/// Schedules a retry of a failed delivery, or gives the event up.
fn outcome_of_failure(
    state: &Parts,
    forwarder: &Forwarder,
    event: &PendingForward,
    error: DeliveryError,
) -> ForwardOutcome {
    let PendingForward { row, name, attempts, .. } = event;
    let DeliveryError { error, retry_after, gone } = error;
    if gone && !forwarder.gone.swap(true, Ordering::SeqCst) {
        tracing::error!(
            "forwarding stopped: the receiver responded with 410 Gone. No event is forwarded until \
             EVENT_FORWARD_URL is corrected and the app restarted"
        );
    }
    let pause = schedule::pause(*attempts, retry_after, &*state.entropy).filter(|_| !gone);
    if let Some(after) = pause {
        tracing::info!(row, name, attempts, error, after, "event delivery failed and will be retried");
        ForwardOutcome::Retry { after, error }
    } else {
        tracing::error!(
            row,
            name,
            attempts,
            error,
            "event undelivered after the last attempt; `creator-connect events` lists and replays it"
        );
        ForwardOutcome::Dead { error }
    }
}
