//! `/` for a browser without a session: rendered once, and revalidated.

use crate::support::{App, Page};

async fn start(app: &App, headers: &[(&str, &str)]) -> Page {
    app.browser().get_with("/", headers).await
}

#[tokio::test]
async fn start_page_is_the_same_each_time() {
    let app = App::start().await;
    let (first, second) = (start(&app, &[]).await, start(&app, &[]).await);
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200));
    assert_eq!(first.text, second.text);
    assert_eq!(first.header("etag"), second.header("etag"));
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    for name in ["content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy"]
    {
        assert_ne!(second.header(name), "", "{name}");
    }
    assert!(!second.header("content-security-policy").contains("nonce"));
    assert!(!second.text.contains("<script"), "it has no script");
    assert!(!second.text.contains("<!>"), "it is valid HTML");
    assert_eq!(second.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn known_start_page_is_not_sent_again() {
    let app = App::start().await;
    let mut tags = Vec::new();
    for encoding in ["identity", "gzip", "br"] {
        let page = start(&app, &[("accept-encoding", encoding)]).await;
        let tag = page.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "a strong tag: {tag}");
        let again = start(&app, &[("accept-encoding", encoding), ("if-none-match", &tag)]).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{encoding}");
        assert_eq!(again.header("etag"), tag);
        tags.push(tag);
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "each form has its own");
}

#[tokio::test]
async fn start_page_follows_language_and_theme() {
    let app = App::start().await;
    start(&app, &[]).await;
    let french = start(&app, &[("accept-language", "fr")]).await;
    assert!(french.text.contains("lang=\"fr\""), "{}", french.text);
    let chosen = start(&app, &[("accept-language", "fr"), ("cookie", "lang=en; theme=dark")]).await;
    assert!(chosen.text.contains("lang=\"en\"") && chosen.text.contains("data-theme=\"dark\""));
    assert!(start(&app, &[]).await.text.contains("lang=\"en\""));
    let vary = french.header("vary").to_owned();
    for name in ["accept-language", "cookie", "accept-encoding"] {
        assert!(vary.contains(name), "{vary}");
    }
}

#[tokio::test]
async fn signed_in_creator_never_gets_the_kept_page() {
    let app = App::start().await;
    let tag = start(&app, &[]).await.header("etag").to_owned();
    let creator = app.signed_in("public").await;
    let page = creator.get_with("/", &[("if-none-match", &tag)]).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("href=\"/profile\""), "{}", page.text);
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("etag"), "");
    assert!(!start(&app, &[]).await.text.contains("href=\"/profile\""), "and no one else gets theirs");
}

#[tokio::test]
async fn head_request_has_headers_alone() {
    let app = App::start().await;
    let page = app.browser().try_request("HEAD", "/").await.unwrap();
    assert_eq!((page.status.as_u16(), page.text.as_str()), (200, ""));
    assert_eq!(page.header("etag"), start(&app, &[]).await.header("etag"));
}
