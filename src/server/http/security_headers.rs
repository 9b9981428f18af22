//! The headers that protect a browser, on every answer: pages, files and errors alike.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};

use super::{
    opener,
    proxy::{Client, ClientScheme},
};
use crate::server::config::RedirectUri;

/// What a page may do that set no policy of its own: nothing.
const NOTHING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);
const ONE_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Powers of a browser that no page here asks for.
const NO_POWERS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), \
    xr-spatial-tracking=()";

/// The same for every answer.
const FIXED: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), NO_POWERS),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Middleware: sets the headers. A policy or caching rule that the handler set is left as it is, and so
/// is the tie of a popup to its opener.
///
/// It goes inside [`identify`](super::proxy::identify), which says whether the browser uses TLS.
pub async fn protect(request: Request, next: Next) -> Response {
    let https =
        request.extensions().get::<Client>().is_some_and(|client| client.scheme == ClientScheme::Https);
    let referrer = referrer_policy(request.uri().path());
    let tie = opener_policy(&request);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::REFERRER_POLICY, referrer);
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
    }
    set_default(headers, opener::HEADER, tie);
    set_default(headers, header::CONTENT_SECURITY_POLICY, NOTHING);
    set_default(headers, header::CACHE_CONTROL, NO_STORE);
    response
}

/// The policy of a rendered page: our own files, and the inline scripts that carry `nonce`.
///
/// `wasm-unsafe-eval` lets islands run and allows no script.
#[must_use]
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The callback's address holds the code, and the way to TikTok tells nobody where it began.
/// Elsewhere our own forms need the referrer: without script their answer goes back to it.
fn referrer_policy(path: &str) -> HeaderValue {
    match path {
        "/webhook" | "/oauth" => HeaderValue::from_static("no-referrer"),
        _ => HeaderValue::from_static("same-origin"),
    }
}

/// A callback that TikTok posts is only sent on, and comes without a cookie that would tell whether it
/// is a popup's. The answer to where it is sent decides.
fn opener_policy(request: &Request) -> HeaderValue {
    let sent_on = request.method() == Method::POST && request.uri().path() == RedirectUri::PATH;
    if sent_on { opener::KEPT } else { opener::CUT }
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
    use tower::ServiceExt as _;

    use super::*;
    use crate::server::http::proxy::{ProxyConfig, identify};

    async fn headers(tls: bool, path: &str) -> HeaderMap {
        let own =
            [(header::CONTENT_SECURITY_POLICY, page_policy("n0")), (header::CACHE_CONTROL, "private".into())];
        let proxy_config = Arc::new(ProxyConfig { tls, ..ProxyConfig::default() });
        let app = Router::new()
            .route("/page", get(|| async { own }))
            .route("/webhook", get(|| async {}))
            .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .layer(middleware::from_fn(protect))
            .layer(middleware::from_fn_with_state(proxy_config, identify));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        app.oneshot(request).await.unwrap().headers().clone()
    }

    #[tokio::test]
    async fn every_answer_is_protected_also_errors() {
        for path in ["/webhook", "/broken", "/nowhere"] {
            let headers = headers(true, path).await;
            for (name, value) in FIXED {
                assert_eq!(headers[&name], value, "{path}");
            }
            assert_eq!(headers[opener::HEADER], opener::CUT, "{path}");
            assert_eq!(headers[header::CONTENT_SECURITY_POLICY], NOTHING, "{path}");
            assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{path}");
            assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000", "{path}");
        }
    }

    #[tokio::test]
    async fn a_page_keeps_its_own_policy_and_caching() {
        let headers = headers(true, "/page").await;
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], page_policy("n0"));
        assert_eq!(headers[header::CACHE_CONTROL], "private");
    }

    #[tokio::test]
    async fn plain_http_promises_no_https() {
        assert!(!headers(false, "/page").await.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[tokio::test]
    async fn the_callback_sends_no_referrer() {
        assert_eq!(headers(true, "/webhook").await[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(headers(true, "/page").await[header::REFERRER_POLICY], "same-origin");
    }

    #[test]
    fn a_page_policy_allows_nothing_inline_and_nothing_elsewhere() {
        let policy = page_policy("n0");
        assert!(policy.contains("script-src 'self' 'nonce-n0' 'wasm-unsafe-eval';"));
        for loose in ["unsafe-inline", "'unsafe-eval'", "*", "http:", "https:", "ws:", "data:"] {
            assert!(!policy.contains(loose), "{loose} in {policy}");
        }
    }
}
