//! Request ids: one for each request, on its log lines and its response.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    response::Response,
};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use super::proxy::Client;
use crate::server::{
    clock::Stopwatch,
    entropy::{Entropy, random},
    telemetry::throttle,
};

/// The header that carries the id in and out.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request; in its extensions after [`trace`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The id as text: 1 to 64 letters, digits and dashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Draws the ids of requests: a random beginning of this process, and a count. They are unique, and no secret, so none
/// needs a call of the system.
pub struct RequestIds {
    process: [u8; 16],
    count: AtomicU64,
}

impl RequestIds {
    /// Ids of a new beginning.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self { process: random(entropy), count: AtomicU64::new(0) }
    }

    /// The next id, in the form of a UUID.
    fn draw(&self) -> Uuid {
        let count = u128::from(self.count.fetch_add(1, Ordering::Relaxed));
        let id = u128::from_be_bytes(self.process) ^ count;
        uuid::Builder::from_random_bytes(id.to_be_bytes()).into_uuid()
    }
}

/// The span of a request, for work on another task.
#[derive(Clone, Debug)]
pub struct RequestSpan(pub Span);

/// Gives the request its id, handles it within its span, and logs one line at the end.
///
/// The client is known by then ([`identify`](super::proxy::identify)). The query is never logged: on the callback it
/// contains the code.
pub async fn trace<F: Future<Output = Response>>(
    ids: &RequestIds,
    mut request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let id = request_id(ids, &request);
    let span = span(&id, &request);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(RequestSpan(span.clone()));
    let mut response = timed(request, handle).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The id that a trusted proxy sent, if it is plain, else a new UUID.
fn request_id(ids: &RequestIds, request: &Request) -> RequestId {
    let proxied = request.extensions().get::<Client>().is_some_and(|client| client.proxied);
    let sent = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let trusted = sent.filter(|id| proxied && is_plain(id)).map(str::to_owned);
    RequestId(trusted.unwrap_or_else(|| ids.draw().to_string()))
}

fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Limit of a path: a client may invent any.
const MAX_PATH_CHARS: usize = 100;

/// The addresses with an id in them.
const AVATARS: &str = "/avatar/";

/// The span has the beginning of the path, without the id in it.
fn span(id: &RequestId, request: &Request) -> Span {
    let path = request.uri().path();
    let end = path.char_indices().nth(MAX_PATH_CHARS).map_or(path.len(), |(end, _)| end);
    let path = if path.starts_with(AVATARS) { "/avatar/{creator}" } else { path.get(..end).unwrap_or(path) };
    tracing::info_span!("request", request_id = %id.as_str(), method = method(request.method()), path)
}

/// The method's name; a client may invent any.
fn method(method: &Method) -> &str {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::CONNECT,
        Method::TRACE,
    ];
    if known.contains(method) { method.as_str() } else { "unknown" }
}

async fn timed<F: Future<Output = Response>>(
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    if tracing::enabled!(tracing::Level::DEBUG) {
        let (headers, others) = header_names(request.headers());
        tracing::debug!(?headers, others, "request");
    }
    let is_routine = is_routine(request.uri().path());
    let stopwatch = Stopwatch::start();
    let response = handle(request).await;
    let (status, ms) = (response.status(), stopwatch.elapsed_ms());
    match refusal(status) {
        Some(kind) => throttle::log(kind, || tracing::info!(status = status.as_u16(), ms, "response")),
        None if is_routine && !status.is_server_error() => {
            tracing::debug!(status = status.as_u16(), ms, "response");
        }
        None => tracing::info!(status = status.as_u16(), ms, "response"),
    }
    response
}

/// Whether a request is for a file or a health check: those come by the thousand and say nothing.
fn is_routine(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    matches!(path, "/health" | "/livez" | "/readyz") || file.contains('.')
}

/// The kind of a response that refuses a request; anybody can cause these.
const fn refusal(status: StatusCode) -> Option<&'static str> {
    Some(match status {
        StatusCode::BAD_REQUEST => "response 400",
        StatusCode::UNAUTHORIZED => "response 401",
        StatusCode::FORBIDDEN => "response 403",
        StatusCode::NOT_FOUND => "response 404",
        StatusCode::METHOD_NOT_ALLOWED => "response 405",
        StatusCode::PAYLOAD_TOO_LARGE => "response 413",
        StatusCode::TOO_MANY_REQUESTS => "response 429",
        StatusCode::SERVICE_UNAVAILABLE => "response 503",
        _ if status.as_u16() / 100 == 4 => "response 4xx",
        _ => return None,
    })
}

/// The headers that explain how a request was treated.
const KNOWN_HEADERS: [&str; 18] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "origin",
    "referer",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "tiktok-signature",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-request-id",
];

/// The names of known headers, and the number of others: names may be of any length, and values are cookies,
/// tokens and signatures.
fn header_names(headers: &HeaderMap) -> (Vec<&str>, usize) {
    let known = headers.keys().map(HeaderName::as_str).filter(|name| KNOWN_HEADERS.contains(name));
    let known: Vec<_> = known.collect();
    let others = headers.keys_len() - known.len();
    (known, others)
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex, PoisonError},
    };

    use axum::{body::Body, extract::ConnectInfo};
    use tracing::instrument::WithSubscriber as _;

    use super::*;
    use crate::server::{
        entropy::SystemEntropy,
        http::proxy::{ProxyConfig, identify},
        listener::{Activity, Peer},
    };

    async fn respond(mut request: Request) -> Response {
        let config = ProxyConfig { tls: true, proxies: "10.0.0.0/8".parse().unwrap() };
        identify(&config, &mut request);
        let handle = |_| async {
            tracing::info!("inside");
            Response::default()
        };
        trace(&RequestIds::new(&SystemEntropy), request, handle).await
    }

    fn request(peer: &str, id: &str) -> Request {
        let peer = ConnectInfo(Peer { address: peer.parse().unwrap(), activity: Activity::default() });
        let request = Request::builder().uri("/avatar/someone?code=canary-query").extension(peer);
        let request = request.header("cookie", "canary-cookie").header(HEADER, id);
        request.body(Body::empty()).unwrap()
    }

    async fn response_id(peer: &str, id: &str) -> String {
        let response = respond(request(peer, id)).await;
        response.headers()[HEADER].to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn only_trusted_proxys_plain_id_is_kept() {
        assert_eq!(response_id("10.0.0.1:1", "edge-42").await, "edge-42");
        for (peer, id) in [("192.0.2.1:1", "edge-42"), ("10.0.0.1:1", "a b"), ("10.0.0.1:1", &"a".repeat(65))]
        {
            let own = response_id(peer, id).await;
            assert!(own != id && own.len() == 36, "{own}");
        }
    }

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn log_lines_have_the_id_and_no_query_or_header() {
        crate::server::telemetry::listen_everywhere();
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        respond(request("10.0.0.1:1", "edge-42")).with_subscriber(subscriber).await;
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.lines().all(|line| line.contains("request_id=edge-42")), "{text}");
        assert!(text.contains("/avatar/{creator}") && text.contains("status=200"), "{text}");
        assert!(text.contains("cookie") && !text.contains("canary"), "{text}");
    }
}
