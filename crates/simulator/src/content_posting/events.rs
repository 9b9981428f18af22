//! The webhooks of a post (`webhooks-events`, `content-posting-api-reference-get-video-status`).

use serde_json::{Map, Value, json};

use super::post::{Post, Status};
use crate::clock::Seconds;
use crate::webhook::{Event, TimeForm};

/// The webhook of a post's status; none while it is processed.
pub(super) fn of_status(post: &Post, now: Seconds) -> Option<Event> {
    let name = match (post.status, post.public) {
        (Status::ProcessingUpload | Status::ProcessingDownload, _) => return None,
        (Status::SendToUserInbox, _) => "post.publish.inbox_delivered",
        (Status::PublishComplete, None) => "post.publish.complete",
        (Status::PublishComplete, Some(_)) => "post.publish.publicly_available",
        (Status::Failed, _) => "post.publish.failed",
    };
    Some(Event {
        name: name.to_owned(),
        creator: Some(post.creator),
        content: content(post),
        create_time: now,
        time_form: TimeForm::default(),
    })
}

fn content(post: &Post) -> Value {
    let mut content = Map::new();
    content.insert("publish_id".to_owned(), json!(post.publish_id));
    content.insert("publish_type".to_owned(), json!(post.mode.publish_type()));
    if let Some(reason) = post.fail_reason {
        content.insert("reason".to_owned(), json!(reason));
    }
    if let Some(public) = post.public {
        content.insert("post_id".to_owned(), json!(public.post_id));
    }
    Value::Object(content)
}
