//! Fetches user info (<https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info>) and creator info
//! (<https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info>).

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    MAX_RESPONSE_BYTES, RawResponse, TikTok, TransportError,
    envelope::{Fetched, parse_envelope},
};
use crate::{
    domain::{FetchOutcome, OpenId, Posting, PrivacyLevel, Scope, Scopes},
    server::metrics::Endpoint,
};

/// Limit at which a text is cut; TikTok documents nicknames of 30 characters.
const MAX_TEXT_CHARS: usize = 500;

/// A creator's user info. TikTok omits what it does not know.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct UserInfo {
    /// Identifies a person over all apps of one developer.
    pub union_id: Option<String>,
    /// The picture's URL.
    pub avatar_url: Option<String>,
    /// The display name.
    pub display_name: Option<String>,
    /// The handle; requested only with `user.info.profile`.
    pub username: Option<String>,
}

/// A creator's creator info.
#[derive(Debug, PartialEq, Eq)]
pub struct CreatorInfo {
    /// The picture's URL, valid for two hours.
    pub avatar_url: Option<String>,
    /// The handle.
    pub username: Option<String>,
    /// The display name.
    pub nickname: Option<String>,
    /// The posting options.
    pub posting: Posting,
}

impl TikTok {
    /// Fetches user info, with the fields that `granted` allows: one field too many fails the whole request.
    pub async fn user_info(&self, token: &SecretString, granted: &Scopes) -> Fetched<UserInfo> {
        let Some(fields) = user_info_fields(granted) else {
            return Fetched::without_value(FetchOutcome::NotAsked);
        };
        let request = self.http.get(self.endpoint("/v2/user/info/")).query(&[("fields", fields)]);
        parse_envelope(self.send(Endpoint::UserInfo, request, token).await, parse_user_info)
    }

    /// Fetches the creator whom an access token belongs to, whatever scopes TikTok says that it has.
    pub(super) async fn open_id_of(&self, token: &SecretString) -> Fetched<OpenId> {
        let request = self.http.get(self.endpoint("/v2/user/info/")).query(&[("fields", "open_id")]);
        parse_envelope(self.send(Endpoint::UserInfo, request, token).await, |data| {
            data.get("user")?.get("open_id")?.as_str()?.parse().ok()
        })
    }

    /// Fetches creator info, if `granted` allows it.
    pub async fn creator_info(&self, token: &SecretString, granted: &Scopes) -> Fetched<CreatorInfo> {
        if !granted.contains(Scope::VIDEO_PUBLISH) {
            return Fetched::without_value(FetchOutcome::NotAsked);
        }
        let url = self.endpoint("/v2/post/publish/creator_info/query/");
        let request =
            self.http.post(url).header("content-type", "application/json; charset=UTF-8").body("{}");
        parse_envelope(self.send(Endpoint::CreatorInfo, request, token).await, parse_creator_info)
    }

    async fn send(
        &self,
        endpoint: Endpoint,
        request: RequestBuilder,
        token: &SecretString,
    ) -> Result<RawResponse, TransportError> {
        self.fetch(endpoint, request.bearer_auth(token.expose_secret()), MAX_RESPONSE_BYTES).await
    }
}

fn user_info_fields(granted: &Scopes) -> Option<&'static str> {
    let basic = granted.contains(Scope::USER_INFO_BASIC);
    match (basic, granted.contains(Scope::USER_INFO_PROFILE)) {
        (true, true) => Some("open_id,union_id,avatar_url,avatar_large_url,display_name,username"),
        (true, false) => Some("open_id,union_id,avatar_url,avatar_large_url,display_name"),
        (false, _) => None,
    }
}

fn parse_user_info(data: &Value) -> Option<UserInfo> {
    let user = data.get("user")?.as_object()?;
    let text = |name: &str| user.get(name).and_then(parse_text);
    Some(UserInfo {
        union_id: text("union_id"),
        avatar_url: text("avatar_large_url").or_else(|| text("avatar_url")),
        display_name: text("display_name"),
        username: text("username"),
    })
}

