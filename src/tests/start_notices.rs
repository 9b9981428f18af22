//! Why a browser without a session is on the start page, and old callback addresses.

use crate::support::{App, SIGN_IN_FIRST};

const LOGGED_OUT: &str = "You’re logged out.";
const SIGN_IN: &str = "Sign in to see your profile.";

#[tokio::test]
async fn log_out_is_confirmed_once_and_in_no_other_page() {
    let app = App::start().await;
    assert!(!app.browser().get("/").await.text.contains(LOGGED_OUT));
    let browser = app.signed_in("public").await;
    let page = browser.post("/api/log_out", &[]).await;
    let cookie = page.cookie("logged-out");
    assert!(cookie.contains("Max-Age=30") && cookie.contains("HttpOnly"), "{cookie}");
    assert!(browser.get("/").await.text.contains(LOGGED_OUT));
    assert!(!app.browser().get("/").await.text.contains(LOGGED_OUT), "it is not kept for others");
}

#[tokio::test]
async fn signed_out_browser_is_told_why_it_is_on_the_start_page() {
    let app = App::start().await;
    let browser = app.browser();
    let page = browser.get("/profile").await;
    assert_eq!((page.status.as_u16(), page.location()), (303, SIGN_IN_FIRST));
    let (path, _) = SIGN_IN_FIRST.split_once('#').unwrap();
    let page = browser.get(path).await;
    assert!(page.text.contains(SIGN_IN) && page.text.contains("id=\"notice\""), "{}", page.text);
    assert!(!app.signed_in("public").await.get(path).await.text.contains(SIGN_IN));
}

#[tokio::test]
async fn old_callback_address_leads_a_signed_in_creator_to_the_profile() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    for path in ["/webhook", "/webhook?code=old&state=old"] {
        let page = browser.get(path).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, "/profile"), "{path}");
        assert_eq!(app.browser().get(path).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn failure_of_the_operator_is_reported_by_a_filled_in_e_mail() {
    let settings = [("OPERATOR_NAME", "Studio"), ("OPERATOR_CONTACT", "help@studio.example")];
    let app = App::start_with(&settings).await;
    app.tiktok.order("token", serde_json::json!({ "code": "invalid_client" })).await;
    let page = app.browser().log_in(&app.tiktok, "public").await;
    let (_, mail) = page.text.split_once("href=\"mailto:help@studio.example?subject=").unwrap();
    let (address, rest) = mail.split_once('"').unwrap();
    for part in ["client_refused", "Creator%20Connect", "UTC", "This%20one%E2%80%99s%20on%20us"] {
        assert!(address.contains(part), "{part}: {address}");
    }
    let (_, id) = page.text.split_once("<code>").unwrap();
    assert!(address.contains(id.split_once('<').unwrap().0), "TikTok's reference: {address}");
    assert!(rest.starts_with(" rel=\"external\" class=\"button primary\""), "it comes first: {rest}");
}
