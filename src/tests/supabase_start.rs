//! A start with `STORE=supabase`: what is refused, with what to do, and what is waited for.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, http::StatusCode, http::Uri};
use creator_connect::server::{
    clock::SystemClock,
    entropy::SystemEntropy,
    store::supabase::{SupabaseStore, Unfit},
};
use tokio::net::TcpListener;

use crate::support::{
    App, Gateway,
    supabase::{Hold, key},
};

/// Opens a store at a server that gives this one answer to everything.
async fn open_at(status: u16, body: &'static str) -> Result<SupabaseStore, Unfit> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/rest/v1", listener.local_addr().unwrap());
    let status = StatusCode::from_u16(status).unwrap();
    let answers = Router::new().fallback(move || async move { (status, body) });
    let served = tokio::spawn(async move { axum::serve(listener, answers).await });
    let opened = open(&url, "sb_secret_CANARY").await;
    served.abort();
    opened
}

async fn open(url: &str, key: &str) -> Result<SupabaseStore, Unfit> {
    open_patiently(url, key, Duration::ZERO).await
}

async fn open_patiently(url: &str, key: &str, patience: Duration) -> Result<SupabaseStore, Unfit> {
    let (url, key) = (url.parse().unwrap(), key.parse().unwrap());
    SupabaseStore::open(&url, &key, patience, Arc::new(SystemClock), Arc::new(SystemEntropy)).await
}

/// What is told of a project that is refused.
async fn refusal(status: u16, body: &'static str) -> String {
    let unfit = open_at(status, body).await.err().unwrap_or_else(|| panic!("{status} {body} was accepted"));
    let told = unfit.to_string();
    assert!(!told.contains("CANARY"), "{told}");
    told
}

#[tokio::test]
async fn missing_schema_is_refused_with_its_remedy() {
    for (status, body) in
        [(404, r#"{"code":"PGRST202","message":"CANARY"}"#), (200, r#"{"version":null,"now":1}"#)]
    {
        let told = refusal(status, body).await;
        assert!(told.contains("creator-connect schema") && told.contains("supabase db push"), "{told}");
    }
}

/// A server whose cache of the schema lacks functions: it knows each of `late` only when it is called again.
async fn serve_with_late_functions(late: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/rest/v1", listener.local_addr().unwrap());
    let called = Arc::new(Mutex::new(HashSet::new()));
    let answers = Router::new().fallback(move |uri: Uri| {
        let function = uri.path().rsplit('/').next().unwrap().to_owned();
        let is_late = late.contains(&function.as_str()) && called.lock().unwrap().insert(function);
        let missing = (StatusCode::NOT_FOUND, r#"{"code":"PGRST202"}"#);
        let found = (StatusCode::OK, r#"{"version":1,"now":1}"#);
        std::future::ready(if is_late { missing } else { found })
    });
    tokio::spawn(async move { axum::serve(listener, answers).await });
    url
}

#[tokio::test]
async fn schema_that_the_cache_lacks_is_waited_for() {
    for late in
        [&["cc_schema_version"][..], &["cc_activity"], &["cc_schema_version", "cc_creator", "cc_events"]]
    {
        let url = serve_with_late_functions(late).await;
        let opened = open_patiently(&url, "sb_secret_CANARY", Duration::from_secs(60)).await;
        assert!(opened.is_ok(), "{late:?}: {:?}", opened.err());
        let url = serve_with_late_functions(late).await;
        assert!(matches!(open(&url, "sb_secret_CANARY").await, Err(Unfit::NoSchema)), "{late:?}");
    }
}

#[tokio::test]
async fn older_schema_is_refused_and_newer_accepted() {
    let told = refusal(200, r#"{"version":0,"now":1}"#).await;
    assert!(told.contains("creator-connect schema"), "{told}");
    assert!(open_at(200, r#"{"version":999,"now":1}"#).await.is_ok());
}

#[tokio::test]
async fn refused_key_is_named() {
    for (status, body) in [(401, r#"{"message":"Invalid API key CANARY"}"#), (403, r#"{"code":"42501"}"#)] {
        let told = refusal(status, body).await;
        assert!(told.contains("SUPABASE_KEY") && told.contains("sb_secret_"), "{told}");
    }
}

#[tokio::test]
async fn other_server_is_refused() {
    for (status, body) in
        [(404, "<html>CANARY"), (301, ""), (200, "<html>CANARY"), (200, r#"{"hello":"CANARY"}"#)]
    {
        let told = refusal(status, body).await;
        assert!(told.contains("SUPABASE_URL") || told.contains("creator-connect schema"), "{told}");
    }
}

#[tokio::test]
async fn unavailable_project_is_accepted() {
    for (status, body) in [(503, r#"{"code":"PGRST002"}"#), (502, "<html>"), (540, "paused"), (500, "")] {
        assert!(open_at(status, body).await.is_ok(), "{status}");
    }
}

#[tokio::test]
async fn wrong_secret_is_refused_by_the_gateway() {
    let gateway = Gateway::start();
    let url = format!("{}/rest/v1", gateway.url);
    assert!(matches!(open(&url, "sb_secret_wrong").await, Err(Unfit::Key)));
    assert!(open(&url, &key()).await.is_ok());
}

#[tokio::test]
async fn legacy_key_is_accepted() {
    let gateway = Gateway::start();
    let url = format!("{}/rest/v1", gateway.url);
    assert!(open(&url, &crate::support::supabase::setting("SERVICE_KEY")).await.is_ok());
}

#[tokio::test]
async fn app_started_without_supabase_recovers() {
    let _hold = Hold::shared().await;
    let mut gateway = Gateway::start();
    gateway.stop();
    let app = App::start_over(&gateway).await;
    let browser = app.browser();
    assert_eq!(browser.get("/health").await.status, 503);
    assert_eq!(browser.get("/oauth").await.status, 503);
    gateway.restart();
    app.wait_for_store().await;
    assert_eq!(browser.get("/oauth").await.status, 303);
}
