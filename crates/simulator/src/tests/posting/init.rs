//! What the init calls accept and refuse.

use serde_json::{Value, json};

use super::{SCOPES, VIDEO_URL, call, direct, file, init, login, refused, start_audited, url};

fn photos(post_mode: &str, privacy_level: &str, images: &[&str]) -> Value {
    json!({
        "media_type": "PHOTO", "post_mode": post_mode, "post_info": {"privacy_level": privacy_level},
        "source_info": {"source": "PULL_FROM_URL", "photo_images": images, "photo_cover_index": 0},
    })
}

#[tokio::test]
async fn init_of_file_answers_publish_id_and_upload_url() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    for (path, prefix) in [("inbox/video/init", "v_inbox_file~"), ("video/init", "v_pub_file~")] {
        let data = init(&tiktok, &tokens, path, direct("SELF_ONLY", file(10, 10, 1))).await;
        let publish_id = data["publish_id"].as_str().unwrap();
        assert!(publish_id.starts_with(prefix) && publish_id.len() <= 64, "{publish_id}");
        let upload_url = data["upload_url"].as_str().unwrap();
        assert!(
            upload_url.starts_with(&format!("{}/upload/video/?", tiktok.base)) && upload_url.len() <= 256
        );
    }
}

#[tokio::test]
async fn init_of_url_answers_publish_id_alone() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let data = init(&tiktok, &tokens, "inbox/video/init", json!({"source_info": url()})).await;
    assert!(data["publish_id"].as_str().unwrap().starts_with("v_inbox_url~"));
    assert!(data.get("upload_url").is_none());
}

#[tokio::test]
async fn url_without_verified_prefix_is_refused() {
    let tiktok = start_audited().await;
    let prefixes = json!(["https://media.example.test/videos", "https://media.example.test.other"]);
    tiktok.order("settings", json!({"verified_url_prefixes": prefixes})).await;
    let tokens = login(&tiktok, "public").await;
    for (video_url, expected) in [
        ("https://media.example.test/other/one.mp4", (403, "url_ownership_unverified")),
        ("https://media.example.test/videos/../other/one.mp4", (403, "url_ownership_unverified")),
        ("https://media.example.test.other.test/one.mp4", (403, "url_ownership_unverified")),
        ("http://media.example.test/videos/one.mp4", (403, "url_ownership_unverified")),
        ("one.mp4", (400, "invalid_param")),
    ] {
        let source = json!({"source_info": {"source": "PULL_FROM_URL", "video_url": video_url}});
        assert_eq!(
            refused(&call(&tiktok, &tokens, "inbox/video/init", source).await),
            expected,
            "{video_url}"
        );
    }
}

#[tokio::test]
async fn init_without_scope_is_refused() {
    let tiktok = start_audited().await;
    let tokens = tiktok.login_with("public", "user.info.basic,video.list").await;
    let draft = json!({"source_info": url()});
    let photos = photos("MEDIA_UPLOAD", "", &[VIDEO_URL]);
    for (path, body) in
        [("video/init", direct("SELF_ONLY", url())), ("inbox/video/init", draft), ("content/init", photos)]
    {
        assert_eq!(refused(&call(&tiktok, &tokens, path, body).await), (401, "scope_not_authorized"));
    }
}

#[tokio::test]
async fn init_with_wrong_token_is_refused() {
    let tiktok = start_audited().await;
    let wrong = json!({"access_token": "act.guess"});
    for path in ["video/init", "inbox/video/init", "content/init", "status/fetch", "cancel"] {
        assert_eq!(refused(&call(&tiktok, &wrong, path, json!({})).await), (401, "access_token_invalid"));
    }
}

#[tokio::test]
async fn malformed_init_is_invalid_param() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    for body in [
        json!({}),
        json!({"source_info": {"source": "FTP"}}),
        json!({"source_info": {"source": "PULL_FROM_URL"}}),
        json!({"source_info": file(10, 10, 2)}),
        json!({"source_info": {"source": "FILE_UPLOAD", "video_size": "10", "chunk_size": 10, "total_chunk_count": 1}}),
    ] {
        let answer = call(&tiktok, &tokens, "inbox/video/init", body.clone()).await;
        assert_eq!(refused(&answer), (400, "invalid_param"), "{body}");
    }
    let without_info = call(&tiktok, &tokens, "video/init", json!({"source_info": url()})).await;
    assert_eq!(refused(&without_info), (400, "invalid_param"));
}

#[tokio::test]
async fn init_body_without_json_type_is_invalid_param() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let request = tiktok.http.post(tiktok.url("/v2/post/publish/inbox/video/init/"));
    let request = request.bearer_auth(tokens["access_token"].as_str().unwrap());
    let answer = request.body(json!({"source_info": url()}).to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn file_above_4_gb_is_invalid_file_upload() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let source = json!({"source_info": file(5_000_000_000, 50_000_000, 100)});
    let answer = call(&tiktok, &tokens, "inbox/video/init", source).await;
    assert_eq!(refused(&answer), (400, "invalid_file_upload"));
}

