//! The login, from the first link to the profile.

use serde_json::json;

use crate::support::App;

#[tokio::test]
async fn login_connects_and_shows_the_profile() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let page = browser.get("/profile").await;
    assert_eq!(page.status, 200);
    for text in
        ["Élodie Marchand", "@elodie.cuisine", "Connected", "Everyone", "Maximum video length", "10 minutes"]
    {
        assert!(page.text.contains(text), "{text}");
    }
}

#[tokio::test]
async fn authorize_url_has_the_documented_parameters() {
    let app = App::start().await;
    let authorize: url::Url = app.browser().begin().await.parse().unwrap();
    let parameter = |name: &str| authorize.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
    assert_eq!(parameter("client_key").unwrap(), crate::support::CLIENT_KEY);
    assert_eq!(parameter("response_type").unwrap(), "code");
    assert_eq!(parameter("scope").unwrap(), "user.info.basic,video.publish");
    assert_eq!(parameter("redirect_uri").unwrap(), format!("{}/webhook", app.origin));
    assert_eq!(parameter("state").unwrap().len(), 43);
    assert_eq!(parameter("disable_auto_auth").unwrap(), "0");
    assert_eq!(parameter("code_challenge").unwrap().len(), 64);
    assert_eq!(parameter("code_challenge_method").unwrap(), "S256");
    assert!(!authorize.as_str().contains("client-secret"));
}

#[tokio::test]
async fn switch_and_missing_scope_show_consent_again() {
    let app = App::start().await;
    for path in ["/oauth?switch=1", "/oauth?scope=missing"] {
        let page = app.browser().get(path).await;
        assert!(page.location().contains("disable_auto_auth=1"), "{path}");
    }
}

#[tokio::test]
async fn login_makes_three_calls_and_overlaps_the_last_two() {
    let app = App::start().await;
    app.tiktok.order("user_info", json!({ "delay_ms": 3000 })).await;
    app.tiktok.order("creator_info", json!({ "delay_ms": 3000 })).await;
    app.signed_in("public").await;
    let calls = app.tiktok.calls().await;
    assert_eq!(calls.len(), 3, "{calls:?}");
    assert_eq!(calls[0]["endpoint"], "token");
    assert_eq!(calls[2]["in_flight"], 1, "the third call overlaps the second: {calls:?}");
}

#[tokio::test]
async fn posted_form_callback_is_accepted() {
    let app = App::start().await;
    let browser = app.browser();
    let authorize = browser.begin().await;
    let callback = app.tiktok.approve(&authorize, "public", &["user.info.basic"]).await;
    let callback: url::Url = callback.parse().unwrap();
    let form: Vec<(String, String)> = callback.query_pairs().into_owned().collect();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // A browser that comes from TikTok sends neither our cookie nor our origin.
    let without_cookie = app.browser();
    let page = without_cookie.post_with("/webhook", &[("sec-fetch-site", "cross-site")], &form).await;
    assert_eq!(page.status, 303);
    assert_eq!(page.cookie("__Host-session"), "");
    assert_eq!(browser.get(page.location()).await.location(), "/profile");
}

#[tokio::test]
async fn posted_query_callback_is_accepted() {
    let app = App::start().await;
    let browser = app.browser();
    let authorize = browser.begin().await;
    let callback = app.tiktok.approve(&authorize, "public", &["user.info.basic"]).await;
    let path = callback.strip_prefix(&app.origin).unwrap();
    let page = browser.post_with(path, &[], &[]).await;
    assert_eq!(page.status, 303);
    assert_eq!(browser.get(page.location()).await.location(), "/profile");
}

#[tokio::test]
async fn logins_in_two_tabs_both_complete() {
    let app = App::start().await;
    let browser = app.browser();
    let (first, second) = (browser.begin().await, browser.begin().await);
    for authorize in [second, first] {
        let callback = app.tiktok.approve(&authorize, "public", &["user.info.basic"]).await;
        assert_eq!(browser.get(&callback).await.location(), "/profile");
    }
}

#[tokio::test]
async fn refused_scopes_are_missing_and_requestable() {
    let app = App::start().await;
    let browser = app.browser();
    let page = browser.log_in_with(&app.tiktok, "public", &["user.info.basic"]).await;
    assert_eq!(page.location(), "/profile");
    assert_eq!(app.tiktok.count("creator_info").await, 0, "no request without the scope");
    let page = browser.get("/profile").await;
    assert!(page.text.contains("/oauth?scope=missing"));
    assert!(page.text.contains("Not allowed by you"));
}

#[tokio::test]
async fn username_is_requested_only_with_its_scope() {
    let scopes = "user.info.basic,user.info.profile,video.publish";
    let app = App::start_with(&[("TIKTOK_SCOPES", scopes)]).await;
    let browser = app.browser();
    let granted = ["user.info.basic", "user.info.profile"];
    let page = browser.log_in_with(&app.tiktok, "public", &granted).await;
    assert_eq!(page.location(), "/profile");
    assert!(browser.get("/profile").await.text.contains("@elodie.cuisine"));
}

#[tokio::test]
async fn reconnect_replaces_the_grant_of_the_same_creator() {
    let app = App::start().await;
    let first = app.signed_in("public").await;
    let second = app.signed_in("public").await;
    assert_eq!(app.grants().await, 1);
    let id = |text: &str| text.split("/avatar/").nth(1).unwrap()[..36].to_owned();
    assert_eq!(id(&first.get("/profile").await.text), id(&second.get("/profile").await.text));
}

#[tokio::test]
async fn reconnect_without_refresh_token_keeps_the_stored_one() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let id = creator_of(&browser.get("/profile").await.text);
    let before = app.state.store.active_grant(&id).await.unwrap().unwrap();
    let response = json!({ "access_token": "act.second!1.va", "open_id": before.open_id.as_str(),
        "expires_in": 7200, "refresh_token": "", "scope": "user.info.basic", "token_type": "Bearer" });
    app.tiktok.order("token", json!({ "body": response })).await;
    browser.log_in(&app.tiktok, "public").await;
    let after = app.state.store.active_grant(&id).await.unwrap().unwrap();
    assert_ne!(after.access_token, before.access_token);
    assert_eq!(after.refresh_token, before.refresh_token);
}

#[tokio::test]
async fn account_switch_keeps_the_first_accounts_grant() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let page = browser.log_in(&app.tiktok, "private").await;
    assert_eq!(page.location(), "/profile");
    assert_eq!(app.grants().await, 2);
    assert!(!browser.get("/profile").await.text.contains("@elodie.cuisine"));
}

#[tokio::test]
async fn absurd_token_lifetimes_fall_back_to_two_hours() {
    let app = App::start().await;
    let response = json!({ "access_token": "act.odd!1.va", "open_id": "odd-open-id", "expires_in": "soon",
        "refresh_token": "rft.odd!1.va", "refresh_expires_in": -5, "scope": "user.info.basic" });
    app.tiktok.order("token", json!({ "body": response })).await;
    let browser = app.signed_in("public").await;
    let id = creator_of(&browser.get("/profile").await.text);
    let grant = app.state.store.active_grant(&id).await.unwrap().unwrap();
    assert_eq!(grant.grant_status.access_expires_at, app.later(0).plus_seconds(7200));
}

/// The id of the creator on a profile page.
pub(crate) fn creator_of(profile: &str) -> creator_connect::domain::CreatorId {
    let code = profile.split("creator-id\"><code>").nth(1).unwrap();
    code[..36].parse().unwrap()
}
