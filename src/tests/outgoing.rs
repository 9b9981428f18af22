//! Connections to TikTok that die without a word: a peer that still takes bytes and never answers again.
//!
//! Each test runs in a process of its own that trusts the certificate of its TikTok: HTTP/2 needs TLS.

use std::{net::SocketAddr, process::Command, time::Duration};

use axum::{Json, Router, extract::State, routing::post};
use axum_server::tls_rustls::RustlsConfig;
use creator_connect::{
    domain::RefreshFailure,
    server::{
        clock::SystemClock,
        config::{Config, TlsConfig, process_variable},
        http_client::KeepAlive,
        tiktok::{TikTok, Timeouts},
        tls,
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::support::{proxy::Proxy, settings};

/// The environment variable with the folder of the certificate; with it a test does its work.
const FOLDER: &str = "CREATOR_CONNECT_TEST_CERTIFICATES";

/// Long enough that no test reaches it.
const NEVER: Duration = Duration::from_hours(24);

const PINGS: KeepAlive =
    KeepAlive { interval: Duration::from_millis(50), timeout: Duration::from_millis(500), idle: NEVER };
const NO_PINGS: KeepAlive = KeepAlive { interval: NEVER, timeout: NEVER, idle: NEVER };

fn self_signed(folder: &std::path::Path) -> TlsConfig {
    TlsConfig::SelfSigned { dir: folder.to_owned(), names: vec!["localhost".to_owned()] }
}

/// Runs the test of this name again, in a process that trusts a certificate of its own; the folder with that
/// certificate in that process.
async fn in_trusting_process(test: &str) -> Option<TlsConfig> {
    if let Some(folder) = process_variable(FOLDER) {
        return Some(self_signed(folder.as_ref()));
    }
    let folder = tempfile::tempdir().unwrap();
    let certificate = tls::certificate(&self_signed(folder.path()), &SystemClock).await.unwrap().unwrap();
    let run = Command::new(std::env::current_exe().unwrap())
        .args([&format!("outgoing::{test}"), "--exact", "--nocapture"])
        .env(FOLDER, folder.path())
        .env("SSL_CERT_FILE", certificate.file)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && printed.contains("1 passed"), "{printed}");
    None
}

/// A TikTok that answers requests, behind a proxy.
struct Network {
    proxy: Proxy,
    tiktok: TikTok,
    server: Server,
    _folder: TempDir,
}

/// What its server has received, and whether it answers.
#[derive(Clone, Default)]
struct Server {
    requests: watch::Sender<usize>,
    is_silent: watch::Sender<bool>,
}

impl Network {
    async fn new(certificate: &TlsConfig, keep_alive: KeepAlive) -> Self {
        tls::install_crypto_provider();
        let identity = tls::rustls_config(certificate, &SystemClock).await.unwrap().unwrap();
        let server = Server::default();
        let proxy = Proxy::start(server.serve(identity)).await;
        let folder = tempfile::tempdir().unwrap();
        let address = format!("https://localhost:{}", proxy.address.port());
        let settings = settings("https://localhost:5000", &address, &folder);
        let config = Config::read(&|name| settings.get(name).cloned()).unwrap();
        let timeouts = Timeouts { connect: NEVER, total: NEVER, refresh: NEVER, profile: NEVER, keep_alive };
        Self { proxy, tiktok: TikTok::new(&config.tiktok, timeouts).unwrap(), server, _folder: folder }
    }

    async fn refresh(&self) -> Result<(), RefreshFailure> {
        let refreshed = self
            .tiktok
            .refresh(&"rft.example".into(), &"0f1e2d3c-1111-4222-8333-abcdefabcdef".parse().unwrap())
            .await;
        refreshed.map(drop).map_err(|refusal| refusal.refresh_failure)
    }

    fn opened(&self) -> usize {
        self.proxy.connections().opened
    }
}

impl Server {
    fn serve(&self, certificate: RustlsConfig) -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/v2/oauth/token/", post(answer)).with_state(self.clone());
        let server = axum_server::from_tcp_rustls(listener, certificate).unwrap();
        tokio::spawn(async move { server.serve(router.into_make_service()).await });
        address
    }
}

async fn answer(State(server): State<Server>) -> Json<Value> {
    server.requests.send_modify(|requests| *requests += 1);
    server.is_silent.subscribe().wait_for(|is_silent| !is_silent).await.unwrap();
    Json(json!({
        "open_id": "0f1e2d3c-1111-4222-8333-abcdefabcdef", "access_token": "act.example", "expires_in": 7200,
        "refresh_token": "rft.example", "refresh_expires_in": 86_400, "token_type": "Bearer",
    }))
}

#[tokio::test]
async fn refresh_on_a_connection_that_died_fails_by_ping() {
    let Some(certificate) = in_trusting_process("refresh_on_a_connection_that_died_fails_by_ping").await
    else {
        return;
    };
    let network = Network::new(&certificate, PINGS).await;
    // The connection dies while the request is under way.
    network.server.is_silent.send_replace(true);
    let (refreshed, ()) = tokio::join!(network.refresh(), async {
        network.server.requests.subscribe().wait_for(|requests| *requests == 1).await.unwrap();
        network.proxy.silence();
    });
    assert_eq!(refreshed, Err(RefreshFailure::NoAnswer));
    network.server.is_silent.send_replace(false);
    assert_eq!((network.refresh().await, network.opened()), (Ok(()), 2), "the next has a new connection");
}

#[tokio::test]
async fn idle_connection_that_died_costs_no_refresh() {
    let Some(certificate) = in_trusting_process("idle_connection_that_died_costs_no_refresh").await else {
        return;
    };
    let network = Network::new(&certificate, PINGS).await;
    assert_eq!((network.refresh().await, network.refresh().await, network.opened()), (Ok(()), Ok(()), 1));
    network.proxy.silence();
    network.proxy.closed(1).await;
    assert_eq!((network.refresh().await, network.opened()), (Ok(()), 2));
}

#[tokio::test]
async fn probe_of_an_outage_has_a_connection_of_its_own() {
    let Some(certificate) = in_trusting_process("probe_of_an_outage_has_a_connection_of_its_own").await
    else {
        return;
    };
    let network = Network::new(&certificate, NO_PINGS).await;
    assert_eq!(network.refresh().await, Ok(()));
    network.proxy.silence();
    for probes in 1..=3 {
        assert_eq!((network.tiktok.probe_outage().await, network.opened()), (None, 1 + probes));
    }
}
