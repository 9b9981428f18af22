//! TikTok's events: taken in, stored, then handled.
//!
//! A delivery is answered once it is stored, and handled after that, by whichever process claims it. A
//! process that dies meanwhile leaves a lease that ends; so an event may be handled twice, and every handler
//! comes to the same when it runs again.

mod handling;
mod inbox;

use super::{
    entropy,
    store::{NewEvent, StoreError},
    tiktok::{
        webhook::{BadSignature, Signature},
        webhook_event::WebhookEvent,
    },
};
use crate::domain::{Malformed, Timestamp};

pub use self::{
    handling::{forever, step},
    inbox::{Inbox, MOST_AHEAD_SECONDS, NoSteps, Parts, Step, Steps},
};

/// What became of a delivery that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ingested {
    /// It is stored, and will be handled.
    New,
    /// It was stored before.
    Duplicate,
}

/// Why a delivery was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is not known to be TikTok's.
    #[error(transparent)]
    Unsigned(#[from] BadSignature),
    /// It was signed too long ago, or by our clock has yet to be signed.
    #[error("the signature is {0} s old by our clock")]
    Untimely(i64),
    /// It is TikTok's, but cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// It is for another app.
    #[error("the event is for another app: its client_key is not TIKTOK_CLIENT_KEY")]
    OtherApp,
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a delivery in: `header` is what `TikTok-Signature` says, `body` the bytes as they came.
///
/// # Errors
/// [`Refusal`]; TikTok then sends it again, for 72 hours.
pub async fn receive(state: &Parts, header: &str, body: &[u8]) -> Result<Ingested, Refusal> {
    let signature = Signature::parse(header)?;
    let signed = state.tiktok.verify(&signature, body)?;
    let now = state.clock.now();
    check_age(state, signature.time(), now)?;
    let notice = WebhookEvent::read(signed)?;
    if notice.client_key != state.tiktok.client_key {
        return Err(Refusal::OtherApp);
    }
    let event = NewEvent {
        id: entropy::uuid(&*state.entropy).to_string(),
        digest: signed.digest(),
        client_key: notice.client_key,
        name: notice.name,
        open_id: notice.open_id,
        created_at: notice.created_at,
        received_at: now,
        body: signed.text()?.to_owned(),
    };
    let is_new = state.store.save_event(&event).await?;
    state.inbox.reached(Step::Stored);
    state.inbox.wake();
    Ok(if is_new { Ingested::New } else { Ingested::Duplicate })
}

/// A delivery that is too old could have left the ledger, and would count twice. One from the future would
/// be good for longer than that. Either way it is told loudly: with a wrong clock no event is taken.
fn check_age(state: &Parts, signed_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let age = now.seconds_since(signed_at);
    if age > state.max_age_seconds {
        tracing::error!(
            age,
            "refused an event of TikTok's that was signed longer ago than EVENT_MAX_AGE: if many are, this \
             machine's clock is ahead; `creator-connect doctor` compares it with TikTok's"
        );
        return Err(Refusal::Untimely(age));
    }
    if age < -MOST_AHEAD_SECONDS {
        tracing::error!(
            ahead = -age,
            "refused an event of TikTok's that is signed in the future: this machine's clock is behind; \
             `creator-connect doctor` compares it with TikTok's. TikTok sends it again for 72 hours"
        );
        return Err(Refusal::Untimely(age));
    }
    Ok(())
}
