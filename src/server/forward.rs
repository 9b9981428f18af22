//! Passing events on to the operator's own address, as Standard Webhooks messages
//! (<https://www.standardwebhooks.com>).
//!
//! At least once, and in order for each creator: the store gives out a creator's oldest event alone, and
//! the next one when that is delivered or given up.

mod guard;
mod message;
mod schedule;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Response, StatusCode, header, redirect};
use tokio::{sync::Notify, task::JoinSet};

use self::{guard::Guard, message::Message};
use super::{
    clock::Clock,
    config::ForwardConfig,
    entropy::Entropy,
    events::{Inbox, Step},
    store::{ForwardOutcome, PendingForward, Store, StoreError},
};
use crate::domain::Timestamp;

/// So many messages are on their way at once.
const AT_ONCE: u32 = 32;

/// Longer than a message takes, so that nobody else sends the next one of a creator meanwhile.
const LEASE_SECONDS: u32 = 60;

/// The receiver takes a connection within this time.
const CONNECT: Duration = Duration::from_secs(5);

/// The receiver answers within this time.
const TOTAL: Duration = Duration::from_secs(15);

/// An answer is read so far, that its connection can be used again; what it says counts for nothing.
const READ_BYTES: usize = 4096;

/// Our own events, and those of other processes, are noticed within this time.
const TICK: Duration = Duration::from_secs(5);

/// While nothing gets through, so much time passes at most until the next attempt.
const LONGEST_REST: Duration = Duration::from_mins(5);

/// The parts of forwarding events.
#[derive(Clone)]
pub struct Parts {
    /// The store of events.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Observes the steps of an event.
    pub inbox: Arc<Inbox>,
}

/// The way to the operator's own address.
pub struct Forwarder {
    http: Client,
    to: Arc<ForwardConfig>,
    wake: Arc<Notify>,
    /// Whether the receiver said that it wants no more.
    gone: AtomicBool,
}

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// Messages that were taken.
    pub delivered: usize,
    /// Messages that were not.
    pub failed: usize,
}

/// Why a message was not taken.
#[derive(Debug)]
struct Refusal {
    told: String,
    /// When the receiver wishes to be tried again, in seconds.
    retry_after: Option<u32>,
    gone: bool,
}

impl Forwarder {
    /// A way to the address of `to`. Nothing leads away from it: no redirect, no proxy, and no address that
    /// the setting does not admit, whatever its name is made to mean later.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(to: Arc<ForwardConfig>) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Guard(to.reach)))
            .user_agent(concat!("creator-connect/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, to, wake: Arc::default(), gone: AtomicBool::new(false) })
    }

    /// Wakes the task that forwards events.
    #[must_use]
    pub fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Sends one message; its time is that of the attempt.
    async fn send(&self, message: &Message, now: Timestamp) -> Result<(), Refusal> {
        let request = self
            .http
            .post(self.to.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", now.0)
            .header("webhook-signature", message.signatures(&self.to.secrets, now))
            .body(message.body.clone());
        let response = request.send().await.map_err(|error| unreached(&error))?;
        let verdict = verdict(&response);
        finish(response).await;
        verdict
    }
}

/// Any 2xx is a yes. 410 asks for no more messages at all.
fn verdict(response: &Response) -> Result<(), Refusal> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let wish = response.headers().get(header::RETRY_AFTER);
    Err(Refusal {
        told: format!("the receiver answered {}", status.as_u16()),
        retry_after: wish.and_then(|wish| wish.to_str().ok()?.trim().parse().ok()),
        gone: status == StatusCode::GONE,
    })
}

async fn finish(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > READ_BYTES {
            return;
        }
    }
}

