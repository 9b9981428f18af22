//! Requests that are almost right: odd targets, near misses of an address, and other host names.

use creator_connect::server::store::EventQuery;
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    App, CLIENT_SECRET, Tiktok,
    delivery::{body, signature},
    process::{Process, free_port},
};

/// Sends one request line with a head; returns the response.
async fn raw(port: u16, request_line: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("{request_line}\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_target_is_refused_without_an_error() {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    let app = Process::start(port, port, &tiktok, &[("TLS_MODE", "off")]);
    for line in [
        "GET example.com:80 HTTP/1.1",
        "POST example.com:80 HTTP/1.1",
        "GET localhost HTTP/1.1",
        "CONNECT example.com:443 HTTP/1.1",
        "CONNECT / HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET * HTTP/1.1",
        "GET webhook HTTP/1.1",
        "GET /\0 HTTP/1.1",
    ] {
        let response = raw(port, line).await;
        assert!(response.starts_with("HTTP/1.1 400"), "{line}: {response}");
    }
    for line in [
        "GET /%00 HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "GET /%ff HTTP/1.1",
        "GET /avatar/%ff HTTP/1.1",
        "GET /webhook?code=%ff&state=%zz HTTP/1.1",
        "GET /? HTTP/1.1",
        "GET http://example.com/%zz HTTP/1.1",
        "GET http://example.com HTTP/1.1",
        "PROPFIND / HTTP/1.1",
        "GET /..%2f..%2fetc/passwd HTTP/1.1",
    ] {
        let response = raw(port, line).await;
        let status = response.get(9..12).unwrap_or_default();
        assert!(["200", "307", "400", "404", "405"].contains(&status), "{line}: {response}");
    }
    let (_, printed, _) = app.stop();
    assert!(!printed.contains("ERROR") && !printed.contains("panic"), "{printed}");
}

#[tokio::test]
async fn near_miss_of_an_address_is_taken_for_it() {
    let app = App::start().await;
    for path in ["/oauth/", "//oauth", "/OAuth", "/oauth//?switch=1"] {
        let page = app.browser().get(path).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(page.location().starts_with(&app.tiktok.origin), "{path}");
    }
    let browser = app.signed_in("public").await;
    for path in
        ["/profile/", "//profile", "/Profile", "/privacy/", "//terms//", "//", "/health/", "/disconnect/"]
    {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    for path in ["//evil.example", "//evil.example/", "/nothing-here/"] {
        let page = browser.get(path).await;
        assert_eq!((page.status.as_u16(), page.location()), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn callback_at_a_near_miss_logs_in() {
    let app = App::start().await;
    for near in ["/webhook/", "//webhook", "/Webhook", "/webhook//"] {
        let browser = app.browser();
        let callback = app.tiktok.approve(&browser.begin().await, "public", &["user.info.basic"]).await;
        let page = browser.get(&callback.replacen("/webhook", near, 1)).await;
        assert_eq!(page.location(), "/profile", "{near}");
    }
}

#[tokio::test]
async fn event_at_a_near_miss_is_stored() {
    let app = App::start().await;
    for (number, near) in ["/webhook/", "//webhook", "/Webhook", "//WEBHOOK//"].into_iter().enumerate() {
        let now = creator_connect::server::clock::Clock::now(&*app.clock).0;
        let body = body("post.publish.complete", i64::try_from(number).unwrap(), &json!({}));
        let headers = [
            ("content-type", "application/json"),
            ("tiktok-signature", &signature(CLIENT_SECRET, now, &body)),
        ];
        assert_eq!(app.browser().post_body(near, &headers, &body).await.status, 200, "{near}");
    }
    let stored = app.state.store.events(&EventQuery::newest(100)).await.unwrap();
    assert_eq!(stored.iter().filter(|event| event.name == "post.publish.complete").count(), 4);
}

#[tokio::test]
async fn post_to_no_form_is_404_or_405() {
    let app = App::start().await;
    let json = [("content-type", "application/json")];
    for (path, status) in [
        ("/webhooks", 404),
        ("/api/webhook", 404),
        ("/callback", 404),
        ("/", 405),
        ("/oauth", 405),
        ("/profile/", 405),
        ("/health", 405),
    ] {
        let page = app.browser().post_body(path, &json, "{}").await;
        assert_eq!(page.status, status, "{path}");
    }
    assert_eq!(app.browser().post_body("/api/log_out", &json, "{}").await.status, 403);
}

/// An address of the app under the name of another host, which a browser resolves to it.
fn at(app: &App, host: &str, path: &str) -> String {
    format!("{}{path}", app.origin.replace("localhost", host))
}

#[tokio::test]
async fn page_on_another_host_leads_home() {
    let app = App::start().await;
    for path in ["/", "/oauth?switch=1", "/profile", "/disconnect", "/webhook?code=c&state=s", "/oauth/"] {
        let page = app.browser().get(&at(&app, "127.0.0.1", path)).await;
        let home = format!("{}{}", app.origin, path.replace("h/", "h"));
        assert_eq!((page.status.as_u16(), page.location()), (307, home.as_str()), "{path}");
    }
    for path in ["/health", "/site.webmanifest", "/robots.txt", "/pkg/nothing.js", "/nothing-here"] {
        assert_eq!(app.browser().get(&at(&app, "127.0.0.1", path)).await.location(), "", "{path}");
    }
    let event = app.browser().post_body(&at(&app, "127.0.0.1", "/webhook"), &[], "{}").await;
    assert_eq!(event.status, 400);
}

#[tokio::test]
async fn login_that_begins_on_another_host_succeeds() {
    let app = App::start().await;
    let browser = app.browser();
    let start = browser.get(&at(&app, "127.0.0.1", "/oauth")).await;
    let authorize = browser.get(start.location()).await;
    let callback = app.tiktok.approve(authorize.location(), "public", &["user.info.basic"]).await;
    assert_eq!(browser.get(&callback).await.location(), "/profile");
}

#[tokio::test]
async fn popup_keeps_its_opener_on_the_way_home() {
    let app = App::start_with(&[("EMBED_ORIGINS", "https://shop.example")]).await;
    let page = app.browser().get(&at(&app, "127.0.0.1", "/oauth?display=popup")).await;
    assert_eq!((page.status.as_u16(), page.header("cross-origin-opener-policy")), (307, "unsafe-none"));
}

/// A proxy that sends its own name as `Host` makes every request look as if it were for another host.
#[tokio::test]
async fn proxy_that_changes_the_host_causes_no_loop() {
    let app = App::start_with(&[("TLS_MODE", "off")]).await;
    let inner = format!("http://{}", app.address());
    let get = async |client: &reqwest::Client| {
        client.request(Method::GET, format!("{inner}/")).send().await.unwrap().status()
    };
    let client = |cookies| {
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        builder.cookie_store(cookies).build().unwrap()
    };
    let browser = client(true);
    assert_eq!((get(&browser).await.as_u16(), get(&browser).await.as_u16()), (307, 200));
    let without_cookies = client(false);
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(get(&without_cookies).await.as_u16());
    }
    assert!(statuses.contains(&200), "{statuses:?}");
}

#[tokio::test]
async fn forwarded_host_counts_from_trusted_proxies_alone() {
    for (trusted, status) in [("127.0.0.1", 200), ("192.0.2.1", 307)] {
        let app = App::start_with(&[("TLS_MODE", "off"), ("TRUSTED_PROXIES", trusted)]).await;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let request =
            client.get(format!("http://{}/", app.address())).header("x-forwarded-host", "localhost");
        assert_eq!(request.send().await.unwrap().status(), status, "{trusted}");
    }
}
