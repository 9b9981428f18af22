//! Disconnecting: the pages that the creator sees, the data that stays, and other creators.

mod deleting;
mod revoking;

use crate::support::{App, Browser, Page, SIGN_IN_FIRST};

/// Disconnects, and returns the receipt.
async fn disconnect(browser: &Browser, profile: &str) -> Page {
    let page = browser.post("/api/disconnect", &[("profile", profile)]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/disconnected"), "{}", page.text);
    browser.get("/disconnected").await
}

/// The number on a receipt.
fn number_of(receipt: &Page) -> String {
    let number = receipt.text.split("<code>").nth(1).unwrap_or_default().split('<').next().unwrap();
    assert_eq!((number.len(), number.matches('-').count()), (14, 2), "{}", receipt.text);
    number.to_owned()
}

#[tokio::test]
async fn disconnect_page_explains_and_offers_the_choice() {
    let app = App::start().await;
    let page = app.signed_in("public").await.get("/disconnect").await;
    assert_eq!(page.status, 200);
    for words in ["can no longer post or see your TikTok data", "Stay connected", "Yes, delete everything"] {
        assert!(page.text.contains(words), "{words}");
    }
    for form in [
        "action=\"/api/disconnect\"",
        "value=\"erase\" checked",
        "value=\"keep\"",
        "action=\"/api/delete_everything\"",
    ] {
        assert!(page.text.contains(form), "{form}");
    }
}

#[tokio::test]
async fn unauthenticated_visitor_is_redirected_home() {
    let app = App::start().await;
    let stranger = app.browser();
    for (path, location) in [("/disconnect", SIGN_IN_FIRST), ("/disconnected", "/")] {
        let page = stranger.get(path).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, location), "{path}");
    }
    for (path, form) in [
        ("/api/disconnect", &[("profile", "erase")][..]),
        ("/api/delete_everything", &[]),
        ("/api/refresh_now", &[]),
    ] {
        let page = stranger.post(path, form).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, "/"), "{path}");
        assert_eq!(page.header("set-cookie"), "", "{path}");
    }
}

#[tokio::test]
async fn disconnected_creator_has_a_receipt_and_no_tokens() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    let receipt = disconnect(&browser, "keep").await;
    assert_eq!(receipt.status, 200);
    for words in ["Your TikTok is disconnected", "TikTok confirmed it", "Your profile, your recent activity"]
    {
        assert!(receipt.text.contains(words), "{words}: {}", receipt.text);
    }
    assert!(receipt.text.contains("href=\"/oauth\""), "there is a way back in");
    let (_, file) = receipt.text.split_once("href=\"data:text/plain;charset=utf-8,").unwrap();
    assert!(file.contains(&number_of(&receipt)), "the receipt can be saved");
    assert!(app.state.store.active_grant(&creator).await.unwrap().is_none());
    assert_eq!(
        number_of(&browser.get("/disconnected").await),
        number_of(&receipt),
        "it can be looked at again"
    );
    assert_eq!(app.browser().get("/disconnected").await.location(), "/", "but not from elsewhere");
}

#[tokio::test]
async fn kept_profile_stays_and_erased_profile_is_gone() {
    let app = App::start().await;
    let (keeper, leaver) = (app.signed_in("public").await, app.signed_in("private").await);
    for browser in [&keeper, &leaver] {
        let id = app.creator(browser).await;
        assert_eq!(browser.get(&format!("/avatar/{id}")).await.status, 200);
    }
    disconnect(&keeper, "keep").await;
    let erased = disconnect(&leaver, "erase").await;
    assert!(
        erased.text.contains("TikTok’s number for your account, your recent activity"),
        "{}",
        erased.text
    );
    let profile = keeper.get("/profile").await;
    assert!(profile.text.contains("@elodie.cuisine") && profile.text.contains("Disconnected"));
    let profile = leaver.get("/profile").await;
    assert!(profile.text.contains("Your TikTok account") && !profile.text.contains("class=\"handle\""));
    let id = app.creator(&leaver).await;
    assert_eq!(leaver.get(&format!("/avatar/{id}")).await.status, 404);
    assert!(app.state.store.creator(&id).await.unwrap().unwrap().posting.is_none());
}

