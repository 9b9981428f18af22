//! The profile page, the avatar and the data export.

use serde_json::{Value, json};

use crate::{
    login::creator_of,
    support::{
        App, Gateway,
        supabase::{self, Hold},
        until,
    },
};

#[tokio::test]
async fn private_account_has_its_own_privacy_levels() {
    let app = App::start().await;
    let page = app.signed_in("private").await.get("/profile").await;
    assert!(page.text.contains("Followers"), "{}", page.title());
    assert!(!page.text.contains("Everyone"));
}

#[tokio::test]
async fn hostile_nickname_is_escaped() {
    let app = App::start().await;
    let page = app.signed_in("hostile").await.get("/profile").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("&lt;script&gt;"), "the nickname is escaped");
    assert!(!page.text.contains("<script>alert"));
    assert!(page.text.contains("<bdi>"), "the nickname cannot turn the page around");
}

#[tokio::test]
async fn profile_is_never_cached() {
    let app = App::start().await;
    let page = app.signed_in("public").await.get("/profile").await;
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn avatar_is_served_from_our_cache() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let path = format!("/avatar/{}", creator_of(&browser.get("/profile").await.text));
    let picture = browser.get(&path).await;
    assert_eq!(picture.status, 200);
    assert!(picture.header("content-type").starts_with("image/"));
    assert_eq!(browser.get(&path).await.bytes, picture.bytes);
    assert_eq!(app.tiktok.count("avatar").await, 1);
    let again = browser.get_with(&path, &[("if-none-match", picture.header("etag"))]).await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn avatar_with_expired_address_comes_from_the_cache() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let path = format!("/avatar/{}", creator_of(&browser.get("/profile").await.text));
    let picture = browser.get(&path).await;
    app.later(60);
    app.tiktok.order("avatar", serde_json::json!({ "status": 403 })).await;
    app.signed_in("public").await;
    let again = browser.get(&path).await;
    assert_eq!((again.status.as_u16(), again.bytes), (200, picture.bytes));
    assert_eq!(app.tiktok.count("avatar").await, 2, "the new address was tried");
}

#[tokio::test]
async fn avatar_that_is_no_image_is_not_served() {
    let app = App::start().await;
    app.tiktok.order("avatar", serde_json::json!({ "garbage": true })).await;
    let browser = app.signed_in("public").await;
    let path = format!("/avatar/{}", creator_of(&browser.get("/profile").await.text));
    assert_eq!(browser.get(&path).await.status, 404);
}

#[tokio::test]
async fn avatar_that_fails_is_fetched_again_after_a_while() {
    let app = App::start().await;
    for fault in [json!({ "status": 500 }), json!({ "garbage": true }), json!({ "status": 404 })] {
        let before = app.tiktok.count("avatar").await;
        app.tiktok.order("avatar", fault.clone()).await;
        let browser = app.signed_in("public").await;
        let path = format!("/avatar/{}", creator_of(&browser.get("/profile").await.text));
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(browser.get(&path).await.status.as_u16());
        }
        assert_eq!(app.tiktok.count("avatar").await, before + 1, "{fault}: {statuses:?}");
        assert!(
            statuses.iter().all(|status| *status == statuses[0] && *status < 500),
            "{fault}: {statuses:?}"
        );
        app.later(601);
        assert_eq!(browser.get(&path).await.status, 200, "{fault}");
        app.later(60);
    }
}

#[tokio::test]
async fn avatar_that_cannot_be_stored_is_shown_once() {
    let _hold = Hold::alone().await;
    supabase::reset();
    let gateway = Gateway::start();
    let app = App::start_over(&gateway).await;
    let browser = app.signed_in("public").await;
    let path = format!("/avatar/{}", creator_of(&browser.get("/profile").await.text));
    gateway.order(json!({ "fault": "status", "status": 500, "path": "cc_save_avatar" })).await;
    assert_eq!(browser.get(&path).await.status, 200);
    assert_eq!(browser.get(&path).await.status, 404, "the picture is not fetched at each view");
    assert_eq!(app.tiktok.count("avatar").await, 1);
}

