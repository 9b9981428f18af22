//! Limits on logins: one address, and all together, can start only so many.

use std::time::Duration;

use creator_connect::server::limits::{LoginLimits, Rate};
use serde_json::json;

use crate::support::{App, Browser, Page};

/// `burst` requests, and no other during the test.
const fn only(burst: u32) -> Rate {
    Rate::new(burst, Duration::from_hours(1))
}

async fn app_with(settings: &[(&str, &str)], change: impl FnOnce(&mut LoginLimits)) -> App {
    App::start_from(settings, |dependencies| change(&mut dependencies.limits.logins)).await
}

fn assert_refused(page: &Page, title: &str) {
    assert_eq!(page.status, 429, "{}", page.text);
    assert!(page.title().starts_with(title), "{}", page.title());
    let wait: u64 = page.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");
    assert_ne!(page.header("content-security-policy"), "");
}

#[tokio::test]
async fn logins_of_one_address_are_limited() {
    let app = app_with(&[], |limits| limits.starts = only(3)).await;
    for _ in 0..3 {
        app.browser().begin().await;
    }
    assert_refused(&app.browser().get("/oauth").await, "Too many sign-ins at once");
    assert_refused(&app.browser().get("//OAuth/?switch=1").await, "Too many sign-ins at once");
    let french = app.browser_with(&[("accept-language", "fr")]);
    assert_refused(&french.get("/oauth").await, "Trop de connexions à la fois");
    assert_eq!(app.browser().get("/").await.status, 200);
}

#[tokio::test]
async fn clients_behind_a_proxy_count_by_their_own_address() {
    let app = app_with(&[("TRUSTED_PROXIES", "127.0.0.1")], |limits| limits.starts = only(1)).await;
    let start = async |address: &str| {
        app.browser_with(&[("x-forwarded-for", address)]).get("/oauth").await.status.as_u16()
    };
    assert_eq!((start("192.0.2.1").await, start("192.0.2.1").await), (303, 429));
    assert_eq!(start("192.0.2.2").await, 303);
    assert_eq!((start("2001:db8::1").await, start("2001:db8::2").await), (303, 429));
    assert_eq!(start("2001:db8:0:1::1").await, 303);
}

#[tokio::test]
async fn logins_of_all_addresses_are_limited() {
    let app = app_with(&[("TRUSTED_PROXIES", "127.0.0.1")], |limits| limits.starts_in_all = only(2)).await;
    let mut statuses = Vec::new();
    for number in 0..4 {
        let browser = app.browser_with(&[("x-forwarded-for", &format!("192.0.2.{number}"))]);
        statuses.push(browser.get("/oauth").await.status.as_u16());
    }
    assert_eq!(statuses, [303, 303, 429, 429]);
}

#[tokio::test]
async fn popup_over_the_limit_tells_its_opener() {
    let app = app_with(&[("EMBED_ORIGINS", "https://shop.example")], |limits| limits.starts = only(1)).await;
    app.browser().begin().await;
    let page = app.browser().get("/oauth?display=popup").await;
    assert_refused(&page, "Too many sign-ins at once");
    assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none");
    assert!(page.text.contains("too_many_logins"));
}

#[tokio::test]
async fn completed_logins_of_one_address_are_not_limited() {
    let app = app_with(&[], |limits| {
        (limits.starts, limits.starts_in_all) = (only(2), only(2));
        (limits.callbacks, limits.callbacks_in_all) = (only(2), only(2));
    })
    .await;
    for _ in 0..5 {
        app.signed_in("public").await;
    }
    // A callback that is loaded again gives nothing back.
    let browser = app.browser();
    let callback = app.tiktok.approve(&browser.begin().await, "public", &["user.info.basic"]).await;
    let statuses = [browser.get(&callback).await.status, browser.get(&callback).await.status];
    assert_eq!(statuses.map(|status| status.as_u16()), [303, 303]);
    let mut refused = 0;
    for _ in 0..5 {
        refused += usize::from(app.browser().get("/oauth").await.status == 429);
    }
    assert!(refused >= 3, "{refused}");
}

/// The state of a login that the browser has started.
async fn state(browser: &Browser) -> String {
    let authorize = browser.begin().await;
    let state = authorize.split("state=").nth(1).unwrap();
    state.split('&').next().unwrap().to_owned()
}

#[tokio::test]
async fn junk_codes_do_not_all_reach_tiktok() {
    let app = app_with(&[], |limits| limits.callbacks = only(5)).await;
    let mut refused = 0;
    for number in 0..20 {
        let browser = app.browser();
        let query = format!("code=junk-{number}&state={}", state(&browser).await);
        // The server function behind the page counts too.
        let page = if number % 2 == 0 {
            browser.get(&format!("/webhook?{query}")).await
        } else {
            browser.post(&format!("/api/complete_login?{query}"), &[]).await
        };
        refused += usize::from(page.status == 429);
    }
    assert_eq!((refused, app.tiktok.count("token").await), (15, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_that_wait_for_tiktok_are_limited() {
    let app = app_with(&[], |limits| limits.concurrent = 2).await;
    app.tiktok.order_times("token", json!({ "delay_ms": 60_000 }), 2).await;
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let browser = app.browser();
        let callback = format!("/webhook?code=junk&state={}", state(&browser).await);
        waiting.spawn(async move { browser.try_get(&callback).await.map(|page| page.status.as_u16()) });
    }
    crate::support::until("both wait for TikTok", async || app.tiktok.count("token").await == 2).await;
    assert_refused(&app.browser().get("/webhook?code=c&state=s").await, "Too many sign-ins at once");
}
