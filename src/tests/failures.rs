//! Every failure of a login: its page, its status, and that nothing is lost or leaked.

use serde_json::{Value, json};

use crate::support::{App, Browser, Page, SIGN_IN_FIRST, with_short_timeouts};

/// A failure page: its status and title, a link to try again, and no script.
fn assert_failure(page: &Page, status: u16, title: &str) {
    assert_eq!(page.status, status, "{}", page.title());
    assert!(page.title().starts_with(title), "{} is not {title}", page.title());
    assert!(page.text.contains("href=\"/oauth\""), "there is a link to try again");
    assert!(!page.text.contains("<script"), "a failure page has no script");
    assert_eq!(page.header("referrer-policy"), "no-referrer", "the address may contain a code");
}

async fn assert_signed_out(browser: &Browser) {
    let page = browser.get("/profile").await;
    assert_eq!((page.status.as_u16(), page.location()), (303, SIGN_IN_FIRST));
}

#[tokio::test]
async fn refused_consent_shows_that_nothing_was_shared() {
    let app = App::start().await;
    let browser = app.browser();
    let callback = app.tiktok.deny(&browser.begin().await).await;
    assert_failure(&browser.get(&callback).await, 403, "Not connected");
    assert_signed_out(&browser).await;
}

#[tokio::test]
async fn account_outside_the_sandbox_has_its_own_page() {
    let app = App::start().await;
    let browser = app.browser();
    let page = browser.log_in(&app.tiktok, "outsider").await;
    assert_failure(&page, 403, "This account is not on the test list");
    assert!(page.text.contains("/oauth?switch=1"));
}

#[tokio::test]
async fn error_without_state_takes_the_newest_login() {
    let app = App::start().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&browser.begin().await, "ineligible", &["user.info.basic"]).await;
    assert!(!callback.contains("state="), "TikTok omits the state: {callback}");
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 403);
    assert_eq!(browser.get(&callback).await.title(), page.title(), "loaded again, it ends as before");
    assert_failure(&app.browser().get(&callback).await, 400, "Let’s start over");
}

/// TikTok shows most of these on a page of its own; a callback with one is still classified.
#[tokio::test]
async fn every_authorize_error_has_its_page() {
    let rows = [
        ("error=access_denied", 403, "Not connected"),
        ("error=access_denied&error_type=non_sandbox_target", 403, "This account is not on the test list"),
        ("error=something_new", 502, "TikTok didn’t connect your account"),
        ("error=unauthorized_client&error_type=client_key", 500, "This one’s on us"),
        ("error=param_error&errCode=10003&error_type=client_key", 500, "This one’s on us"),
        ("error=invalid_request&error_type=redirect_uri", 500, "This one’s on us: the way back"),
        (
            "error=param_error&errCode=10007&error_type=code_challenge",
            500,
            "This one’s on us: the protection",
        ),
        ("error=x&errCode=10008&error_type=code_challenge_method", 500, "This one’s on us: the protection"),
        ("error=invalid_scope&error_type=scope", 500, "This one’s on us: a permission"),
        ("error=invalid_request", 500, "This one’s on us: the request"),
        ("error=rate_limit_exceeded", 503, "TikTok asks us to slow down"),
        ("error=server_error", 503, "We can’t reach TikTok"),
        ("error=temporarily_unavailable", 503, "We can’t reach TikTok"),
    ];
    let app = App::start().await;
    let browser = app.browser();
    for (query, status, title) in rows {
        let state = state_of(&browser.begin().await);
        let page = browser.get(&format!("/webhook?{query}&state={state}")).await;
        assert_failure(&page, status, title);
    }
}

