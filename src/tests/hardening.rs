//! Protection of a creator's browser: headers, same-origin checks, redirects.

use crate::support::App;

const PAGES: [&str; 8] =
    ["/", "/privacy", "/terms", "/nothing-here", "/webhook", "/health", "/pkg/nothing.js", "/oauth"];

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let app = App::start().await;
    for path in PAGES {
        let page = app.browser().get(path).await;
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(!page.header("permissions-policy").is_empty(), "{path}");
        assert!(!page.header("referrer-policy").is_empty(), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(page.header("x-request-id").len(), 36, "{path}");
    }
}

#[tokio::test]
async fn each_page_has_its_own_nonce() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let (first, second) = (browser.get("/profile").await, browser.get("/profile").await);
    assert_ne!(first.header("content-security-policy"), second.header("content-security-policy"));
    let nonce = first.header("content-security-policy").split("'nonce-").nth(1).unwrap();
    let nonce = nonce.split('\'').next().unwrap();
    assert!(first.text.contains(&format!("nonce=\"{nonce}\"")));
}

#[tokio::test]
async fn cross_origin_form_changes_nothing() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let foreign: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.test")],
        &[],
    ];
    for headers in foreign {
        assert_eq!(browser.post_with("/api/log_out", headers, &[]).await.status, 403, "{headers:?}");
        assert_eq!(browser.post_with("/api/complete_login", headers, &[]).await.status, 403, "{headers:?}");
    }
    assert_eq!(browser.get("/profile").await.status, 200);
}

#[tokio::test]
async fn origin_header_identifies_older_browsers() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    let origin = app.origin.clone();
    let own = [("origin", origin.as_str()), ("accept", "text/html")];
    assert_eq!(browser.post_with("/api/log_out", &own, &[]).await.status, 303);
}

#[tokio::test]
async fn language_switch_redirects_within_the_site() {
    let app = App::start().await;
    for back in ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"] {
        let form = [("locale", "fr"), ("back", back)];
        let page = app.browser().post("/api/set_language", &form).await;
        assert_eq!((page.status.as_u16(), page.location()), (302, "/"), "{back}");
    }
}

#[tokio::test]
async fn language_is_kept_without_script() {
    let app = App::start().await;
    let browser = app.browser();
    assert!(browser.get("/").await.text.contains("<html lang=\"en\""));
    let page = browser.post("/api/set_language", &[("locale", "fr"), ("back", "/terms")]).await;
    assert_eq!(page.location(), "/terms");
    assert!(browser.get("/terms").await.text.contains("<html lang=\"fr\""));
}

#[tokio::test]
async fn unknown_language_is_refused_without_an_echo() {
    let app = App::start().await;
    let page = app.browser().post("/api/set_language", &[("locale", "<script>"), ("back", "/")]).await;
    assert_eq!(page.cookie("lang"), "");
    assert!(!page.location().contains("<script>"));
}

#[tokio::test]
async fn oversized_body_is_refused() {
    let app = App::start().await;
    let body = "x".repeat(70_000);
    let json = [("content-type", "application/json")];
    assert_eq!(app.browser().post_body("/webhook", &json, &body).await.status, 413);
}

#[tokio::test]
async fn missing_page_is_a_404() {
    let app = App::start().await;
    let page = app.browser().get("/nothing-here").await;
    assert_eq!(page.status, 404);
    assert!(page.title().starts_with("We can’t find that page"));
}

#[tokio::test]
async fn only_the_profile_page_has_scripts() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    for path in ["/", "/privacy", "/terms", "/nothing-here", "/webhook"] {
        assert!(!browser.get(path).await.text.contains("<script"), "{path}");
    }
    assert!(browser.get("/profile").await.text.contains("<script type=\"module\""));
}

#[tokio::test]
async fn pages_load_nothing_from_other_hosts() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    for path in ["/", "/profile", "/privacy", "/terms"] {
        let page = browser.get(path).await;
        for part in ["src=\"http", "src=\"//", "rel=\"stylesheet\" href=\"http", "style=\""] {
            assert!(!page.text.contains(part), "{path}: {part}");
        }
    }
}
