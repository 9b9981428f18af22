//! What an event does.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use super::inbox::{MOST_AHEAD_SECONDS, Parts, Step};
use crate::{
    domain::{CreatorId, EndCause, Malformed},
    server::{
        entropy::random,
        store::{Ending, EventOutcome, PendingEvent, StoreError},
        tiktok::{
            webhook::SignedBody,
            webhook_event::{REMOVED, WebhookEvent},
        },
    },
};

/// So many events are claimed at once.
const AT_ONCE: u32 = 256;

/// Longer than any handler takes.
const LEASE_SECONDS: u32 = 60;

/// An event that failed so often is set aside. A claim that was never settled counts too, so that an event
/// which ends the process cannot do so for ever.
const MOST_ATTEMPTS: u32 = 8;

/// The pause after the first failure, in seconds; each later one is twice as long.
const FIRST_PAUSE: u32 = 5;

/// Events that were stored elsewhere, and those whose time has come, are noticed within this time.
const TICK: Duration = Duration::from_secs(5);

/// While events keep coming they are handled together, so often: each claim is a write of its own, for which whoever
/// is storing an event has to wait.
const GATHERING: Duration = Duration::from_millis(100);

/// While the store is away it is asked again after this time.
const REST: Duration = Duration::from_secs(2);

/// Why an event could not be handled.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error("the handler panicked")]
    Panicked,
    #[error("whoever handled it before did not live to say how it ended")]
    Deadly,
}

/// Claims events and handles them, all at once: no handler minds the order. Answers how many there were.
///
/// # Errors
/// When the store cannot be asked; what was claimed comes again when its lease is over.
pub async fn step(state: &Parts) -> Result<usize, StoreError> {
    let claimed = state.store.claim_events(AT_ONCE, LEASE_SECONDS).await?;
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

/// Handles one event and says how it ended.
async fn handle(state: &Parts, event: PendingEvent) -> Result<(), StoreError> {
    state.inbox.reached(Step::Claimed);
    let (row, fence) = (event.row, event.fence);
    let done =
        if event.attempts > MOST_ATTEMPTS { Err(Failure::Deadly) } else { effect(state, &event).await };
    state.inbox.reached(Step::Handled);
    let outcome = match done {
        Ok(()) => EventOutcome::Handled { forward: state.forwarding.is_some() },
        Err(failure) => after(state, &event, &failure),
    };
    state.store.complete_event(row, fence, &outcome).await?;
    Ok(())
}

/// On a task of its own, where a panic costs nothing but this attempt.
async fn effect(state: &Parts, event: &PendingEvent) -> Result<(), Failure> {
    if event.name != REMOVED {
        return Ok(());
    }
    let (state, event) = (state.clone(), event.clone());
    let removal = tokio::spawn(async move { removed(&state, &event).await });
    removal.await.map_err(|_| Failure::Panicked)?
}

fn after(state: &Parts, event: &PendingEvent, failure: &Failure) -> EventOutcome {
    let PendingEvent { row, name, attempts, .. } = event;
    let error = failure.to_string();
    if *attempts >= MOST_ATTEMPTS {
        tracing::error!(row, name, attempts, error, "an event is set aside: `creator-connect events`");
        return EventOutcome::SetAside { error };
    }
    let [chance] = random::<1>(&*state.entropy);
    let pause = FIRST_PAUSE << attempts.saturating_sub(1);
    let after = pause + pause * u32::from(chance) / 255;
    tracing::warn!(row, name, attempts, error, after, "an event could not be handled, and is tried again");
    EventOutcome::Retry { after, error }
}

/// TikTok ended a grant: its tokens are dead already. A grant that was given after the event lives on; but
/// the moments are of two clocks, so it is checked at once.
async fn removed(state: &Parts, event: &PendingEvent) -> Result<(), Failure> {
    let Some(creator) = &event.creator else { return Ok(()) };
    let notice = WebhookEvent::read(SignedBody::from_store(&event.body))?;
    let Some(reason) = notice.removal() else { return Ok(()) };
    // An absurd moment in the future would end grants that are not given yet.
    let at = event.created_at.min(state.clock.now().plus_seconds(MOST_AHEAD_SECONDS));
    let ending = Ending {
        at,
        cause: EndCause::Removed(reason),
        given_until: Some(at),
        revoke: false,
        erase_profile: false,
    };
    match state.store.end_grant(creator, &ending).await? {
        Some(ended) if ended.was_active => tracing::info!(%creator, %reason, "TikTok ended a grant"),
        Some(_) => tracing::info!(%creator, %reason, "TikTok ended a grant that had ended here"),
        None => check(state, creator),
    }
    Ok(())
}

/// Asks TikTok, by a refresh, whether the grant that was spared lives. Nobody waits for the answer: the
/// refresher judges the grant, and what it finds is the same as at its next due date.
fn check(state: &Parts, creator: &CreatorId) {
    tracing::info!(%creator, "TikTok ended an earlier grant; the one since is checked");
    let (refresher, creator) = (Arc::clone(&state.refresher), creator.clone());
    tokio::spawn(async move {
        if let Err(error) = refresher.refresh_now(&creator).await {
            tracing::info!(%error, %creator, "the grant since an earlier one ended could not be renewed");
        }
    });
}

/// Handles events for ever.
pub async fn forever(state: Parts) {
    loop {
        match step(&state).await {
            Ok(count) if count >= AT_ONCE as usize => {}
            Ok(count) => {
                // Whichever comes first; which it was does not matter.
                drop(tokio::time::timeout(TICK, state.inbox.arrived.notified()).await);
                if count > 0 {
                    tokio::time::sleep(GATHERING).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "events cannot be handled: the store is away");
                tokio::time::sleep(REST).await;
            }
        }
    }
}
