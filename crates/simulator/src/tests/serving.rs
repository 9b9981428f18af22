//! Starting and stopping.

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::harness::{settings, start};
use crate::{Error, run};

#[tokio::test]
async fn listener_off_loopback_is_refused() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let url = "http://127.0.0.1:1/".parse().unwrap();
    let error = run(listener, settings("http://127.0.0.1:1", url), std::future::pending()).await.unwrap_err();
    assert!(matches!(error, Error::NotLoopback(_)));
    assert!(error.to_string().contains("loopback addresses only"));
}

#[tokio::test]
async fn server_stops_on_shutdown_signal() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let settings = settings(&base, "http://127.0.0.1:1/".parse().unwrap());
    let running = tokio::spawn(run(listener, settings, async { stopped.await.unwrap_or_default() }));
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn index_page_links_to_manage_apps() {
    let tiktok = start().await;
    let response = tiktok.get("/simulator").await;
    assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    let page = response.text().await.unwrap();
    assert!(page.contains("TikTok simulator") && page.contains(r#"href="/simulator/apps""#));
    for file in ["style.css", "submit.js"] {
        assert_eq!(tiktok.get(&format!("/simulator/{file}")).await.status(), 200);
    }
}