#[tokio::test]
async fn every_token_error_has_its_page_and_log_id() {
    let rows = [
        ("invalid_grant", 400, "The sign-in is no longer valid"),
        ("invalid_client", 500, "This one’s on us: the credentials"),
        ("unauthorized_client", 500, "This one’s on us: the credentials"),
        ("invalid_request", 500, "This one’s on us: the request"),
        ("unsupported_grant_type", 500, "This one’s on us: the request"),
        ("invalid_scope", 500, "This one’s on us: a permission"),
        ("access_denied", 403, "Not connected"),
        ("server_error", 503, "We can’t reach TikTok"),
        ("temporarily_unavailable", 503, "We can’t reach TikTok"),
        ("rate_limit_exceeded", 503, "TikTok asks us to slow down"),
        ("something_new", 502, "TikTok didn’t connect your account"),
    ];
    let app = App::start().await;
    let browser = app.browser();
    for (code, status, title) in rows {
        app.tiktok.order("token", json!({ "code": code })).await;
        let page = browser.log_in(&app.tiktok, "public").await;
        assert_failure(&page, status, title);
        assert!(page.text.contains("<code>"), "{code}: TikTok's log id is shown");
        assert!(!page.text.contains(code), "{code}: no raw error is shown");
    }
    assert_signed_out(&browser).await;
}

#[tokio::test]
async fn every_broken_token_response_has_its_page() {
    let rows = [
        (json!({ "drop": "before" }), 503, "We can’t reach TikTok"),
        (json!({ "drop": "after" }), 503, "We can’t reach TikTok"),
        (json!({ "status": 500, "body": "<html>oops" }), 503, "We can’t reach TikTok"),
        (json!({ "status": 502 }), 503, "We can’t reach TikTok"),
        (json!({ "status": 429 }), 503, "TikTok asks us to slow down"),
        (json!({ "status": 302 }), 502, "We didn’t understand TikTok’s answer"),
        (json!({ "garbage": true }), 502, "We didn’t understand TikTok’s answer"),
        (json!({ "body": {} }), 502, "We didn’t understand TikTok’s answer"),
        (json!({ "body": { "access_token": "", "open_id": "x" } }), 502, "We didn’t understand"),
        (json!({ "body": { "refresh_token": "rft.x" } }), 502, "We didn’t understand TikTok’s answer"),
    ];
    let app = App::start().await;
    let browser = app.browser();
    for (fault, status, title) in rows {
        app.tiktok.order("token", fault).await;
        assert_failure(&browser.log_in(&app.tiktok, "public").await, status, title);
    }
    assert_eq!(app.tiktok.count("user_info").await, 0, "no request without a token");
}

#[tokio::test]
async fn token_request_timeout_has_its_page() {
    let app = App::start_from(&[], with_short_timeouts).await;
    app.tiktok.order("token", json!({ "hang": true })).await;
    let page = app.browser().log_in(&app.tiktok, "public").await;
    assert_failure(&page, 504, "TikTok didn’t answer in time");
    assert_eq!(app.tiktok.count("user_info").await, 0, "no request without a token");
}

#[tokio::test]
async fn code_is_exchanged_once_when_the_response_breaks() {
    let app = App::start().await;
    let browser = app.browser();
    app.tiktok.order("token", json!({ "drop": "after" })).await;
    browser.log_in(&app.tiktok, "public").await;
    assert_eq!(app.tiktok.count("token").await, 1);
}

#[tokio::test]
async fn forged_state_is_refused_before_tiktok_is_called() {
    let app = App::start().await;
    let browser = app.browser();
    browser.begin().await;
    let page = browser.get("/webhook?code=abc&state=forged").await;
    assert_failure(&page, 400, "Let’s start over");
    assert_eq!(app.tiktok.calls().await.len(), 0);
}

#[tokio::test]
async fn callback_of_another_browser_is_refused() {
    let app = App::start().await;
    let (victim, attacker) = (app.browser(), app.browser());
    victim.begin().await;
    let callback = app.tiktok.approve(&attacker.begin().await, "public", &["user.info.basic"]).await;
    assert_failure(&victim.get(&callback).await, 400, "Let’s start over");
    assert_signed_out(&victim).await;
}

#[tokio::test]
async fn callback_without_cookie_is_refused() {
    let app = App::start().await;
    let callback = app.tiktok.approve(&app.browser().begin().await, "public", &["user.info.basic"]).await;
    assert_failure(&app.browser().get(&callback).await, 400, "Let’s start over");
}

#[tokio::test]
async fn expired_login_has_its_page() {
    let app = App::start().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&browser.begin().await, "public", &["user.info.basic"]).await;
    app.later(601);
    assert_failure(&browser.get(&callback).await, 400, "The sign-in took too long");
    assert_eq!(app.tiktok.calls().await.len(), 0);
}

