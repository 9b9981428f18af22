//! Same-origin check: requests that change something must come from our own pages.

use std::sync::{Arc, Once};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    failure,
    proxy::{Client, ClientScheme},
};
use crate::server::{config::RedirectUri, telemetry::throttle};

/// Where the forms of our pages are sent: the server functions.
const FORMS: &str = "/api/";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The app's public origin: that of the redirect URI.
#[derive(Clone, Debug)]
pub struct HomeOrigin(Arc<str>);

impl HomeOrigin {
    /// The origin of `redirect_uri`.
    #[must_use]
    pub fn new(redirect_uri: &RedirectUri) -> Self {
        Self(redirect_uri.origin().into())
    }
}

/// Middleware: refuses cross-origin requests that change something: with 403 those that are sent to a form of ours or
/// by a browser, with 405 others. A request without a route passes to the page that says so.
///
/// `POST /webhook` passes: TikTok posts events there (signed) and the callback (guarded by its state).
pub async fn require_same_origin(State(home): State<HomeOrigin>, request: Request, next: Next) -> Response {
    warn_of_scheme(&home, &request);
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    if route.is_none() || is_safe(&request) || is_same_origin(&home, &request) {
        return next.run(request).await;
    }
    let is_form = route.is_some_and(|route| route.starts_with(FORMS));
    if !is_form && !is_from_browser(request.headers()) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let site = site(request.headers());
    throttle::log("cross-origin", || tracing::warn!(site, "cross-origin request refused"));
    failure::cross_origin()
}

/// Browsers send one of these with every request that changes something.
fn is_from_browser(headers: &HeaderMap) -> bool {
    headers.contains_key(SEC_FETCH_SITE) || headers.contains_key(header::ORIGIN)
}

/// Warns once of a trusted proxy that says http although browsers come by https: with that, secure cookies and
/// redirects to the app's own pages fail.
fn warn_of_scheme(home: &HomeOrigin, request: &Request) {
    static ONCE: Once = Once::new();
    let client = request.extensions().get::<Client>();
    let says_http = client.is_some_and(|client| client.proxied && client.scheme == ClientScheme::Http);
    if says_http && home.0.starts_with("https:") {
        ONCE.call_once(|| {
            tracing::warn!(
                "a trusted proxy forwards requests as http, but TIKTOK_REDIRECT_URI is https: let it send \
                 X-Forwarded-Proto: https for what it receives by https, and redirect http to https"
            );
        });
    }
}

/// The value of `Sec-Fetch-Site` for the log: a client may send anything in it.
fn site(headers: &HeaderMap) -> &'static str {
    let sites = ["cross-site", "same-site", "same-origin", "none"];
    let sent = text(headers, &SEC_FETCH_SITE);
    sent.map_or("absent", |sent| sites.into_iter().find(|site| *site == sent).unwrap_or("unknown"))
}

fn is_safe(request: &Request) -> bool {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    reads || (request.method() == Method::POST && request.uri().path() == RedirectUri::PATH)
}

/// Browsers since 2023 send `Sec-Fetch-Site`, which no page can forge (W3C Fetch Metadata); older ones send
/// `Origin` with every POST. A client that sends neither is not a browser with a cookie.
fn is_same_origin(home: &HomeOrigin, request: &Request) -> bool {
    match text(request.headers(), &SEC_FETCH_SITE) {
        Some(site) => site == "same-origin" || site == "none",
        None => text(request.headers(), &header::ORIGIN)
            .is_some_and(|origin| *origin == *home.0 || Some(origin) == request_origin(request).as_deref()),
    }
}

/// The origin that this request was sent to.
fn request_origin(request: &Request) -> Option<String> {
    let client = request.extensions().get::<Client>()?;
    Some(format!("{}://{}", client.scheme.as_str(), client.host.as_ref()?))
}

