//! Refusals by TikTok that name too little: what their pages say, and whom they blame.

use serde_json::{Value, json};

use crate::support::{App, Browser, Page};

const OPERATOR: [(&str, &str); 1] = [("OPERATOR_CONTACT", "help@studio.example")];

/// Starts a login that TikTok refuses with these parameters.
async fn refused(app: &App, browser: &Browser, parameters: &Value) -> Page {
    app.tiktok.order("authorize", json!({ "callback": parameters })).await;
    let callback = app.tiktok.open(&browser.begin().await).await.unwrap();
    browser.get(&callback).await
}

/// The page of a refusal that nobody understands.
fn assert_blames_nobody(page: &Page) {
    assert_eq!(page.status, 502, "{}", page.title());
    assert!(page.title().starts_with("TikTok didn’t connect your account"), "{}", page.title());
    assert!(page.text.contains("mailto:help@studio.example"), "it says whom to ask");
    assert!(
        page.text.contains("href=\"/oauth\"") && !page.text.contains("switch=1"),
        "no other account is asked for"
    );
}

#[tokio::test]
async fn unknown_refusal_blames_nobody_and_names_the_operator() {
    let app = App::start_with(&OPERATOR).await;
    let browser = app.browser();
    for mut parameters in [
        json!({ "error": "SOMETHING-NEW" }),
        json!({ "error": "access_denied", "error_type": "SOMETHING-NEW" }),
        json!({ "error": "SOMETHING-NEW", "error_type": "SOMETHING-NEWER", "errCode": "99" }),
        json!({ "error_type": "SOMETHING-NEW" }),
        json!({ "errCode": "10021" }),
        json!({ "error_code": "-1" }),
        json!({ "errCode": "99", "code": "SOMETHING-NEW" }),
    ] {
        parameters["error_description"] = json!("SOMETHING-NEW happened");
        parameters["logid"] = json!("20991231EXAMPLE");
        let page = refused(&app, &browser, &parameters).await;
        assert_blames_nobody(&page);
        assert!(page.text.contains("<code>20991231EXAMPLE</code>"), "{parameters}");
        assert!(!page.text.contains("SOMETHING-NEW"), "TikTok's words are left out: {parameters}");
    }
    assert_eq!(app.tiktok.count("token").await, 0, "no code is exchanged after a refusal");
}

#[tokio::test]
async fn unknown_refusal_of_a_code_has_the_same_page() {
    let app = App::start_with(&OPERATOR).await;
    app.tiktok.order("token", json!({ "code": "SOMETHING-NEW" })).await;
    let page = app.browser().log_in(&app.tiktok, "public").await;
    assert_blames_nobody(&page);
    assert!(page.text.contains("<code>") && !page.text.contains("SOMETHING-NEW"));
}

#[tokio::test]
async fn posted_refusal_by_number_alone_reaches_its_page() {
    let app = App::start_with(&OPERATOR).await;
    let browser = app.browser();
    browser.begin().await;
    let back = browser.post_with("/webhook", &[], &[("errCode", "10021")]).await;
    assert_eq!(back.location(), "/webhook?errCode=10021");
    assert_blames_nobody(&browser.get(back.location()).await);
}

#[tokio::test]
async fn refused_scope_page_names_what_was_asked_for() {
    let app = App::start_with(&[("TIKTOK_SCOPES", "user.info.basic,video.list")]).await;
    let browser = app.browser();
    let assert_names_scopes = |page: &Page| {
        assert_eq!(page.status, 500, "{}", page.title());
        assert!(page.title().starts_with("This one’s on us: a permission"), "{}", page.title());
        for scope in ["user.info.basic", "video.list"] {
            assert!(page.text.contains(&format!("<code>{scope}</code>")), "{scope}");
        }
    };
    for parameters in [
        json!({ "error": "invalid_scope" }),
        json!({ "error": "access_denied", "error_type": "scope" }),
        json!({ "error": "scope_not_authorized" }),
    ] {
        assert_names_scopes(&refused(&app, &browser, &parameters).await);
    }
    app.tiktok.set(json!({ "enabled_scopes": ["user.info.basic", "video.list"] })).await;
    for code in ["invalid_scope", "scope_not_authorized", "scope_permission_missed"] {
        app.tiktok.order("token", json!({ "code": code })).await;
        assert_names_scopes(&browser.log_in(&app.tiktok, "public").await);
    }
    let other = refused(&app, &browser, &json!({ "error": "server_error" })).await;
    assert!(!other.text.contains("video.list"), "only a refused scope is about scopes");
}