#[tokio::test]
async fn unaudited_client_posts_to_private_accounts_alone() {
    let tiktok = start_audited().await;
    tiktok.order("settings", json!({"audited": false})).await;
    let (public, private) = (login(&tiktok, "public").await, login(&tiktok, "private").await);
    let unaudited = (403, "unaudited_client_can_only_post_to_private_accounts");
    for (tokens, level, expected) in [
        (&public, "PUBLIC_TO_EVERYONE", unaudited),
        (&public, "SELF_ONLY", unaudited),
        (&private, "FOLLOWER_OF_CREATOR", unaudited),
        (&private, "SELF_ONLY", (200, "ok")),
    ] {
        let answer = call(&tiktok, tokens, "video/init", direct(level, url())).await;
        assert_eq!(refused(&answer), expected, "{level}");
    }
}

#[tokio::test]
async fn privacy_level_outside_options_is_refused() {
    let tiktok = start_audited().await;
    let (public, private) = (login(&tiktok, "public").await, login(&tiktok, "private").await);
    for (tokens, level) in [(&public, "FOLLOWER_OF_CREATOR"), (&private, "PUBLIC_TO_EVERYONE"), (&public, "")]
    {
        let answer = call(&tiktok, tokens, "video/init", direct(level, url())).await;
        assert_eq!(refused(&answer), (403, "privacy_level_option_mismatch"), "{level}");
    }
    let unset = json!({"post_info": {}, "source_info": url()});
    assert_eq!(
        refused(&call(&tiktok, &public, "video/init", unset).await),
        (403, "privacy_level_option_mismatch")
    );
}

#[tokio::test]
async fn creator_who_may_not_post_is_refused_with_403() {
    let tiktok = start_audited().await;
    for (creator, code) in [
        ("banned", "spam_risk_user_banned_from_posting"),
        ("posted-out", "spam_risk_too_many_posts"),
        ("app-cap", "reached_active_user_cap"),
    ] {
        let tokens = login(&tiktok, creator).await;
        let answer = call(&tiktok, &tokens, "video/init", direct("SELF_ONLY", url())).await;
        assert_eq!(refused(&answer), (403, code));
        let draft = call(&tiktok, &tokens, "inbox/video/init", json!({"source_info": url()})).await;
        let expected = if creator == "banned" { (403, code) } else { (200, "ok") };
        assert_eq!(refused(&draft), expected, "the caps are those of direct posts");
    }
}

#[tokio::test]
async fn sixth_pending_share_of_a_day_is_refused() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let draft = json!({"source_info": url()});
    for _ in 0..5 {
        init(&tiktok, &tokens, "inbox/video/init", draft.clone()).await;
    }
    let sixth = call(&tiktok, &tokens, "inbox/video/init", draft.clone()).await;
    assert_eq!(refused(&sixth), (403, "spam_risk_too_many_pending_share"));
    tiktok.advance(86_400).await;
    let tokens = tiktok.refresh(&tokens).await;
    init(&tiktok, &tokens, "inbox/video/init", draft).await;
}

#[tokio::test]
async fn init_is_limited_to_6_a_minute_and_token() {
    let tiktok = start_audited().await;
    let (tokens, others) = (login(&tiktok, "public").await, login(&tiktok, "public").await);
    let video = direct("SELF_ONLY", url());
    for _ in 0..6 {
        init(&tiktok, &tokens, "video/init", video.clone()).await;
    }
    let seventh = call(&tiktok, &tokens, "video/init", video.clone()).await;
    assert_eq!(refused(&seventh), (429, "rate_limit_exceeded"));
    init(&tiktok, &others, "video/init", video.clone()).await;
    tiktok.advance(60).await;
    init(&tiktok, &tokens, "video/init", video).await;
}

#[tokio::test]
async fn photo_init_needs_the_scope_of_its_mode() {
    let tiktok = start_audited().await;
    let publisher = tiktok.login_with("public", &SCOPES.replace(",video.upload", "")).await;
    let direct = photos("DIRECT_POST", "SELF_ONLY", &[VIDEO_URL]);
    let data = init(&tiktok, &publisher, "content/init", direct).await;
    assert!(data["publish_id"].as_str().unwrap().starts_with("p_pub_url~"));
    let draft = call(&tiktok, &publisher, "content/init", photos("MEDIA_UPLOAD", "", &[VIDEO_URL])).await;
    assert_eq!(refused(&draft), (401, "scope_not_authorized"));
}

#[tokio::test]
async fn malformed_photo_init_is_invalid_param() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    let mut other_cover = photos("MEDIA_UPLOAD", "", &[VIDEO_URL]);
    other_cover["source_info"]["photo_cover_index"] = json!(1);
    let mut video = photos("MEDIA_UPLOAD", "", &[VIDEO_URL]);
    video["media_type"] = json!("VIDEO");
    let too_many = photos("MEDIA_UPLOAD", "", &[VIDEO_URL; 36]);
    for body in
        [photos("DRAFT", "", &[VIDEO_URL]), photos("MEDIA_UPLOAD", "", &[]), too_many, other_cover, video]
    {
        let answer = call(&tiktok, &tokens, "content/init", body).await;
        assert_eq!(refused(&answer), (400, "invalid_param"));
    }
}

#[tokio::test]
async fn ordered_code_of_init_has_its_documented_status() {
    let tiktok = start_audited().await;
    let tokens = login(&tiktok, "public").await;
    for (endpoint, path) in [
        ("video_init", "video/init"),
        ("inbox_video_init", "inbox/video/init"),
        ("content_init", "content/init"),
    ] {
        tiktok.fault(endpoint, json!({"code": "reached_active_user_cap"})).await;
        let answer = call(&tiktok, &tokens, path, json!({})).await;
        assert_eq!(refused(&answer), (403, "reached_active_user_cap"));
    }
}
