//! `POST /v2/post/publish/creator_info/query/` (`content-posting-api-reference-query-creator-info`).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::avatars;
use super::bearer::Bearer;
use super::calls::Endpoint;
use super::creators::{Behaviour, Creator};
use super::envelope::{ApiError, respond};
use super::simulator::{SharedSimulator, Simulator};

const CALLS_PER_MINUTE: usize = 20;

/// The body is ignored: TikTok accepts none, an empty one and `{}`.
pub(crate) async fn creator_info(State(simulator): State<SharedSimulator>, headers: HeaderMap) -> Response {
    respond(look_up(&simulator, &headers), Endpoint::CreatorInfo, simulator.clock.now())
}

fn look_up(simulator: &Simulator, headers: &HeaderMap) -> Result<Value, ApiError> {
    let bearer = Bearer::admit(simulator, headers, Endpoint::CreatorInfo, CALLS_PER_MINUTE)?;
    bearer.must_have("video.publish")?;
    match bearer.creator.profile.behaviour {
        Behaviour::MayNotPost(code) => Err(ApiError::of_code(code)),
        Behaviour::CreatorInfoDown => Err(ApiError::of_code("internal_error")),
        _ => Ok(json!(Data::of(simulator, bearer.creator.profile))),
    }
}

/// The audiences that this creator can choose for a post.
pub(crate) fn privacy_level_options(creator: &Creator) -> [&'static str; 3] {
    let audience = if creator.private { "FOLLOWER_OF_CREATOR" } else { "PUBLIC_TO_EVERYONE" };
    [audience, "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
}

#[derive(Serialize)]
struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    creator_avatar_url: Option<String>,
    creator_username: &'static str,
    creator_nickname: &'static str,
    privacy_level_options: [&'static str; 3],
    comment_disabled: bool,
    duet_disabled: bool,
    stitch_disabled: bool,
    max_video_post_duration_sec: u32,
}

impl Data {
    fn of(simulator: &Simulator, creator: &'static Creator) -> Self {
        Self {
            creator_avatar_url: avatars::signed_url(simulator, creator, avatars::LIFETIME),
            creator_username: creator.username,
            creator_nickname: creator.nickname,
            privacy_level_options: privacy_level_options(creator),
            comment_disabled: creator.comment_disabled,
            // Nobody may build on a private account's videos.
            duet_disabled: creator.private,
            stitch_disabled: creator.private,
            max_video_post_duration_sec: creator.max_video_seconds,
        }
    }
}
