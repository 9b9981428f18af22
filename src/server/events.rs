//! Receives TikTok's webhook events: verify, store, then handle.
//!
//! The response is sent once the event is stored; the process that claims the event handles it after that. A
//! process that dies meanwhile leaves a lease that expires; so an event may be handled twice, and every handler
//! is idempotent.

mod handling;
mod parts;

use super::{
    entropy, fail_points,
    store::{NewEvent, StoreError},
    tiktok::{
        webhook::{BadSignature, Signature},
        webhook_event::WebhookEvent,
    },
};
use crate::domain::{Malformed, Timestamp};

pub use self::{
    handling::{run, step},
    parts::{MAX_CLOCK_SKEW_SECONDS, Parts, STEPS},
};

/// Result of an accepted delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ingested {
    /// The event is stored, and will be handled.
    New,
    /// The event was stored before.
    Duplicate,
}

/// Error of a delivery that was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The signature does not prove that TikTok sent it.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// The signature is too old, or its time is in the future.
    #[error("the signature is {0} s old by this machine's clock")]
    SignatureAge(i64),
    /// TikTok sent it, but it cannot be parsed.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The event is for another app.
    #[error("the event is for another app: its client_key is not TIKTOK_CLIENT_KEY")]
    OtherApp,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Verifies and stores a delivery: `header` is the value of `TikTok-Signature`, `body` the raw bytes.
///
/// # Errors
/// [`IngestError`]; TikTok then repeats the delivery, for 72 hours.
pub async fn receive(state: &Parts, header: &str, body: &[u8]) -> Result<Ingested, IngestError> {
    let signature = Signature::parse(header)?;
    let signed = state.tiktok.verify(&signature, body)?;
    let now = state.clock.now();
    check_age(state, signature.time(), now)?;
    let event = WebhookEvent::parse(signed)?;
    if event.client_key != state.tiktok.client_key {
        return Err(IngestError::OtherApp);
    }
    let open_id = event.concerns().cloned();
    let new_event = NewEvent {
        id: entropy::uuid(&*state.entropy).to_string(),
        digest: signed.digest(),
        client_key: event.client_key,
        name: event.name,
        open_id,
        created_at: event.created_at,
        received_at: now,
        body: signed.text()?.to_owned(),
    };
    let is_new = state.store.save_event(&new_event).await?;
    fail_points::reach("event::stored", "");
    state.arrived.notify_one();
    Ok(if is_new { Ingested::New } else { Ingested::Duplicate })
}

/// Checks the age of a signature. A delivery that is too old may have been purged from the ledger and would count
/// twice; one from the future would stay valid for longer than that. Either is logged as an error, because no
/// event is accepted while a clock is wrong.
fn check_age(state: &Parts, signed_at: Timestamp, now: Timestamp) -> Result<(), IngestError> {
    let age = now.seconds_since(signed_at);
    if age > state.max_age_seconds {
        tracing::error!(
            age,
            "webhook event refused: its signature is older than EVENT_MAX_AGE; if this happens to many events, this \
             machine's clock is ahead; `creator-connect doctor` compares it with TikTok's"
        );
        return Err(IngestError::SignatureAge(age));
    }
    if age < -MAX_CLOCK_SKEW_SECONDS {
        tracing::error!(
            ahead = -age,
            "webhook event refused: its signature is in the future, so this machine's clock is behind; \
             `creator-connect doctor` compares it with TikTok's. TikTok repeats the event for 72 hours"
        );
        return Err(IngestError::SignatureAge(age));
    }
    Ok(())
}
