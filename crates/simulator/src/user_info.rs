//! `GET /v2/user/info/` (`tiktok-api-v2-get-user-info`).

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::avatars;
use super::bearer::Bearer;
use super::calls::Endpoint;
use super::creators::{Behaviour, Person};
use super::envelope::{ApiError, respond};
use super::fields::Fields;
use super::simulator::{SharedSimulator, Simulator};

const CALLS_PER_MINUTE: usize = 600;

pub(crate) async fn user_info(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    respond(look_up(&simulator, &headers, &query), Endpoint::UserInfo, simulator.clock.now())
}

fn look_up(simulator: &Simulator, headers: &HeaderMap, query: &Fields) -> Result<Value, ApiError> {
    let bearer = Bearer::admit(simulator, headers, Endpoint::UserInfo, CALLS_PER_MINUTE)?;
    let fields = query.get("fields").ok_or_else(|| ApiError::new("invalid_params", "fields is required"))?;
    let mut user = Map::new();
    for field in fields.split(',') {
        let scope = scope_of(field).ok_or_else(|| ApiError::new("invalid_params", "a field is not known"))?;
        // One field without its scope fails the whole call.
        bearer.must_have(scope)?;
        if let Some(value) = field_value(simulator, bearer.creator, field) {
            user.insert(field.to_owned(), value);
        }
    }
    Ok(json!({"user": user}))
}

fn scope_of(field: &str) -> Option<&'static str> {
    match field {
        "open_id" | "union_id" | "avatar_url" | "avatar_url_100" | "avatar_large_url" | "display_name" => {
            Some("user.info.basic")
        }
        "bio_description" | "profile_deep_link" | "profile_web_link" | "is_verified" | "username" => {
            Some("user.info.profile")
        }
        "follower_count" | "following_count" | "likes_count" | "video_count" => Some("user.info.stats"),
        _ => None,
    }
}

/// The value of a field; none if the creator does not have it.
fn field_value(simulator: &Simulator, person: Person, field: &str) -> Option<Value> {
    let creator = person.profile;
    let value = match field {
        "open_id" => json!(person.open_id(&simulator.settings.client_key)),
        "display_name" => json!(creator.nickname),
        _ if creator.behaviour == Behaviour::Minimal => return None,
        "union_id" => json!(person.union_id()),
        "avatar_url" | "avatar_url_100" | "avatar_large_url" => {
            json!(avatars::signed_url(simulator, creator, avatars::LIFETIME)?)
        }
        "bio_description" => json!(creator.bio),
        "profile_deep_link" => json!(format!("https://vm.tiktok.example/{}", creator.slug)),
        "profile_web_link" => json!(format!("https://www.tiktok.example/@{}", creator.username)),
        "is_verified" => json!(creator.verified),
        "username" => json!(creator.username),
        "follower_count" => json!(creator.counts.followers),
        "following_count" => json!(creator.counts.following),
        "likes_count" => json!(creator.counts.likes),
        _ => json!(creator.counts.videos),
    };
    Some(value)
}
