//! How a post advances by the simulator's clock, whether or not its status is fetched.

use super::events;
use super::fail_reason::FailReason;
use super::post::{Post, PostMode, PublicPost, Status};
use crate::clock::Seconds;
use crate::deliveries;
use crate::simulator::{Memory, SharedSimulator};
use crate::webhook::Event;

/// Advances a post in the background until it has no next step.
pub(crate) fn follow(simulator: &SharedSimulator, publish_id: &str) {
    let (simulator, publish_id) = (simulator.clone(), publish_id.to_owned());
    tokio::spawn(async move {
        while has_next_step(&simulator, &publish_id) {
            simulator.clock.tick().await;
            let events = take_due_steps(&mut simulator.memory(), &publish_id, simulator.clock.now());
            send_events(&simulator, events).await;
        }
    });
}

/// The creator publishes a draft that was delivered to their inbox: for everyone, unless the account is private.
/// Returns the webhooks; none if no such draft waits.
pub(crate) fn complete_draft(simulator: &SharedSimulator, publish_id: &str) -> Option<Vec<Event>> {
    let now = simulator.clock.now();
    let mut memory = simulator.memory();
    let mut events = take_due_steps(&mut memory, publish_id, now);
    let processing_seconds = memory.live.processing_seconds;
    let post = memory.posts.find(publish_id).filter(|post| post.status == Status::SendToUserInbox)?;
    post.complete(!post.creator.profile.private, now, processing_seconds);
    events.extend(events::of_status(post, now));
    drop(memory);
    follow(simulator, publish_id);
    Some(events)
}

/// Sends events without waiting for their deliveries.
pub(crate) fn send_in_background(simulator: &SharedSimulator, events: Vec<Event>) {
    if !events.is_empty() {
        let simulator = simulator.clone();
        tokio::spawn(async move { send_events(&simulator, events).await });
    }
}

/// Takes the steps of a post that are due by now; returns their webhooks.
pub(crate) fn take_due_steps(memory: &mut Memory, publish_id: &str, now: Seconds) -> Vec<Event> {
    let mut events = Vec::new();
    let processing_seconds = memory.live.processing_seconds;
    while let Some(post) = memory.posts.find(publish_id)
        && let Some(due_at) = post.due_at.filter(|due_at| *due_at <= now)
    {
        let has_access = memory.grants.has_access(post.creator, post.created_at);
        let post_id = (post.status == Status::PublishComplete).then(|| memory.posts.next_id(due_at));
        let Some(post) = memory.posts.find(publish_id) else { break };
        match post_id {
            Some(post_id) => make_public(post, post_id, due_at),
            None => finish_processing(post, has_access, due_at, processing_seconds),
        }
        events.extend(events::of_status(post, due_at));
    }
    events
}

fn has_next_step(simulator: &SharedSimulator, publish_id: &str) -> bool {
    simulator.memory().posts.find(publish_id).is_some_and(|post| post.due_at.is_some())
}

async fn send_events(simulator: &SharedSimulator, events: Vec<Event>) {
    for event in events {
        deliveries::send_event(simulator.clone(), event).await;
    }
}

fn finish_processing(post: &mut Post, has_access: bool, now: Seconds, processing_seconds: Seconds) {
    match (post.ordered_failure, post.mode) {
        _ if !has_access => post.fail(FailReason::AuthRemoved),
        (Some(reason), _) => post.fail(reason),
        (None, PostMode::Direct { public }) => post.complete(public, now, processing_seconds),
        (None, PostMode::Inbox) => {
            post.status = Status::SendToUserInbox;
            post.due_at = None;
        }
    }
}

fn make_public(post: &mut Post, post_id: u64, now: Seconds) {
    post.public = Some(PublicPost { post_id, posted_at: now });
    post.due_at = None;
}