#[tokio::test]
async fn creator_sees_only_their_own_avatar() {
    let app = App::start().await;
    let (own, other) = (app.signed_in("public").await, app.signed_in("private").await);
    let path = format!("/avatar/{}", creator_of(&own.get("/profile").await.text));
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(app.browser().get(&path).await.status, 404);
    assert_eq!(own.get("/avatar/..%2f..%2fetc%2fpasswd").await.status, 404);
}

#[tokio::test]
async fn creator_without_avatar_has_initials() {
    let app = App::start().await;
    let page = app.signed_in("no-avatar").await.get("/profile").await;
    assert!(!page.text.contains("/avatar/"));
    assert!(page.text.contains("class=\"avatar\""));
}

#[tokio::test]
async fn export_has_all_data_but_the_tokens() {
    let app = App::start().await;
    let page = app.signed_in("public").await.get("/account/export").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-disposition")
            .starts_with("attachment; filename=\"creator-connect-elodie.cuisine-2")
    );
    let data: Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!(data["account"]["username"], "elodie.cuisine");
    assert_eq!(data["about"]["format"], "creator-connect-export/1");
    let sections = ["about", "account", "connection", "posting", "activity", "used_by", "picture"];
    let places = sections.map(|section| page.text.find(&format!("\n  \"{section}\":")).expect(section));
    assert!(places.is_sorted(), "in the order in which a person reads: {places:?}");
    assert_eq!(data["connection"]["state"], "connected");
    assert!(data["connection"]["connected_at"].as_str().unwrap().ends_with('Z'));
    let [connected] = &data["activity"].as_array().unwrap()[..] else { panic!("{}", page.text) };
    assert_eq!(connected["event"], "creator.connected");
    for secret in ["act.", "rft.", "v1.test."] {
        assert!(!page.text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn profile_lists_stored_data_and_its_uses() {
    let app = App::start().await;
    let page = app.signed_in("public").await.get("/profile").await.text;
    for words in ["Your data", "<li>Name</li>", "<li>Picture</li>", "Stored encrypted"] {
        assert!(page.contains(words), "{words}");
    }
    for words in ["checked it with TikTok", "asked TikTok about your profile", "Nobody else so far"] {
        assert!(page.contains(words), "{words}");
    }
    let page = app.signed_in("no-avatar").await.get("/profile").await.text;
    assert!(page.contains("<li>Name</li>") && !page.contains("<li>Picture</li>"), "no more than there is");
}

#[tokio::test]
async fn export_without_session_redirects() {
    let app = App::start().await;
    let page = app.browser().get("/account/export").await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/"));
}

#[tokio::test]
async fn consent_near_its_end_is_expiring() {
    let app = App::start().await;
    app.signed_in("public").await;
    app.later(160 * 86_400);
    // The session of the first login is long over; the grant is not renewed by looking at it.
    let id = {
        let browser = app.signed_in("private").await;
        creator_of(&browser.get("/profile").await.text)
    };
    let stored = app.state.store.creator(&id).await.unwrap().unwrap();
    let end = stored.grant.unwrap().grant_status.refresh_expires_at.unwrap();
    app.clock.set(end.plus_seconds(-86_400));
    let profile = app.state.profiles.load(&id).await.unwrap().unwrap();
    assert_eq!(profile.state, creator_connect::domain::ConnectionState::Expiring);
}

#[tokio::test]
async fn login_page_links_to_the_profile_when_signed_in() {
    let app = App::start().await;
    let page = app.signed_in("public").await.get("/").await;
    assert!(page.text.contains("href=\"/profile\""));
}

#[tokio::test]
async fn activity_links_public_posts_and_explains_failures() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    for (event, content) in [
        ("post.publish.publicly_available", json!({ "post_id": "7123456789012345678" })),
        ("post.publish.failed", json!({ "publish_id": "v_pub_url~v2.1", "reason": "spam_risk_text" })),
    ] {
        app.tiktok.event(json!({ "event": event, "creator": "public", "content": content })).await;
    }
    let page = async || browser.get("/profile").await.text;
    until("both are shown", async || page().await.contains("TikTok took the text for spam.")).await;
    until("both are shown", async || page().await.contains("A post is now public.")).await;
    let address = "href=\"https://www.tiktok.com/@elodie.cuisine/video/7123456789012345678\"";
    assert!(page().await.contains(address), "{}", page().await);
}
