//! A login in a popup: who hears of its end, what they hear, and that nobody else holds the window.

use crate::support::{App, Browser, Page};

const STUDIO: &str = "https://studio.example";

async fn app() -> App {
    App::start_with(&[("EMBED_ORIGINS", "https://studio.example,https://other.example")]).await
}

/// Opens the popup and answers the address at TikTok.
async fn open(browser: &Browser) -> String {
    let page = browser.get("/oauth?display=popup").await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none", "the opener is not cut off here");
    page.location().to_owned()
}

/// The one script of a popup's last page.
fn script(page: &Page) -> &str {
    assert_eq!(page.text.matches("<script").count(), 1);
    let (_, rest) = page.text.split_once("<script").unwrap();
    rest.split_once("</script>").unwrap().0
}

fn assert_tells(page: &Page, failure: Option<&str>) {
    assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none");
    let script = script(page);
    assert!(script.contains("data-origins=\"https://studio.example https://other.example\""), "{script}");
    let told = script.split_once("data-failure=\"").map(|(_, rest)| rest.split_once('"').unwrap().0);
    assert_eq!(told, failure);
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{script}");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(page.text.contains("You can close this window"));
}

#[tokio::test]
async fn a_popup_that_connects_says_so_and_signs_in() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "public", &["user.info.basic"]).await;
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 200);
    assert!(page.title().starts_with("Your account is connected"));
    assert_tells(&page, None);
    let query = callback.split_once('?').unwrap().1;
    for secret in query.split('&').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value) {
        assert!(!page.text.contains(secret), "{secret}");
    }
    assert!(!script(&page).contains("elodie"), "nothing personal is told");
    assert_eq!(browser.get("/profile").await.status, 200);
}

#[tokio::test]
async fn a_popup_that_fails_says_why_and_stays_a_popup() {
    let app = app().await;
    let browser = app.browser();
    let page = browser.get(&app.tiktok.deny(&open(&browser).await).await).await;
    assert_eq!(page.status, 403);
    assert_tells(&page, Some("cancelled"));
    for href in ["/oauth?display=popup", "/oauth?switch=1&amp;display=popup"] {
        assert!(page.text.contains(&format!("href=\"{href}\"")), "{href}");
    }
}

/// TikTok leaves the state out of some errors: the login is then found, and the popup with it.
#[tokio::test]
async fn an_error_without_a_state_is_told_too() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "ineligible", &["user.info.basic"]).await;
    assert!(!callback.contains("state="), "{callback}");
    assert_tells(&browser.get(&callback).await, Some("cancelled"));
}

#[tokio::test]
async fn a_login_that_cannot_begin_is_told_too() {
    let app = app().await;
    app.state.store.close().await;
    let page = app.browser().get("/oauth?display=popup").await;
    assert_eq!(page.status, 503);
    assert_tells(&page, Some("store_unavailable"));
}

#[tokio::test]
async fn a_login_that_took_too_long_is_told_too() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "public", &["user.info.basic"]).await;
    app.later(601);
    assert_tells(&browser.get(&callback).await, Some("state_expired"));
}

/// Two windows of one browser: each ends as it began.
#[tokio::test]
async fn a_popup_does_not_make_one_of_another_login() {
    let app = app().await;
    let browser = app.browser();
    let (popup, window) = (open(&browser).await, browser.begin().await);
    let page = browser.get(&app.tiktok.approve(&window, "public", &["user.info.basic"]).await).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/profile"));
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    let page = browser.get(&app.tiktok.approve(&popup, "public", &["user.info.basic"]).await).await;
    assert_tells(&page, None);
}

#[tokio::test]
async fn a_callback_of_another_browser_ends_no_popup() {
    let app = app().await;
    let (victim, attacker) = (app.browser(), app.browser());
    let callback = app.tiktok.approve(&open(&attacker).await, "public", &["user.info.basic"]).await;
    victim.begin().await;
    let page = victim.get(&callback).await;
    assert_eq!((page.status.as_u16(), page.header("cross-origin-opener-policy")), (400, "same-origin"));
    assert!(!page.text.contains("<script"));
}

#[tokio::test]
async fn without_a_site_to_tell_nobody_is_told() {
    let app = App::start().await;
    let browser = app.browser();
    let begun = browser.get("/oauth?display=popup").await;
    assert_eq!(begun.header("cross-origin-opener-policy"), "same-origin");
    let callback = app.tiktok.approve(begun.location(), "public", &["user.info.basic"]).await;
    let page = browser.get(&callback).await;
    assert!(page.title().starts_with("Your account is connected"));
    assert!(page.text.contains("You can close this window"));
    assert!(!page.text.contains("<script"));
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
}

#[tokio::test]
async fn only_the_answers_of_a_popup_leave_it_to_its_opener() {
    let app = app().await;
    let browser = app.signed_in("public").await;
    for path in ["/", "/profile", "/oauth", "/oauth?display=page", "/webhook", "/health", "/nothing-here"] {
        let page = browser.get_with(path, &[("referer", STUDIO)]).await;
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
    }
}

/// The posted callback comes without a cookie: that answer must not decide for the popup.
#[tokio::test]
async fn a_posted_callback_leaves_the_decision_to_where_it_is_sent() {
    let app = app().await;
    let browser = app.browser();
    let callback = app.tiktok.approve(&open(&browser).await, "public", &["user.info.basic"]).await;
    let query = callback.split_once('?').unwrap().1;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let sent_on = app.browser().post_body("/webhook", &form, query).await;
    assert_eq!(sent_on.status, 303);
    assert_eq!(sent_on.header("cross-origin-opener-policy"), "unsafe-none");
    assert_tells(&browser.get(sent_on.location()).await, None);
}
