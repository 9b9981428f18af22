//! PKCE, over everything that TikTok may do with a challenge.

use serde_json::json;

use crate::support::App;

/// The address at which TikTok shows its own error page, and the parameter that it names.
fn assert_tiktok_names(address: &str, parameter: &str) {
    assert!(address.starts_with("/v2/auth/authorize/?error="), "{address}");
    assert!(address.contains(&format!("error_type={parameter}&")), "{address}");
}

#[tokio::test]
async fn login_sends_pkce_that_every_tiktok_accepts() {
    let app = App::start().await;
    for mode in ["always", "loopback_redirect", "never", "ignore"] {
        app.tiktok.set(json!({ "pkce": mode })).await;
        let browser = app.browser();
        assert!(browser.begin().await.contains("code_challenge_method=S256"), "{mode}");
        assert_eq!(browser.log_in(&app.tiktok, "public").await.location(), "/profile", "{mode}");
    }
    let calls = app.tiktok.calls().await;
    let exchanges = calls.iter().filter(|call| call["endpoint"] == "token");
    assert!(exchanges.clone().all(|call| call["fields"].to_string().contains("code_verifier")));
    assert_eq!(exchanges.count(), 4);
}

#[tokio::test]
async fn login_without_pkce_suits_a_tiktok_that_refuses_it() {
    let app = App::start_with(&[("TIKTOK_PKCE", "none")]).await;
    for mode in ["refuse", "never", "ignore"] {
        app.tiktok.set(json!({ "pkce": mode })).await;
        let browser = app.browser();
        assert!(!browser.begin().await.contains("code_challenge"), "{mode}");
        assert_eq!(browser.log_in(&app.tiktok, "public").await.location(), "/profile", "{mode}");
    }
    let calls = app.tiktok.calls().await;
    assert!(calls.iter().all(|call| !call["fields"].to_string().contains("code_verifier")), "{calls:?}");
    for mode in ["always", "loopback_redirect"] {
        app.tiktok.set(json!({ "pkce": mode })).await;
        let address = app.tiktok.open(&app.browser().begin().await).await.unwrap();
        assert_tiktok_names(&address, "code_challenge");
    }
}

#[tokio::test]
async fn refused_pkce_is_named_by_tiktok_or_by_the_app() {
    let app = App::start().await;
    let browser = app.browser();
    app.tiktok.set(json!({ "pkce": "refuse" })).await;
    let address = app.tiktok.open(&browser.begin().await).await.unwrap();
    assert_tiktok_names(&address, "code_challenge_method");
    app.tiktok.set(json!({ "pkce": "never" })).await;
    for number in ["10007", "10008"] {
        let answer = json!({ "errCode": number, "error_type": "code_challenge" });
        app.tiktok.order("authorize", json!({ "callback": answer })).await;
        let callback = app.tiktok.open(&browser.begin().await).await.unwrap();
        let page = browser.get(&callback).await;
        assert_eq!(page.status, 500, "{}", page.title());
        assert!(page.title().starts_with("This one’s on us: the protection"), "{}", page.title());
    }
}
