//! `/simulator/posts`: lists posts, and completes a draft in the inbox as its creator would.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::fail_reason::FailReason;
use super::lifecycle;
use super::post::{Post, Status};
use crate::simulator::SharedSimulator;

/// One post. The upload token is not shown.
#[derive(Serialize)]
pub(crate) struct PostReport {
    publish_id: String,
    creator: String,
    publish_type: &'static str,
    title: String,
    status: Status,
    fail_reason: Option<FailReason>,
    post_id: Option<u64>,
}

/// The creator opens the draft in TikTok's app and publishes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Completion {
    publish_id: String,
}

/// `GET /simulator/posts`
pub(crate) async fn list(State(simulator): State<SharedSimulator>) -> Json<Vec<PostReport>> {
    Json(simulator.memory().posts.all().map(PostReport::of).collect())
}

/// `POST /simulator/posts/complete`: of a draft that was delivered to the inbox.
pub(crate) async fn complete(
    State(simulator): State<SharedSimulator>,
    Json(order): Json<Completion>,
) -> Result<StatusCode, (StatusCode, &'static str)> {
    let events = lifecycle::complete_draft(&simulator, &order.publish_id);
    let events = events.ok_or((StatusCode::CONFLICT, "no such draft waits in an inbox"))?;
    lifecycle::send_in_background(&simulator, events);
    Ok(StatusCode::NO_CONTENT)
}

impl PostReport {
    fn of(post: &Post) -> Self {
        Self {
            publish_id: post.publish_id.clone(),
            creator: post.creator.name(),
            publish_type: post.mode.publish_type(),
            title: post.title.clone(),
            status: post.status,
            fail_reason: post.fail_reason,
            post_id: post.public.map(|public| public.post_id),
        }
    }
}
