//! Request ids: one for each request, on its log lines and its response.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, Span};

use super::proxy::Client;
use crate::server::{
    clock::Stopwatch,
    entropy::{self, Entropy},
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

/// The span of a request, for work on another task.
#[derive(Clone, Debug)]
pub struct RequestSpan(pub Span);

/// Middleware: gives the request its id, opens its span and logs one line at the end.
///
/// It goes inside [`identify`](super::proxy::identify) and around everything else. The query is
/// never logged: on the callback it contains the code.
pub async fn trace(State(entropy): State<Arc<dyn Entropy>>, mut request: Request, next: Next) -> Response {
    let id = request_id(entropy.as_ref(), &request);
    let span = span(&id, &request);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(RequestSpan(span.clone()));
    let mut response = timed(request, next).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The id that a trusted proxy sent, if it is plain, else a new UUID.
fn request_id(entropy: &dyn Entropy, request: &Request) -> RequestId {
    let proxied = request.extensions().get::<Client>().is_some_and(|client| client.proxied);
    let sent = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let trusted = sent.filter(|id| proxied && is_plain(id)).map(str::to_owned);
    RequestId(trusted.unwrap_or_else(|| entropy::uuid(entropy).to_string()))
}

fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Limit of a path that is no route's.
const MAX_PATH_CHARS: usize = 100;

/// The span has the route where that is specific enough (`/avatar/{creator}`, not `/pkg/{*file}`), else the
/// beginning of the path.
fn span(id: &RequestId, request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let specific = route.filter(|route| !route.contains("{*"));
    let path = request.uri().path();
    let path: String = specific.map_or_else(|| path.chars().take(MAX_PATH_CHARS).collect(), str::to_owned);
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

async fn timed(request: Request, next: Next) -> Response {
    if tracing::enabled!(tracing::Level::DEBUG) {
        let (headers, others) = header_names(request.headers());
        tracing::debug!(?headers, others, "request");
    }
    let stopwatch = Stopwatch::start();
    let response = next.run(request).await;
    let status = response.status();
    let log = || tracing::info!(status = status.as_u16(), ms = stopwatch.elapsed_ms(), "response");
    match refusal(status) {
        Some(kind) => throttle::log(kind, log),
        None => log(),
    }
    response
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
        sync::{Mutex, PoisonError},
    };

    use axum::{Router, body::Body, extract::ConnectInfo, middleware, routing::get};
    use tower::ServiceExt as _;
    use tracing::instrument::WithSubscriber as _;

    use super::*;
    use crate::server::{
        entropy::SystemEntropy,
        http::proxy::{ProxyConfig, identify},
        listener::{Activity, Peer},
    };

    fn app() -> Router {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let config = Arc::new(ProxyConfig { tls: true, proxies: "10.0.0.0/8".parse().unwrap() });
        Router::new()
            .route("/avatar/{creator}", get(|| async { tracing::info!("inside") }))
            .layer(middleware::from_fn_with_state(entropy, trace))
            .layer(middleware::from_fn_with_state(config, identify))
    }

    fn request(peer: &str, id: &str) -> Request {
        let peer = ConnectInfo(Peer { address: peer.parse().unwrap(), activity: Activity::default() });
        let request = Request::builder().uri("/avatar/someone?code=canary-query").extension(peer);
        let request = request.header("cookie", "canary-cookie").header(HEADER, id);
        request.body(Body::empty()).unwrap()
    }

    async fn response_id(peer: &str, id: &str) -> String {
        let response = app().oneshot(request(peer, id)).await.unwrap();
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
        app().oneshot(request("10.0.0.1:1", "edge-42")).with_subscriber(subscriber).await.unwrap();
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.lines().all(|line| line.contains("request_id=edge-42")), "{text}");
        assert!(text.contains("/avatar/{creator}") && text.contains("status=200"), "{text}");
        assert!(text.contains("cookie") && !text.contains("canary"), "{text}");
    }
}