/// A header's text; a value that is not text becomes an empty one, which matches nothing.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::any};
    use tower::ServiceExt as _;

    use super::*;
    use crate::server::{
        http::proxy::{ProxyConfig, identify},
        telemetry,
    };

    async fn status(method: &str, path: &str, headers: &[(&str, &str)]) -> StatusCode {
        let home = HomeOrigin::new(&"https://studio.example/webhook".parse().unwrap());
        let proxy_config = ProxyConfig { tls: true, ..ProxyConfig::default() };
        let app = Router::new()
            .route("/api/log_out", any(|| async {}))
            .route("/profile", any(|| async {}))
            .route("/webhook", any(|| async {}))
            .layer(middleware::from_fn_with_state(home, require_same_origin));
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost:5000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        identify(&proxy_config, &mut request);
        app.oneshot(request).await.unwrap().status()
    }

    /// The log lines of these requests from a trusted proxy.
    fn logged(schemes: &[&str]) -> String {
        telemetry::listen_everywhere();
        let written = tempfile::NamedTempFile::new().unwrap();
        let subscriber = tracing_subscriber::fmt().with_writer(Arc::new(written.reopen().unwrap())).finish();
        let home = HomeOrigin::new(&"https://studio.example/webhook".parse().unwrap());
        let client = |scheme| Client { address: None, scheme, host: None, proxied: true };
        let check = || {
            for scheme in schemes {
                let scheme = if *scheme == "http" { ClientScheme::Http } else { ClientScheme::Https };
                let request = Request::builder().extension(client(scheme)).body(Body::empty()).unwrap();
                warn_of_scheme(&home, &request);
            }
        };
        tracing::subscriber::with_default(subscriber, check);
        std::fs::read_to_string(written.path()).unwrap()
    }

    #[test]
    fn proxy_that_says_http_is_warned_of_once() {
        assert_eq!(logged(&["https", "https"]), "");
        let text = logged(&["http", "https", "http"]);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("X-Forwarded-Proto: https"), "{text}");
    }

    #[test]
    fn logged_site_is_a_known_name() {
        let site =
            |value: &'static str| site(&HeaderMap::from_iter([(SEC_FETCH_SITE, value.parse().unwrap())]));
        assert_eq!(["cross-site", "none", "cross-site\u{202e}"].map(site), ["cross-site", "none", "unknown"]);
        assert_eq!(super::site(&HeaderMap::new()), "absent");
    }

    #[tokio::test]
    async fn same_origin_post_passes() {
        for headers in [
            [("sec-fetch-site", "same-origin")],
            [("sec-fetch-site", "none")],
            [("origin", "https://studio.example")],
            [("origin", "https://localhost:5000")],
        ] {
            assert_eq!(status("POST", "/api/log_out", &headers).await, StatusCode::OK, "{headers:?}");
        }
    }

    #[tokio::test]
    async fn cross_origin_change_is_refused() {
        let forged = [("sec-fetch-site", "cross-site"), ("origin", "https://studio.example")];
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "")],
            &forged,
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://localhost:5000")],
            &[("origin", "https://studio.example.evil.example")],
            &[],
        ] {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                assert_eq!(
                    status(method, "/api/log_out", headers).await,
                    StatusCode::FORBIDDEN,
                    "{headers:?}"
                );
            }
        }
    }

    #[tokio::test]
    async fn cross_origin_read_and_webhook_post_pass() {
        let foreign = [("sec-fetch-site", "cross-site")];
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert_eq!(status(method, "/profile", &foreign).await, StatusCode::OK, "{method}");
        }
        assert_eq!(status("POST", "/webhook", &foreign).await, StatusCode::OK);
        assert_eq!(status("PUT", "/webhook", &foreign).await, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn program_that_misses_the_address_is_told_so() {
        assert_eq!(status("POST", "/nothing-here", &[]).await, StatusCode::NOT_FOUND);
        assert_eq!(status("POST", "/profile", &[]).await, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(status("PUT", "/webhook", &[]).await, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(status("POST", "/profile", &[("origin", "null")]).await, StatusCode::FORBIDDEN);
    }
}
