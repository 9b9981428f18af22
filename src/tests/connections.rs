//! Clients that hold connections open: they are closed in time, and shut nobody else out.

use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use creator_connect::server::limits::ConnectionLimits;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    App, Tiktok,
    process::{Process, free_port},
};

/// What a client may send before it sends nothing more.
const HALF_DONE: [(&str, &[u8]); 6] = [
    ("nothing", b""),
    ("half a TLS handshake", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    ("half a request line", b"GET / HT"),
    ("half a head", b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: te"),
    ("half an HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r"),
    ("an HTTP/2 preface and settings", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
];

const HALF_A_BODY: &[u8] =
    b"POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

/// A request whose response has no body.
const WHOLE: &[u8] = b"GET /pkg/nothing.js HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn app_with(limits: ConnectionLimits) -> App {
    App::start_from(&[("TLS_MODE", "off")], |dependencies| dependencies.limits.connections = limits).await
}

async fn send(to: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(to).await.unwrap();
    // The server may have closed it already.
    drop(stream.write_all(bytes).await);
    stream
}

/// Reads until the server closes the connection.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut received)).await;
    match read.expect("the connection is closed in time") {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    String::from_utf8_lossy(&received).into_owned()
}

/// Sends a whole request; whether its response comes.
async fn is_served(stream: &mut TcpStream) -> bool {
    stream.write_all(WHOLE).await.unwrap();
    let mut head = Vec::new();
    let reads = async {
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        Ok::<(), std::io::Error>(())
    };
    let read = tokio::time::timeout(Duration::from_secs(60), reads).await.expect("a response comes");
    read.is_ok() && head.starts_with(b"HTTP/1.1 404")
}

#[tokio::test]
async fn half_done_connection_is_closed() {
    let first_request = Duration::from_millis(50);
    let idle = Duration::from_millis(50);
    let app = app_with(ConnectionLimits { first_request, idle, ..ConnectionLimits::default() }).await;
    for (what, bytes) in HALF_DONE {
        let mut stream = send(app.address(), bytes).await;
        let received = read_to_end(&mut stream).await;
        assert!(!received.contains("HTTP/1.1 2"), "{what}: {received}");
    }
}

#[tokio::test]
async fn half_tls_handshake_is_closed() {
    let first_request = Duration::from_millis(50);
    let limits = ConnectionLimits { first_request, ..ConnectionLimits::default() };
    let app = App::start_from(&[], |dependencies| dependencies.limits.connections = limits).await;
    for (_, bytes) in &HALF_DONE[..2] {
        read_to_end(&mut send(app.address(), bytes).await).await;
    }
}

#[tokio::test]
async fn idle_connection_is_closed_after_its_response() {
    let idle = Duration::from_millis(50);
    let app = app_with(ConnectionLimits { idle, ..ConnectionLimits::default() }).await;
    for rest in [&b""[..], b"GET / HT"] {
        let mut stream = send(app.address(), &[WHOLE, rest].concat()).await;
        assert!(read_to_end(&mut stream).await.starts_with("HTTP/1.1 404"));
    }
}

#[tokio::test]
async fn half_body_is_answered_with_408() {
    let app =
        app_with(ConnectionLimits { body: Duration::from_millis(50), ..ConnectionLimits::default() }).await;
    let mut stream = send(app.address(), HALF_A_BODY).await;
    let response = read_to_end(&mut stream).await;
    assert!(response.starts_with("HTTP/1.1 408"), "{response}");
}

#[tokio::test]
async fn one_address_closes_its_own_connections() {
    let app = app_with(ConnectionLimits { per_network: 3, ..ConnectionLimits::default() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = send(app.address(), b"").await;
        assert!(is_served(&mut stream).await);
        held.push(stream);
    }
    let mut next = send(app.address(), b"").await;
    assert!(is_served(&mut next).await);
    read_to_end(&mut held[0]).await;
    assert!(is_served(&mut next).await, "the newest is kept");
}

#[tokio::test]
async fn proxy_may_have_more_connections_than_a_client() {
    let limits = ConnectionLimits { per_network: 2, ..ConnectionLimits::default() };
    let settings = [("TLS_MODE", "off"), ("TRUSTED_PROXIES", "127.0.0.1")];
    let app = App::start_from(&settings, |dependencies| dependencies.limits.connections = limits).await;
    let mut held = Vec::new();
    for _ in 0..6 {
        let mut stream = send(app.address(), b"").await;
        assert!(is_served(&mut stream).await);
        held.push(stream);
    }
    for stream in &mut held {
        assert!(is_served(stream).await);
    }
}

#[tokio::test]
async fn full_listener_makes_room_for_new_clients() {
    let app = app_with(ConnectionLimits { total: 4, per_network: 4, ..ConnectionLimits::default() }).await;
    let mut held = Vec::new();
    for (_, bytes) in HALF_DONE.iter().cycle().take(30) {
        held.push(send(app.address(), bytes).await);
    }
    let mut good = send(app.address(), b"").await;
    assert!(is_served(&mut good).await);
}

/// Hundreds of half-open connections to a process that may open 256 files: a creator logs in meanwhile, which needs
/// files for SQLite and connections to TikTok.
#[tokio::test(flavor = "multi_thread")]
async fn half_open_connections_shut_nobody_out() {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    let app = Process::start_with_files(256, port, &tiktok);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut held = Vec::new();
    for round in 0..3 {
        for (_, bytes) in HALF_DONE.iter().cycle().take(150) {
            held.push(send(address, bytes).await);
        }
        let browser = app.browser();
        assert_eq!(browser.log_in(&tiktok, "public").await.location(), "/profile", "round {round}");
        assert_eq!(browser.get("/profile").await.status, 200, "round {round}");
        assert!(app.open_files() < 256, "round {round}: {} files", app.open_files());
    }
    drop(held);
    let (code, printed, _) = app.stop();
    assert_eq!(code, Some(0), "{printed}");
    assert!(!printed.contains("ERROR"), "{printed}");
}
