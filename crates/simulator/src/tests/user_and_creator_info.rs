//! User info and creator info.

use serde_json::{Value, json};

use super::harness::{BOTH, Tiktok, start};

const ALL: &str = "user.info.basic,user.info.profile,user.info.stats,video.publish";

fn code(answer: &(u16, Value)) -> (u16, &str) {
    assert!(answer.1["error"]["log_id"].as_str().unwrap().len() > 20);
    (answer.0, answer.1["error"]["code"].as_str().unwrap())
}

async fn creator_info_of(creator: &str) -> (u16, Value) {
    let tiktok = start().await;
    let tokens = tiktok.login(creator).await;
    tiktok.creator_info(&tokens).await
}

async fn user_of(tiktok: &Tiktok, creator: &str, fields: &str) -> Value {
    let tokens = tiktok.login_with(creator, ALL).await;
    let answer = tiktok.user_info(&tokens, fields).await;
    assert_eq!(code(&answer), (200, "ok"));
    answer.1["data"]["user"].clone()
}

#[tokio::test]
async fn user_info_returns_the_requested_fields() {
    let tiktok = start().await;
    let fields = "open_id,union_id,display_name,avatar_url,username,is_verified,bio_description,likes_count";
    let user = user_of(&tiktok, "public", fields).await;
    assert_eq!(user.as_object().unwrap().len(), 8);
    assert_eq!(user["username"], json!("elodie.cuisine"));
    assert_eq!(user["is_verified"], json!(true));
    assert_eq!(user["likes_count"], json!(2_450_981));
    assert!(user["avatar_url"].as_str().unwrap().starts_with(&tiktok.base));
}

#[tokio::test]
async fn user_info_without_known_fields_is_invalid_params() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    assert_eq!(code(&tiktok.user_info(&tokens, "").await), (400, "invalid_params"));
    assert_eq!(code(&tiktok.user_info(&tokens, "open_id,email").await), (400, "invalid_params"));
}

#[tokio::test]
async fn user_info_field_without_scope_fails_the_call() {
    let tiktok = start().await;
    let tokens = tiktok.login_with("public", BOTH).await;
    for field in ["username", "bio_description", "follower_count"] {
        let answer = tiktok.user_info(&tokens, &format!("open_id,{field}")).await;
        assert_eq!(code(&answer), (401, "scope_not_authorized"));
        assert_eq!(answer.1["data"], json!({}));
    }
}

#[tokio::test]
async fn wrong_access_token_is_refused() {
    let tiktok = start().await;
    let wrong = json!({"access_token": "act.guess"});
    assert_eq!(code(&tiktok.user_info(&wrong, "open_id").await), (401, "access_token_invalid"));
    assert_eq!(code(&tiktok.creator_info(&wrong).await), (401, "access_token_invalid"));
    let without = tiktok.get("/v2/user/info/?fields=open_id").await;
    assert_eq!(without.status(), 401);
}

#[tokio::test]
async fn user_info_is_limited_to_600_a_minute() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    for _ in 0..600 {
        assert_eq!(tiktok.user_info(&tokens, "open_id").await.0, 200);
    }
    assert_eq!(code(&tiktok.user_info(&tokens, "open_id").await), (429, "rate_limit_exceeded"));
    tiktok.advance(60).await;
    assert_eq!(tiktok.user_info(&tokens, "open_id").await.0, 200);
}

#[tokio::test]
async fn creator_info_is_limited_to_20_a_minute_and_token() {
    let tiktok = start().await;
    let (tokens, others) = (tiktok.login("public").await, tiktok.login("public").await);
    for _ in 0..20 {
        assert_eq!(tiktok.creator_info(&tokens).await.0, 200);
    }
    assert_eq!(code(&tiktok.creator_info(&tokens).await), (429, "rate_limit_exceeded"));
    assert_eq!(tiktok.creator_info(&others).await.0, 200);
    tiktok.advance(60).await;
    assert_eq!(tiktok.creator_info(&tokens).await.0, 200);
}

#[tokio::test]
async fn minimal_creator_has_id_and_name_alone() {
    let user = user_of(&start().await, "minimal", "open_id,union_id,display_name,avatar_url,username").await;
    assert_eq!(user.as_object().unwrap().keys().collect::<Vec<_>>(), ["display_name", "open_id"]);
}

#[tokio::test]
async fn creator_without_avatar_has_no_avatar_field() {
    let tiktok = start().await;
    let user = user_of(&tiktok, "no-avatar", "open_id,avatar_url,avatar_url_100,avatar_large_url").await;
    assert_eq!(user.as_object().unwrap().len(), 1);
    assert!(creator_info_of("no-avatar").await.1["data"].get("creator_avatar_url").is_none());
}

#[tokio::test]
async fn hostile_name_is_sent_unescaped() {
    let user = user_of(&start().await, "hostile", "display_name").await;
    let name = user["display_name"].as_str().unwrap();
    assert!(
        name.contains("<script>") && name.contains('\u{202E}') && name.contains('"') && name.contains('🎬')
    );
    assert!(name.chars().count() > 60);
}

#[tokio::test]
async fn public_creator_may_post_to_everyone() {
    let answer = creator_info_of("public").await;
    assert_eq!(code(&answer), (200, "ok"));
    let data = &answer.1["data"];
    assert_eq!(data["creator_username"], json!("elodie.cuisine"));
    assert_eq!(data["creator_nickname"], json!("Élodie Marchand"));
    let options = json!(["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]);
    assert_eq!(data["privacy_level_options"], options);
    assert_eq!(data["duet_disabled"], json!(false));
    assert_eq!(data["max_video_post_duration_sec"], json!(600));
    assert!(data["creator_avatar_url"].as_str().unwrap().contains("/avatars/public.png?x-expires="));
}

#[tokio::test]
async fn private_creator_may_post_to_followers() {
    let data = creator_info_of("private").await.1["data"].clone();
    let options = json!(["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]);
    assert_eq!(data["privacy_level_options"], options);
    for off in ["comment_disabled", "duet_disabled", "stitch_disabled"] {
        assert_eq!(data[off], json!(true));
    }
}

#[tokio::test]
async fn creator_info_refusal_has_http_200() {
    for (creator, expected) in [
        ("banned", "spam_risk_user_banned_from_posting"),
        ("posted-out", "spam_risk_too_many_posts"),
        ("app-cap", "reached_active_user_cap"),
    ] {
        let answer = creator_info_of(creator).await;
        assert_eq!(code(&answer), (200, expected));
        assert_eq!(answer.1["data"], json!({}));
    }
}

#[tokio::test]
async fn creator_info_has_video_limit_or_fails_with_500() {
    let data = creator_info_of("long-video").await.1["data"].clone();
    assert_eq!(data["max_video_post_duration_sec"], json!(3600));
    assert_eq!(code(&creator_info_of("info-down").await), (500, "internal_error"));
}

#[tokio::test]
async fn creator_info_without_scope_is_refused() {
    let tiktok = start().await;
    let tokens = tiktok.login_with("public", "user.info.basic").await;
    assert_eq!(code(&tiktok.creator_info(&tokens).await), (401, "scope_not_authorized"));
}