fn parse_creator_info(data: &Value) -> Option<CreatorInfo> {
    let text = |name: &str| data.get(name).and_then(parse_text);
    let flag = |name: &str| data.get(name).and_then(Value::as_bool);
    let levels = data.get("privacy_level_options")?.as_array()?;
    let seconds = data.get("max_video_post_duration_sec").and_then(Value::as_u64);
    Some(CreatorInfo {
        avatar_url: text("creator_avatar_url"),
        username: text("creator_username"),
        nickname: text("creator_nickname"),
        posting: Posting {
            privacy_level_options: levels.iter().filter_map(parse_privacy_level).collect(),
            comment_disabled: flag("comment_disabled"),
            duet_disabled: flag("duet_disabled"),
            stitch_disabled: flag("stitch_disabled"),
            max_video_post_duration_sec: seconds.and_then(|seconds| u32::try_from(seconds).ok()),
        },
    })
}

/// A non-blank text, cut to [`MAX_TEXT_CHARS`].
fn parse_text(value: &Value) -> Option<String> {
    let text: String = value.as_str()?.chars().take(MAX_TEXT_CHARS).collect();
    (!text.trim().is_empty()).then_some(text)
}

/// Parses a privacy level in TikTok's spelling: capitals, digits and underscores.
fn parse_privacy_level(value: &Value) -> Option<PrivacyLevel> {
    let name = value.as_str()?;
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_valid = !name.is_empty() && name.len() <= 64 && name.chars().all(allowed);
    is_valid.then(|| PrivacyLevel::from(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scopes(text: &str) -> Scopes {
        text.parse().unwrap()
    }

    #[test]
    fn username_is_requested_with_profile_scope_only() {
        assert!(!user_info_fields(&scopes("user.info.basic")).unwrap().contains("username"));
        assert!(user_info_fields(&scopes("user.info.basic,user.info.profile")).unwrap().contains("username"));
        assert_eq!(user_info_fields(&scopes("video.publish")), None);
    }

    #[test]
    fn documented_creator_info_is_parsed() {
        let data = json!({"creator_avatar_url": "https://cdn.example.test/c.jpeg",
            "creator_username": "examplecreator", "creator_nickname": "Example Creator",
            "privacy_level_options": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
            "comment_disabled": false, "duet_disabled": false, "stitch_disabled": true,
            "max_video_post_duration_sec": 600});
        let info = parse_creator_info(&data).unwrap();
        assert_eq!(info.username.as_deref(), Some("examplecreator"));
        assert_eq!(info.posting.privacy_level_options.len(), 3);
        assert_eq!(info.posting.stitch_disabled, Some(true));
        assert_eq!(info.posting.max_video_post_duration_sec, Some(600));
    }

    #[test]
    fn fields_of_wrong_type_are_skipped() {
        let data = json!({"creator_nickname": 7, "privacy_level_options": ["<b>", 3, "SELF_ONLY"],
            "comment_disabled": "no", "max_video_post_duration_sec": -1});
        let info = parse_creator_info(&data).unwrap();
        assert_eq!(info.nickname, None);
        assert_eq!(info.posting.privacy_level_options, [PrivacyLevel::SelfOnly]);
        assert_eq!(info.posting.comment_disabled, None);
        assert_eq!(info.posting.max_video_post_duration_sec, None);
    }

    #[test]
    fn creator_info_without_privacy_levels_is_refused() {
        assert_eq!(parse_creator_info(&json!({})), None);
        assert_eq!(parse_creator_info(&json!("text")), None);
    }

    #[test]
    fn empty_text_is_none() {
        let data = json!({"user": {"display_name": " ", "avatar_url": ""}});
        let info = parse_user_info(&data).unwrap();
        assert_eq!((info.display_name, info.avatar_url), (None, None));
    }

    #[test]
    fn long_nickname_is_cut() {
        let data = json!({"user": {"display_name": "é".repeat(10_000)}});
        let name = parse_user_info(&data).unwrap().display_name.unwrap();
        assert_eq!(name.chars().count(), MAX_TEXT_CHARS);
    }
}
