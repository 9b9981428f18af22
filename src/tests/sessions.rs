//! Sessions: sign-in, cookies, log-out and expiry.

use crate::support::{App, SIGN_IN_FIRST};

#[tokio::test]
async fn every_cookie_has_every_protective_attribute() {
    let app = App::start().await;
    let browser = app.browser();
    let begun = browser.get("/oauth").await;
    let callback = app.tiktok.approve(begun.location(), "public", &["user.info.basic"]).await;
    let ended = browser.get(&callback).await;
    for cookie in [begun.cookie("__Host-login"), ended.cookie("__Host-session")] {
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age="] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn login_that_was_begun_makes_no_session() {
    let app = App::start().await;
    let page = app.browser().get("/oauth").await;
    assert_eq!(page.cookie("__Host-session"), "");
    let now = app.later(0);
    assert_eq!(app.state.store.purge(now.plus_seconds(400 * 86_400), now).await.unwrap(), 0, "no session");
    assert_eq!(app.state.store.purge(now, now.plus_seconds(3601)).await.unwrap(), 1, "one pending login");
}

#[tokio::test]
async fn reading_visitor_gets_no_cookie() {
    let app = App::start().await;
    for path in ["/", "/privacy", "/terms", "/nothing-here", "/health", "/profile"] {
        let page = app.browser().get(path).await;
        assert_eq!(page.header("set-cookie"), "", "{path}");
    }
}

#[tokio::test]
async fn login_changes_the_session_id() {
    let app = App::start().await;
    let browser = app.browser();
    let id = |cookie: String| cookie.split(';').next().unwrap().to_owned();
    let before = id(browser.log_in(&app.tiktok, "public").await.cookie("__Host-session"));
    let after = id(browser.log_in(&app.tiktok, "private").await.cookie("__Host-session"));
    assert_ne!(before, after);
    let thief = app.browser();
    let page = thief.get_with("/profile", &[("cookie", &before)]).await;
    assert_eq!(page.location(), SIGN_IN_FIRST, "the id known before the login opens nothing");
}

#[tokio::test]
async fn session_id_of_a_strangers_choice_is_never_used() {
    let app = App::start().await;
    let begun = app.browser().get("/oauth").await;
    let login = begun.cookie("__Host-login").split(';').next().unwrap().to_owned();
    let callback = app.tiktok.approve(begun.location(), "public", &["user.info.basic"]).await;
    let planted = "__Host-session=AAAAAAAAAAAAAAAAAAAAAA";
    let page = app.browser().get_with(&callback, &[("cookie", &format!("{login}; {planted}"))]).await;
    assert_eq!(page.location(), "/profile");
    assert!(!page.cookie("__Host-session").contains("AAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(app.browser().get_with("/profile", &[("cookie", planted)]).await.location(), SIGN_IN_FIRST);
}

#[tokio::test]
async fn log_out_ends_one_session_only() {
    let app = App::start().await;
    let (phone, laptop) = (app.signed_in("public").await, app.signed_in("public").await);
    let page = phone.post("/api/log_out", &[]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/#notice"));
    assert_eq!(phone.get("/profile").await.location(), SIGN_IN_FIRST);
    assert_eq!(laptop.get("/profile").await.status, 200);
    assert_eq!(app.grants().await, 1, "the connection stays");
}

#[tokio::test]
async fn log_out_removes_the_cookie_in_browsers() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let cookie = browser.post("/api/log_out", &[]).await.cookie("__Host-session");
    assert!(cookie.contains("Max-Age=0") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn cookie_is_worthless_after_log_out() {
    let app = App::start().await;
    let browser = app.browser();
    let page = browser.log_in(&app.tiktok, "public").await;
    let cookie = page.cookie("__Host-session").split(';').next().unwrap().to_owned();
    browser.post("/api/log_out", &[]).await;
    assert_eq!(app.browser().get_with("/profile", &[("cookie", &cookie)]).await.location(), SIGN_IN_FIRST);
}

const DAY: i64 = 86_400;

#[tokio::test]
async fn unused_session_expires_after_thirty_days() {
    let app = App::start().await;
    let (used, unused) = (app.signed_in("public").await, app.signed_in("public").await);
    app.later(29 * DAY);
    let page = used.get("/profile").await;
    assert_eq!(page.status, 200);
    assert!(page.cookie("__Host-session").contains("Max-Age=2592000"), "the browser keeps it longer too");
    app.later(DAY + 1);
    assert_eq!(unused.get("/profile").await.location(), SIGN_IN_FIRST);
    let page = used.get("/profile").await;
    assert_eq!(page.status, 200, "it slides with its use");
}

#[tokio::test]
async fn session_ends_ninety_days_after_the_sign_in() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    for _ in 0..8 {
        app.later(11 * DAY);
        assert_eq!(browser.get("/profile").await.status, 200);
    }
    app.later(2 * DAY + 1);
    assert_eq!(browser.get("/profile").await.location(), SIGN_IN_FIRST);
}

#[tokio::test]
async fn use_is_written_down_once_an_hour() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    browser.get("/profile").await; // with the notice of the sign-in
    assert_eq!(browser.get("/profile").await.header("set-cookie"), "");
    app.later(3601);
    assert_ne!(browser.get("/profile").await.cookie("__Host-session"), "");
    assert_eq!(browser.get("/profile").await.header("set-cookie"), "");
}

#[tokio::test]
async fn disconnecting_ends_the_sessions_of_other_browsers() {
    let app = App::start().await;
    let (phone, laptop) = (app.signed_in("public").await, app.signed_in("public").await);
    let stranger = app.signed_in("private").await;
    assert_eq!(phone.post("/api/disconnect", &[("profile", "keep")]).await.location(), "/disconnected");
    assert_eq!(phone.get("/disconnected").await.status, 200, "the receipt stays");
    for (path, location) in [("/profile", SIGN_IN_FIRST), ("/account/export", "/"), ("/disconnected", "/")] {
        assert_eq!(laptop.get(path).await.location(), location, "{path}");
    }
    assert_eq!(stranger.get("/profile").await.status, 200);
}

#[tokio::test]
async fn store_has_no_session_id() {
    let app = App::start().await;
    let page = app.browser().log_in(&app.tiktok, "public").await;
    let cookie = page.cookie("__Host-session");
    let id = cookie.split(['=', ';']).nth(1).unwrap();
    app.state.store.close().await;
    let bytes = std::fs::read(app.file("app.db")).unwrap();
    assert!(!bytes.windows(id.len()).any(|window| window == id.as_bytes()));
}

#[tokio::test]
async fn purge_removes_expired_rows() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    browser.begin().await;
    let now = app.later(31 * 86_400);
    creator_connect::server::startup::purge_step(&app.state).await;
    assert_eq!(app.state.store.purge(now, now).await.unwrap(), 0, "nothing is left to purge");
}

#[tokio::test]
async fn malformed_cookie_is_no_session_and_no_error() {
    let app = App::start().await;
    for cookie in ["__Host-session=%%%", "__Host-session=", "__Host-session=AAAAAAAAAAAAAAAAAAAAAA"] {
        let page = app.browser().get_with("/profile", &[("cookie", cookie)]).await;
        assert_eq!(page.location(), SIGN_IN_FIRST, "{cookie}");
    }
}
