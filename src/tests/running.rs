//! A running server: health check, protocols, shutdown.

use serde_json::{Value, json};

use crate::support::App;

#[tokio::test]
async fn health_counts_grants() {
    let app = App::start_with(&[("HEALTH_DETAILS", "public")]).await;
    app.signed_in("public").await;
    let page = app.browser().get("/health").await;
    let health: Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!(page.status, 200);
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["service"], "creator-connect");
    assert_eq!(health["database"]["backend"], "sqlite");
    assert_eq!(health["database"]["status"], "connected");
    assert_eq!(health["database"]["token_count"], 1);
    let states =
        json!({ "connected": 1, "expiring": 0, "degraded": 0, "needs_reconnect": 0, "disconnected": 0 });
    assert_eq!(health["connections"], states);
    assert_eq!(health["debug_mode"], false);
    assert!(health["timestamp"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn unavailable_store_is_shown_everywhere() {
    let app = App::start().await;
    let browser = app.signed_in("public").await;
    app.state.store.close().await;
    let page = browser.get("/health").await;
    let health: Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!((page.status.as_u16(), &health["database"]["token_count"]), (503, &Value::Null));
    assert_eq!(health["connections"], Value::Null);
    let profile = browser.get("/profile").await;
    assert_eq!(profile.status, 503);
    assert!(profile.title().starts_with("We’re having trouble on our side"), "{}", profile.title());
    assert_eq!(browser.get("/account/export").await.status, 503);
    let start = browser.get("/").await;
    assert_eq!(start.status, 200);
    assert!(start.text.contains("We’re having trouble on our side"));
}

#[tokio::test]
async fn http_2_is_supported() {
    let app = App::start().await;
    assert_eq!(app.browser().get("/").await.version, reqwest::Version::HTTP_2);
}

#[tokio::test]
async fn self_signed_certificate_sends_no_hsts() {
    let app = App::start().await;
    for path in ["/", "/oauth", "/health", "/nothing-here"] {
        assert_eq!(app.browser().get(path).await.header("strict-transport-security"), "", "{path}");
    }
}

#[tokio::test]
async fn pages_are_compressed() {
    let app = App::start().await;
    let page = app.browser().get("/").await;
    assert!(page.header("vary").contains("accept-encoding"));
    assert!(page.text.contains("</html>"));
}

#[tokio::test]
async fn shutdown_signal_stops_the_app() {
    let mut app = App::start().await;
    app.browser().get("/").await;
    app.stop().await.unwrap();
}

#[tokio::test]
async fn event_without_valid_signature_is_refused() {
    let app = App::start().await;
    let json = [("content-type", "application/json"), ("tiktok-signature", "t=1,s=00")];
    let page = app.browser().post_body("/webhook", &json, "{\"event\":\"x\"}").await;
    assert_eq!(page.status, 401);
}

#[tokio::test]
async fn post_of_another_type_is_refused() {
    let app = App::start().await;
    let page = app.browser().post_body("/webhook", &[("content-type", "text/plain")], "hello").await;
    assert_eq!(page.status, 400);
}

#[tokio::test]
async fn app_behind_a_proxy_serves_plain_http() {
    let tls_off = [("TLS_MODE", "off"), ("TRUSTED_PROXIES", "127.0.0.1/32")];
    let app = App::start_with(&tls_off).await;
    let address = app.origin.replace("https://localhost", "http://127.0.0.1");
    let client = reqwest::Client::builder().build().unwrap();
    let direct = client.get(format!("{address}/health")).send().await.unwrap();
    assert!(direct.headers().get("strict-transport-security").is_none());
    for (host, sent) in [("studio.example", true), ("localhost:5000", false)] {
        let proxied = client.get(format!("{address}/health")).header("x-forwarded-proto", "https");
        let proxied = proxied.header("x-forwarded-host", host).send().await.unwrap();
        assert_eq!(proxied.headers().contains_key("strict-transport-security"), sent, "{host}");
    }
}