#[tokio::test]
async fn kept_profile_can_be_erased_later() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let first = disconnect(&browser, "keep").await;
    let page = browser.get("/disconnect").await;
    assert!(page.text.contains("Erase my profile") && !page.text.contains("value=\"keep\""), "{}", page.text);
    let second = disconnect(&browser, "erase").await;
    assert!(second.text.contains("Your profile is erased"), "{}", second.text);
    assert_ne!(number_of(&first), number_of(&second));
    assert!(!browser.get("/disconnect").await.text.contains("Erase my profile"));
    assert_eq!(app.tiktok.count("revoke").await, 1, "one revocation");
}

#[tokio::test]
async fn second_disconnect_keeps_the_first_receipt() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let first = disconnect(&browser, "erase").await;
    let second = disconnect(&browser, "erase").await;
    assert_eq!(number_of(&first), number_of(&second));
    assert!(second.text.contains("Your TikTok is disconnected"), "{}", second.text);
}

#[tokio::test]
async fn other_browsers_are_signed_out_and_other_accounts_stay() {
    let app = App::start().await;
    let (phone, laptop, other) =
        (app.signed_in("public").await, app.signed_in("public").await, app.signed_in("private").await);
    disconnect(&phone, "keep").await;
    let own = phone.get("/profile").await;
    assert!(own.text.contains("You disconnected this account"), "{}", own.text);
    assert!(phone.get("/").await.text.contains("You’re disconnected"));
    assert_eq!(laptop.get("/profile").await.location(), SIGN_IN_FIRST);
    assert!(other.get("/profile").await.text.contains("Everything’s working"));
    assert_eq!(app.tiktok.authorised().await, ["private"]);
}

#[tokio::test]
async fn earlier_account_of_the_browser_keeps_its_grant() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let first = app.creator(&browser).await;
    browser.log_in(&app.tiktok, "private").await;
    disconnect(&browser, "erase").await;
    assert!(app.state.store.active_grant(&first).await.unwrap().is_some());
    assert_eq!(app.tiktok.authorised().await, ["public"]);
}

#[tokio::test]
async fn reconnect_removes_the_receipt() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    disconnect(&browser, "erase").await;
    assert_eq!(browser.log_in(&app.tiktok, "public").await.location(), "/profile");
    assert!(browser.get("/profile").await.text.contains("@elodie.cuisine"));
    assert_eq!(browser.get("/disconnected").await.location(), "/");
}

#[tokio::test]
async fn crafted_url_shows_no_receipt() {
    let app = App::start().await;
    let (stranger, browser) = (app.browser(), app.signed_in("public").await);
    let crafted =
        "/disconnected?receipt=%7B%22number%22%3A%221111-2222-3333%22%7D&number=1111-2222-3333#1111";
    for visitor in [&stranger, &browser] {
        assert_eq!(visitor.get(crafted).await.location(), "/");
    }
    disconnect(&browser, "keep").await;
    assert!(!browser.get(crafted).await.text.contains("1111-2222-3333"));
}

#[tokio::test]
async fn cross_site_request_disconnects_no_creator() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")]] {
        for path in ["/api/disconnect", "/api/delete_everything", "/api/refresh_now"] {
            let page = browser.post_with(path, &headers, &[("profile", "erase")]).await;
            assert_eq!(page.status, 403, "{path}");
        }
    }
    for path in ["/api/disconnect?profile=erase", "/api/delete_everything", "/api/refresh_now"] {
        assert_ne!(browser.get(path).await.status, 303, "{path}");
    }
    assert!(app.state.store.active_grant(&creator).await.unwrap().is_some());
    assert_eq!(app.tiktok.count("refresh").await, 0);
}

#[tokio::test]
async fn form_without_a_choice_ends_nothing() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let back = format!("{}/disconnect", app.origin);
    let own = [("sec-fetch-site", "same-origin"), ("accept", "text/html"), ("referer", back.as_str())];
    for form in [&[][..], &[("profile", "sell")]] {
        let page = browser.post_with("/api/disconnect", &own, form).await;
        let shown = browser.get(page.location()).await;
        assert!(shown.text.contains("the request was not understood"), "{}", page.location());
    }
    assert!(browser.get("/profile").await.text.contains("Everything’s working"));
}

#[tokio::test]
async fn disconnect_pages_are_translated_to_french() {
    let app = App::start().await;
    let browser = app.browser_with(&[("accept-language", "fr")]);
    browser.log_in(&app.tiktok, "public").await;
    let page = browser.get("/disconnect").await;
    assert!(page.text.contains("Votre profil ici"), "{}", page.text);
    let receipt = disconnect(&browser, "keep").await;
    assert!(receipt.text.contains("Votre TikTok est déconnecté"), "{}", receipt.text);
    assert!(receipt.text.contains("TikTok a confirmé"));
}
