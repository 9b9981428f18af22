//! Handles stored events: claims them, applies their effect and completes them.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use super::parts::{MAX_CLOCK_SKEW_SECONDS, Parts};
use crate::{
    domain::{CreatorId, EndCause, Malformed},
    server::{
        backoff::{Backoff, Jitter},
        fail_points,
        heartbeats::Heartbeat,
        store::{Ending, EventOutcome, PendingEvent, StoreError},
        tiktok::{
            webhook::SignedBody,
            webhook_event::{AUTHORIZATION_REMOVED, WebhookEvent},
        },
    },
};

/// Limit of events that are claimed at once.
const CLAIM_LIMIT: u32 = 256;

/// Lease of a claimed event; no handler takes that long.
const LEASE_SECONDS: u32 = 60;

/// Attempts after which an event is set aside. A claim that was never completed counts too, so that an event
/// which crashes the process cannot do so for ever.
const MAX_ATTEMPTS: u32 = 8;

/// The delays between attempts, before jitter: [`MAX_ATTEMPTS`] ends them before the longest.
const BACKOFF: Backoff = Backoff { first: 5, longest: 5 << MAX_ATTEMPTS };

/// Polling interval for events that another process stored, and for retries that are due.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Pause between batches while events keep arriving: each claim is a write of its own, which delays the storing of
/// events.
const BATCH_INTERVAL: Duration = Duration::from_millis(100);

/// Pause before a retry while the store is unavailable.
const STORE_RETRY: Duration = Duration::from_secs(2);

/// Error of handling an event.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error("the handler panicked")]
    Panicked,
    #[error("every earlier attempt ended without a result: the process died or lost its lease")]
    Abandoned,
}

/// Claims events and handles them concurrently, because no handler depends on their order. Returns their number.
///
/// # Errors
/// When the store is unavailable; claimed events are claimed again once their lease has expired.
pub async fn step(state: &Parts) -> Result<usize, StoreError> {
    let claimed = state.store.claim_events(CLAIM_LIMIT, LEASE_SECONDS).await?;
    let count = claimed.len();
    let mut handling = JoinSet::new();
    for event in claimed {
        let state = state.clone();
        handling.spawn(async move { handle(&state, event).await });
    }
    let mut worst = Ok(count);
    while let Some(handled) = handling.join_next().await {
        if let Ok(Err(error)) = handled {
            worst = Err(error);
        }
    }
    if let Some(forwarding) = state.forwarding.as_ref().filter(|_| count > 0) {
        forwarding.notify_one();
    }
    worst
}

/// Handles one event and completes it.
async fn handle(state: &Parts, event: PendingEvent) -> Result<(), StoreError> {
    fail_points::reach("event::claimed", event.row);
    let (row, fence) = (event.row, event.fence);
    let done =
        if event.attempts > MAX_ATTEMPTS { Err(Failure::Abandoned) } else { effect(state, &event).await };
    fail_points::reach("event::handled", row);
    let outcome = match done {
        Ok(()) => EventOutcome::Handled { forward: state.forwarding.is_some() },
        Err(failure) => after(state, &event, &failure),
    };
    state.store.complete_event(row, fence, &outcome).await?;
    Ok(())
}

/// Applies the event's effect on a task of its own, so that a panic fails this attempt alone.
async fn effect(state: &Parts, event: &PendingEvent) -> Result<(), Failure> {
    if event.name != AUTHORIZATION_REMOVED {
        return Ok(());
    }
    let (state, event) = (state.clone(), event.clone());
    let removal = tokio::spawn(async move { removed(&state, &event).await });
    removal.await.map_err(|_| Failure::Panicked)?
}

fn after(state: &Parts, event: &PendingEvent, failure: &Failure) -> EventOutcome {
    let PendingEvent { row, name, attempts, .. } = event;
    let error = failure.to_string();
    if *attempts >= MAX_ATTEMPTS {
        tracing::error!(
            row,
            name,
            attempts,
            error,
            "event set aside; `creator-connect events` lists and replays it"
        );
        return EventOutcome::SetAside { error };
    }
    let delay = Jitter::new(&*state.entropy).lengthen(BACKOFF.delay(*attempts));
    let after = u32::try_from(delay).unwrap_or(u32::MAX);
    tracing::warn!(row, name, attempts, error, after, "event handling failed and will be retried");
    EventOutcome::Retry { after, error }
}

/// Handles `authorization.removed`: TikTok ended a grant, whose tokens are dead already. A grant that was given
/// after the event is kept; but the two timestamps are from two clocks, so it is checked at once.
async fn removed(state: &Parts, event: &PendingEvent) -> Result<(), Failure> {
    let Some(creator) = &event.creator else { return Ok(()) };
    let Some(reason) = WebhookEvent::parse(SignedBody::from_store(&event.body))?.removal() else {
        return Ok(());
    };
    // A time far in the future would end grants that are not given yet.
    let at = event.created_at.min(state.clock.now().plus_seconds(MAX_CLOCK_SKEW_SECONDS));
    let ending = Ending {
        at,
        cause: EndCause::Removed(reason),
        given_until: Some(at),
        revoke: false,
        erase_profile: false,
    };
    match state.store.end_grant(creator, &ending).await? {
        Some(ended) if ended.was_active => tracing::info!(%creator, %reason, "grant ended by TikTok"),
        Some(_) => tracing::info!(%creator, %reason, "grant ended by TikTok; it had been ended here before"),
        None => check(state, creator),
    }
    Ok(())
}

/// Starts a refresh, which shows whether the newer grant is still valid. No task waits for it: the refresher
/// evaluates the result as it does at the grant's next due date.
fn check(state: &Parts, creator: &CreatorId) {
    tracing::info!(%creator, "TikTok ended an earlier grant; checking the newer one by a refresh");
    let (refresher, creator) = (Arc::clone(&state.refresher), creator.clone());
    tokio::spawn(async move {
        if let Err(error) = refresher.refresh_now(&creator).await {
            tracing::info!(%error, %creator, "refresh of the newer grant failed");
        }
    });
}

/// Runs the handling loop until the task is aborted.
pub async fn run(state: Parts, heartbeat: Heartbeat) {
    loop {
        heartbeat.beat();
        match step(&state).await {
            Ok(count) if count >= CLAIM_LIMIT as usize => {}
            Ok(count) => {
                // A signal or a timeout, whichever comes first.
                drop(tokio::time::timeout(POLL_INTERVAL, state.arrived.notified()).await);
                if count > 0 {
                    tokio::time::sleep(BATCH_INTERVAL).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "event handling paused: the store is unavailable");
                tokio::time::sleep(STORE_RETRY).await;
            }
        }
    }
}