/// The address stays out of it: its path may be its only guard.
fn unreached(error: &reqwest::Error) -> Refusal {
    let told = if guard::refused(error) {
        "the receiver's name leads to no address that EVENT_FORWARD_ALLOW_PRIVATE admits"
    } else if error.is_timeout() {
        "the receiver did not answer in time"
    } else if error.is_connect() {
        "the receiver could not be reached"
    } else {
        "the connection to the receiver broke"
    };
    Refusal { told: told.to_owned(), retry_after: None, gone: false }
}

/// Passes on what is due, one message for each creator.
///
/// # Errors
/// When the store cannot be asked; what was claimed comes again when its lease is over.
pub async fn step(state: &Parts, forwarder: &Arc<Forwarder>) -> Result<Forwarded, StoreError> {
    let mut sending = JoinSet::new();
    for event in state.store.claim_forwards(AT_ONCE, LEASE_SECONDS).await? {
        let (state, forwarder) = (state.clone(), Arc::clone(forwarder));
        sending.spawn(async move { forward(&state, &forwarder, &event).await });
    }
    let mut done = Forwarded::default();
    while let Some(sent) = sending.join_next().await {
        // A panic is logged where it happens; the lease brings the event back.
        if matches!(sent, Ok(Ok(true))) { done.delivered += 1 } else { done.failed += 1 }
    }
    Ok(done)
}

/// Sends one event and says how it ended; answers whether it was taken.
async fn forward(state: &Parts, forwarder: &Forwarder, event: &PendingForward) -> Result<bool, StoreError> {
    state.inbox.reached(Step::Sending);
    let sent = forwarder.send(&Message::of(event), state.clock.now()).await;
    state.inbox.reached(Step::Sent);
    let delivered = sent.is_ok();
    let outcome = match sent {
        Ok(()) => ForwardOutcome::Delivered,
        Err(refusal) => after(state, forwarder, event, refusal),
    };
    state.store.complete_forward(event.row, event.fence, &outcome).await.inspect_err(|error| {
        tracing::warn!(%error, row = event.row, "how forwarding ended could not be stored");
    })?;
    Ok(delivered)
}

/// What follows a refusal.
fn after(state: &Parts, forwarder: &Forwarder, event: &PendingForward, refusal: Refusal) -> ForwardOutcome {
    let PendingForward { row, name, attempts, .. } = event;
    let Refusal { told: error, retry_after, gone } = refusal;
    if gone && !forwarder.gone.swap(true, Ordering::SeqCst) {
        tracing::error!(
            "the receiver of events answered 410: it wants no more. Nothing is passed on until \
             EVENT_FORWARD_URL is mended and the app restarted"
        );
    }
    let pause = schedule::pause(*attempts, retry_after, &*state.entropy).filter(|_| !gone);
    if let Some(after) = pause {
        tracing::info!(row, name, attempts, error, after, "an event was not taken, and is sent again");
        ForwardOutcome::Retry { after, error }
    } else {
        tracing::error!(row, name, attempts, error, "an event is given up: `creator-connect events`");
        ForwardOutcome::Dead { error }
    }
}

/// Forwards events for as long as the process runs; returns at once without a forwarder.
pub async fn forever(state: Parts, forwarder: Option<Arc<Forwarder>>) {
    let Some(forwarder) = forwarder else { return };
    let mut rest = TICK;
    while !forwarder.gone.load(Ordering::SeqCst) {
        match step(&state, &forwarder).await {
            Ok(Forwarded { delivered: 0, failed: 0 }) => idle(&forwarder).await,
            // A receiver that is down is not asked again for every creator in turn.
            Ok(Forwarded { delivered: 0, .. }) => {
                tokio::time::sleep(rest).await;
                rest = LONGEST_REST.min(rest * 2);
                continue;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "events cannot be passed on: the store is away");
                tokio::time::sleep(TICK).await;
            }
        }
        rest = TICK;
    }
}

async fn idle(forwarder: &Forwarder) {
    // Whichever comes first; which it was does not matter.
    drop(tokio::time::timeout(TICK, forwarder.wake.notified()).await);
}
