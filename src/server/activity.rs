//! What happened to a creator lately, read from the events that are stored.

use super::{
    store::{self, Store, StoreError},
    tiktok::{webhook::SignedBody, webhook_event::WebhookEvent},
};
use crate::domain::{Activity, CreatorId, Happening};

/// So many are shown.
const SHOWN: usize = 10;

/// Some that are read are not shown.
const READ: u32 = 30;

/// The newest happenings, newest first.
///
/// # Errors
/// When the store cannot be reached.
pub async fn of(store: &dyn Store, creator: &CreatorId) -> Result<Vec<Activity>, StoreError> {
    let stored = store.activity(creator, READ).await?;
    let mut told: Vec<Activity> = stored.iter().filter_map(read).collect();
    // TikTok's events come in any order.
    told.sort_by_key(|activity| std::cmp::Reverse(activity.at));
    told.truncate(SHOWN);
    Ok(told)
}

/// TikTok's events tell of themselves; ours by their names. An end that TikTok's own event tells of
/// is told once.
fn read(stored: &store::Activity) -> Option<Activity> {
    if let Ok(notice) = WebhookEvent::read(SignedBody::from_store(&stored.body)) {
        return Some(notice.activity());
    }
    let what = match stored.name.as_str() {
        "creator.connected" => Happening::Connected,
        "creator.reconnected" => Happening::Reconnected,
        "creator.needs_reconnect" => Happening::NeedsReconnect,
        "creator.recovered" => Happening::Recovered,
        "creator.disconnected" if ended_here(&stored.body) => Happening::Disconnected,
        _ => return None,
    };
    Some(Activity { what, at: stored.created_at, reference: None, reason: None })
}

fn ended_here(body: &str) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_str(body).ok();
    body.is_some_and(|body| body.get("cause").is_some_and(|cause| cause == "here"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{RemovalReason, Timestamp};

    fn told(name: &str, body: &str) -> Option<Happening> {
        let stored =
            store::Activity { name: name.to_owned(), created_at: Timestamp(7), body: body.to_owned() };
        read(&stored).map(|activity| activity.what)
    }

    #[test]
    fn an_end_is_told_once_by_whoever_made_it() {
        assert_eq!(told("creator.disconnected", r#"{"cause":"here"}"#), Some(Happening::Disconnected));
        assert_eq!(told("creator.disconnected", r#"{"cause":"by_creator"}"#), None);
        let removal = r#"{"client_key":"k","event":"authorization.removed","create_time":1,"content":"{\"reason\":1}"}"#;
        let removed = Happening::Removed(RemovalReason::ByCreator);
        assert_eq!(told("authorization.removed", removal), Some(removed));
    }

    #[test]
    fn what_nobody_can_read_is_not_shown() {
        assert_eq!(told("creator.unheard_of", "{}"), None);
        assert_eq!(told("authorization.removed", "no JSON"), None);
    }
}