#[tokio::test]
async fn malformed_callback_has_its_page() {
    let app = App::start().await;
    for path in ["/webhook", "/webhook?code=abc", "/webhook?state=abc", "/webhook?code=a&code=b&state=c"] {
        let page = app.browser().get(path).await;
        assert_failure(&page, 400, "Something is missing in this address");
    }
}

#[tokio::test]
async fn callback_text_is_never_shown() {
    let app = App::start().await;
    let browser = app.browser();
    let state = state_of(&browser.begin().await);
    let query = "error=%3Cscript%3Ealert(1)%3C/script%3E&error_description=CALL-THIS-NUMBER&log_id=%3Cb%3E";
    let page = browser.get(&format!("/webhook?{query}&state={state}")).await;
    for text in ["alert(1)", "CALL-THIS-NUMBER", "<b>"] {
        assert!(!page.text.contains(text), "{text}");
    }
}

#[tokio::test]
async fn failure_page_is_translated() {
    let app = App::start().await;
    let browser = app.browser_with(&[("accept-language", "fr-FR,fr;q=0.9")]);
    let callback = app.tiktok.deny(&browser.begin().await).await;
    let page = browser.get(&callback).await;
    assert!(page.text.contains("<html lang=\"fr\""));
    assert!(page.title().starts_with("Compte non connecté"), "{}", page.title());
    assert_ne!(page.title().split(" · ").next(), Some("Not connected"));
}

#[tokio::test]
async fn login_without_store_has_its_page() {
    let app = App::start().await;
    app.state.store.close().await;
    let page = app.browser().get("/oauth").await;
    assert_failure(&page, 503, "We’re having trouble on our side");
}

#[tokio::test]
async fn profile_request_faults_do_not_fail_a_login() {
    let faults = [
        json!({ "code": "spam_risk_too_many_posts" }),
        json!({ "code": "spam_risk_user_banned_from_posting" }),
        json!({ "code": "reached_active_user_cap" }),
        json!({ "code": "access_token_invalid" }),
        json!({ "code": "scope_not_authorized" }),
        json!({ "code": "scope_permission_missed" }),
        json!({ "code": "rate_limit_exceeded" }),
        json!({ "code": "internal_error" }),
        json!({ "code": "something_new" }),
        json!({ "garbage": true }),
        json!({ "drop": "after" }),
        json!({ "status": 503 }),
        json!({ "body": [1, 2, 3] }),
    ];
    let app = App::start().await;
    for fault in faults {
        for endpoint in ["user_info", "creator_info"] {
            app.tiktok.order(endpoint, fault.clone()).await;
            let browser = app.signed_in("public").await;
            assert_eq!(browser.get("/profile").await.status, 200, "{endpoint} {fault}");
        }
    }
}

#[tokio::test]
async fn every_creator_info_error_has_its_text() {
    let rows: [(Value, &str); 8] = [
        (json!({ "code": "spam_risk_too_many_posts" }), "Paused until tomorrow"),
        (json!({ "code": "spam_risk_user_banned_from_posting" }), "Blocked by TikTok"),
        (json!({ "code": "reached_active_user_cap" }), "Paused for today"),
        (json!({ "code": "access_token_invalid" }), "TikTok did not accept the connection"),
        (json!({ "code": "scope_not_authorized" }), "the permission to post is missing"),
        (json!({ "code": "rate_limit_exceeded" }), "TikTok asks us to slow down"),
        (json!({ "code": "internal_error" }), "TikTok did not answer"),
        (json!({ "garbage": true }), "We didn’t understand TikTok’s answer"),
    ];
    let app = App::start().await;
    for (fault, words) in rows {
        app.tiktok.order("creator_info", fault).await;
        let page = app.signed_in("public").await.get("/profile").await;
        assert!(page.text.contains(words), "{words}");
        assert!(!page.text.contains("spam_risk"), "no raw code is shown");
    }
}

fn state_of(authorize: &str) -> String {
    let url: url::Url = authorize.parse().unwrap();
    url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}
