//! A creator's data export: all that is stored of them except the tokens.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    clock::rfc3339,
    profile::Profiles,
    store::{Activity, StoreError},
};
use crate::domain::{CreatorId, Profile, Timestamp};

/// More events than are ever kept for a creator.
const ALL: u32 = 100_000;

/// The creator's data as JSON; `None` for an unknown creator. Times are RFC 3339.
///
/// # Errors
/// When the store is unavailable.
pub async fn export(profiles: &Profiles, creator: &CreatorId) -> Result<Option<Value>, StoreError> {
    let store = &profiles.store;
    let Some(stored) = store.creator(creator).await? else { return Ok(None) };
    let (open_id, union_id) = (stored.open_id.clone(), stored.union_id.clone());
    let avatar_url = stored.avatar_url.clone();
    let profile = profiles.to_profile(stored);
    let avatar = store.avatar(creator).await?.map(|avatar| {
        json!({ "media_type": avatar.media_type, "base64": STANDARD.encode(avatar.bytes),
            "fetched_at": rfc3339(avatar.fetched_at) })
    });
    let activity = store.activity(creator, ALL).await?;
    Ok(Some(json!({
        "exported_at": rfc3339(profile.as_of),
        "id": profile.id,
        "tiktok": { "open_id": open_id.as_str(), "union_id": union_id,
            "username": profile.username, "nickname": profile.nickname,
            "avatar_url": avatar_url, "posting": profile.posting,
            "known_at": profile.profile_known_at.map(rfc3339), "asked_at": profile.profile_asked_at.map(rfc3339) },
        "avatar": avatar,
        "connection": connection(&profile),
        "last_answers": { "user_info": profile.user_info, "creator_info": profile.creator_info,
            "log_id": profile.log_id },
        "activity": activity.iter().map(event).collect::<Vec<Value>>(),
        "not_included": "access and refresh tokens, which are stored encrypted and shown to nobody",
    })))
}

/// The connection state, its cause and its times. The keys are those of every download so far.
fn connection(profile: &Profile) -> Value {
    let (ended_at, end_cause) = profile.ended.unzip();
    json!({ "state": profile.state, "permissions": profile.granted,
        "missing_permissions": profile.missing,
        "connected_at": rfc3339(profile.connected_at),
        "refreshed_at": profile.refreshed_at.map(rfc3339),
        "next_refresh_at": profile.refresh_due_at.map(rfc3339),
        "access_ends_at": profile.access_expires_at.map(rfc3339),
        "consent_ends_at": profile.refresh_expires_at.map(rfc3339),
        "trouble": profile.refresh_failure, "trouble_since": profile.trouble_since.map(rfc3339),
        "trouble_log_id": profile.failure_log_id,
        "ended_at": ended_at.map(rfc3339), "end_cause": end_cause })
}

/// A stored event: what TikTok sent, or the details of one of our own.
fn event(activity: &Activity) -> Value {
    // Text that is not JSON is stored too, and so belongs here.
    let details = serde_json::from_str(&activity.body).unwrap_or_else(|_| json!(activity.body));
    json!({ "event": activity.name, "at": rfc3339(activity.created_at), "details": details })
}

/// The file name for the browser, as `creator-connect-2026-11-22.json`.
#[must_use]
pub fn file_name(now: Timestamp) -> String {
    let day: String = rfc3339(now).chars().take(10).collect();
    format!("{}-{day}.json", env!("CARGO_PKG_NAME"))
}
