//! A creator's recent activity, from the stored events.

use super::{
    store,
    tiktok::{webhook::SignedBody, webhook_event::WebhookEvent},
};
use crate::domain::{Activity, ActivityKind};

/// Number of activities that a profile shows.
const SHOWN_COUNT: usize = 10;

/// Number of events that are loaded; not all of them are shown.
pub const LOADED_COUNT: u32 = 30;

/// The newest activities of a creator's events, newest first.
#[must_use]
pub fn recent(stored: &[store::Activity]) -> Vec<Activity> {
    let mut activities: Vec<Activity> = stored.iter().filter_map(parse).collect();
    // TikTok sends events in any order.
    activities.sort_by_key(|activity| std::cmp::Reverse(activity.at));
    activities.truncate(SHOWN_COUNT);
    activities
}

/// Converts a stored event: TikTok's by its body, the app's own by its name. A disconnection that TikTok's own
/// event reports is shown once.
fn parse(stored: &store::Activity) -> Option<Activity> {
    if let Ok(event) = WebhookEvent::parse(SignedBody::from_store(&stored.body)) {
        return Some(event.activity());
    }
    let what = match stored.name.as_str() {
        "creator.connected" => ActivityKind::Connected,
        "creator.reconnected" => ActivityKind::Reconnected,
        "creator.needs_reconnect" => ActivityKind::NeedsReconnect,
        "creator.recovered" => ActivityKind::Recovered,
        "creator.disconnected" if ended_here(&stored.body) => ActivityKind::Disconnected,
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

    fn happening(name: &str, body: &str) -> Option<ActivityKind> {
        let stored =
            store::Activity { name: name.to_owned(), created_at: Timestamp(7), body: body.to_owned() };
        parse(&stored).map(|activity| activity.what)
    }

    #[test]
    fn disconnection_is_shown_once() {
        assert_eq!(
            happening("creator.disconnected", r#"{"cause":"here"}"#),
            Some(ActivityKind::Disconnected)
        );
        assert_eq!(happening("creator.disconnected", r#"{"cause":"by_creator"}"#), None);
        let removal = r#"{"client_key":"k","event":"authorization.removed","create_time":1,"content":"{\"reason\":1}"}"#;
        let removed = ActivityKind::Removed(RemovalReason::ByCreator);
        assert_eq!(happening("authorization.removed", removal), Some(removed));
    }

    #[test]
    fn unreadable_event_is_not_shown() {
        assert_eq!(happening("creator.unheard_of", "{}"), None);
        assert_eq!(happening("authorization.removed", "no JSON"), None);
    }
}
