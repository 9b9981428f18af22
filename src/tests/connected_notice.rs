//! The notice after connecting: what it says, when it is shown, and when a sign-in says nothing.

use crate::support::{App, Browser};

const ALL: [&str; 2] = ["user.info.basic", "video.publish"];

/// Logs in with these scopes, and opens the profile.
async fn connect(app: &App, browser: &Browser, scopes: &[&str]) -> String {
    let callback = app.tiktok.approve(&browser.begin().await, "public", scopes).await;
    assert_eq!(browser.get(&callback).await.location(), "/profile");
    browser.get("/profile").await.text
}

fn notice(page: &str) -> Option<&str> {
    page.split_once("id=\"notice\"").map(|(_, rest)| rest.split_once("class=\"identity\"").unwrap().0)
}

#[tokio::test]
async fn first_connection_says_what_the_operator_can_do() {
    let settings =
        [("OPERATOR_NAME", "Studio Épée"), ("RETURN_URL", "https://studio.example/connected?from=tiktok")];
    let app = App::start_with(&settings).await;
    let browser = app.browser();
    let page = connect(&app, &browser, &ALL).await;
    let notice_of_page = notice(&page).expect("there is a notice");
    for words in [
        "You’re connected.",
        "Studio Épée can now post to your TikTok.",
        "You can close this page.",
        "Back to Studio Épée",
        "href=\"https://studio.example/connected?from=tiktok\"",
    ] {
        assert!(notice_of_page.contains(words), "{words}: {notice_of_page}");
    }
    assert_eq!(notice(&browser.get("/profile").await.text), None, "it is shown once");
}

#[tokio::test]
async fn connection_without_the_permission_to_post_says_so() {
    let app = App::start().await;
    let page = connect(&app, &app.browser(), &["user.info.basic"]).await;
    let notice = notice(&page).unwrap();
    assert!(notice.contains("The Creator Connect team can’t post"), "{notice}");
    assert!(!notice.contains("Back to"), "no RETURN_URL is set");
}

#[tokio::test]
async fn sign_in_that_changes_nothing_says_nothing() {
    let app = App::start().await;
    connect(&app, &app.browser(), &ALL).await;
    app.both_later(60).await;
    let page = connect(&app, &app.browser(), &ALL).await;
    assert_eq!(notice(&page), None);
    assert!(!page.contains("You reconnected your account."), "{page}");
}

#[tokio::test]
async fn reconnection_says_that_it_worked() {
    let app = App::start().await;
    let browser = app.browser();
    connect(&app, &browser, &["user.info.basic"]).await;
    app.both_later(60).await;
    let page = connect(&app, &browser, &ALL).await;
    assert!(notice(&page).unwrap().contains("can now post"), "another permission");
    browser.post("/api/disconnect", &[("profile", "keep")]).await;
    app.both_later(60).await;
    let page = connect(&app, &browser, &ALL).await;
    assert!(notice(&page).is_some() && page.contains("You reconnected your account."), "after an end");
}

#[tokio::test]
async fn unticked_posting_hides_what_was_stored_before() {
    let app = App::start().await;
    let browser = app.browser();
    let page = connect(&app, &browser, &ALL).await;
    assert!(page.contains("Posting limits set by TikTok") && page.contains("<strong>Ready</strong>"));
    let page = connect(&app, &browser, &["user.info.basic"]).await;
    assert!(page.contains("<strong>Not allowed by you</strong>") && page.contains("Allow posting"));
    for contradiction in ["Posting limits set by TikTok", "Nothing to do", "can post to your account"] {
        assert!(!page.contains(contradiction), "{contradiction}: {page}");
    }
}
