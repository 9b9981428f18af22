//! Login in a popup: the message to its opener, and the isolation of every other window.

use crate::support::{App, Browser, Page};

const STUDIO: &str = "https://studio.example";

async fn app() -> App {
    App::start_with(&[("EMBED_ORIGINS", "https://studio.example,https://other.example")]).await
}

/// Opens the popup and returns the address at TikTok.
async fn open(browser: &Browser) -> String {
    let page = browser.get("/oauth?display=popup").await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none", "the opener keeps its reference");
    page.location().to_owned()
}

/// The one script of a popup's last page.
fn script(page: &Page) -> &str {
    assert_eq!(page.text.matches("<script").count(), 1);
    let (_, rest) = page.text.split_once("<script").unwrap();
    rest.split_once("</script>").unwrap().0
}

fn assert_reports(page: &Page, failure: Option<&str>) {
    assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none");
    let script = script(page);
    assert!(script.contains("data-origins=\"https://studio.example https://other.example\""), "{script}");
    let reported = script.split_once("data-failure=\"").map(|(_, rest)| rest.split_once('"').unwrap().0);
    assert_eq!(reported, failure);
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{script}");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(page.text.contains("You can close this window"));
}

#[tokio::test]
async fn popup_login_reports_success_and_signs_in() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "public", &["user.info.basic"]).await;
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 200);
    assert!(page.title().starts_with("Your TikTok is connected"));
    assert_reports(&page, None);
    let query = callback.split_once('?').unwrap().1;
    for secret in query.split('&').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value) {
        assert!(!page.text.contains(secret), "{secret}");
    }
    assert!(!script(&page).contains("elodie"), "the message has no personal data");
    assert_eq!(browser.get("/profile").await.status, 200);
}

#[tokio::test]
async fn popup_failure_reports_its_cause_and_stays_a_popup() {
    let app = app().await;
    let browser = app.browser();
    let page = browser.get(&app.tiktok.deny(&open(&browser).await).await).await;
    assert_eq!(page.status, 403);
    assert_reports(&page, Some("cancelled"));
    for href in ["/oauth?display=popup", "/oauth?switch=1&amp;display=popup"] {
        assert!(page.text.contains(&format!("href=\"{href}\"")), "{href}");
    }
}

/// TikTok omits the state from some errors: the login is found all the same, and its popup.
#[tokio::test]
async fn popup_error_without_state_is_reported() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "ineligible", &["user.info.basic"]).await;
    assert!(!callback.contains("state="), "{callback}");
    assert_reports(&browser.get(&callback).await, Some("cancelled"));
}

#[tokio::test]
async fn popup_login_without_store_is_reported() {
    let app = app().await;
    app.state.store.close().await;
    let page = app.browser().get("/oauth?display=popup").await;
    assert_eq!(page.status, 503);
    assert_reports(&page, Some("store_unavailable"));
}

#[tokio::test]
async fn expired_popup_login_is_reported() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "public", &["user.info.basic"]).await;
    app.later(601);
    assert_reports(&browser.get(&callback).await, Some("state_expired"));
}

/// Two windows of one browser: each ends as it began.
#[tokio::test]
async fn popup_does_not_change_another_login() {
    let app = app().await;
    let browser = app.browser();
    let (popup, window) = (open(&browser).await, browser.begin().await);
    let page = browser.get(&app.tiktok.approve(&window, "public", &["user.info.basic"]).await).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/profile"));
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    let page = browser.get(&app.tiktok.approve(&popup, "public", &["user.info.basic"]).await).await;
    assert_reports(&page, None);
}

#[tokio::test]
async fn callback_of_another_browser_is_no_popup() {
    let app = app().await;
    let (victim, attacker) = (app.browser(), app.browser());
    let callback = app.tiktok.approve(&open(&attacker).await, "public", &["user.info.basic"]).await;
    victim.begin().await;
    let page = victim.get(&callback).await;
    assert_eq!((page.status.as_u16(), page.header("cross-origin-opener-policy")), (400, "same-origin"));
    assert!(!page.text.contains("<script"));
}

#[tokio::test]
async fn popup_without_embed_origins_reports_nothing() {
    let app = App::start().await;
    let browser = app.browser();
    let begun = browser.get("/oauth?display=popup").await;
    assert_eq!(begun.header("cross-origin-opener-policy"), "same-origin");
    let callback = app.tiktok.approve(begun.location(), "public", &["user.info.basic"]).await;
    let page = browser.get(&callback).await;
    assert!(page.title().starts_with("Your TikTok is connected"));
    assert!(page.text.contains("You can close this window"));
    assert!(!page.text.contains("<script"));
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
}

#[tokio::test]
async fn only_popup_responses_keep_the_opener() {
    let app = app().await;
    let browser = app.signed_in("public").await;
    for path in ["/", "/profile", "/oauth", "/oauth?display=page", "/webhook", "/health", "/nothing-here"] {
        let page = browser.get_with(path, &[("referer", STUDIO)]).await;
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
    }
}

/// The posted callback comes without a cookie: its response must not decide for the popup.
#[tokio::test]
async fn posted_callback_keeps_the_opener_until_its_redirect() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "public", &["user.info.basic"]).await;
    let query = callback.split_once('?').unwrap().1;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let redirect = app.browser().post_body("/webhook", &form, query).await;
    assert_eq!(redirect.status, 303);
    assert_eq!(redirect.header("cross-origin-opener-policy"), "unsafe-none");
    assert_reports(&browser.get(redirect.location()).await, None);
}
