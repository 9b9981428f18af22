//! The security headers of every response: pages, files and errors alike.

use std::net::Ipv4Addr;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
};

use super::proxy::{Client, ClientScheme};
use crate::{
    domain::Site,
    server::config::{Config, RedirectUri, TlsConfig},
};

/// The name of the cross-origin opener policy, which decides whether a popup and its opener keep references to
/// each other (HTML, 7.1.3).
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// No window that another site opened, and none that opened ours, keeps a reference to our pages.
const OPENER_ISOLATED: HeaderValue = HeaderValue::from_static("same-origin");

/// A popup's opener keeps its reference.
const OPENER_KEPT: HeaderValue = HeaderValue::from_static("unsafe-none");

/// The content security policy of a response that set none of its own: it admits nothing.
const NOTHING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);
const ONE_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Browser features that no page here uses.
const NO_POWERS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), \
    xr-spatial-tracking=()";

/// The headers with the same value in every response.
const FIXED: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), NO_POWERS),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The security headers of the response to one request. A policy or caching rule that the handler set is kept.
pub struct Protection {
    https_only: bool,
    referrer: HeaderValue,
    opener: HeaderValue,
}

impl Protection {
    /// For a request whose client is known ([`identify`](super::proxy::identify)).
    #[must_use]
    pub fn of(certificate: Certificate, request: &Request) -> Self {
        let client = request.extensions().get::<Client>();
        Self {
            https_only: client.is_some_and(|client| is_https_only(certificate, client)),
            referrer: referrer_policy(request.uri().path()),
            opener: default_opener_policy(request),
        }
    }

    /// Sets the headers.
    pub fn apply(self, headers: &mut HeaderMap) {
        for (name, value) in FIXED {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(header::REFERRER_POLICY, self.referrer);
        if self.https_only {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
        }
        set_default(headers, OPENER_POLICY, self.opener);
        set_default(headers, header::CONTENT_SECURITY_POLICY, NOTHING);
        set_default(headers, header::CACHE_CONTROL, NO_STORE);
    }
}

/// The certificate of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// The app's own, which no browser trusts.
    SelfSigned,
    /// The operator's, or none: a proxy has it.
    Trusted,
}

impl Certificate {
    /// The certificate in the settings.
    #[must_use]
    pub const fn new(config: &Config) -> Self {
        if matches!(config.tls, TlsConfig::SelfSigned { .. }) { Self::SelfSigned } else { Self::Trusted }
    }
}

/// Whether browsers are told to use https alone for this host from now on (RFC 6797). Not on a loopback host, where it
/// would apply to a developer's other servers too, nor with a self-signed certificate, whose warning a browser would
/// then not let a person pass. It has no effect for IP addresses.
fn is_https_only(certificate: Certificate, client: &Client) -> bool {
    let trusted = certificate == Certificate::Trusted || client.proxied;
    let public = client.authority().is_some_and(|authority| {
        let name = authority.host().trim_end_matches('.');
        !name.starts_with('[')
            && name.parse::<Ipv4Addr>().is_err()
            && name != "localhost"
            && !name.ends_with(".localhost")
    });
    client.scheme == ClientScheme::Https && trusted && public
}

/// The content security policy of a rendered page: our own files, and the inline scripts that carry `nonce`, if there
/// are any.
///
/// `wasm-unsafe-eval` lets islands run and allows no script.
#[must_use]
pub fn page_policy(nonce: Option<&str>) -> String {
    let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The callback's address contains the code, and the redirect to TikTok need not say where it began.
/// Elsewhere our own forms need the referrer: without script the response redirects to it.
fn referrer_policy(path: &str) -> HeaderValue {
    match path {
        "/webhook" | "/oauth" => HeaderValue::from_static("no-referrer"),
        _ => HeaderValue::from_static("same-origin"),
    }
}

/// The opener policy of a response in a popup: the reference is kept only if a site may embed the login.
///
/// A browser drops the reference for good at the first response that isolates, redirects among them, so each
/// response from the opener's click to the end of the login needs this header.
pub(super) fn popup_opener_policy(site: &Site) -> (HeaderName, HeaderValue) {
    (OPENER_POLICY, if site.embed_origins.is_empty() { OPENER_ISOLATED } else { OPENER_KEPT })
}

/// A callback that TikTok posts is only redirected, and comes without the cookie that marks a popup: the
/// response to the redirect decides.
fn default_opener_policy(request: &Request) -> HeaderValue {
    let is_posted_callback = request.method() == Method::POST && request.uri().path() == RedirectUri::PATH;
    if is_posted_callback { OPENER_KEPT } else { OPENER_ISOLATED }
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, routing::get};
    use tower::ServiceExt as _;

    use super::*;
    use crate::server::http::proxy::{ProxyConfig, identify};

    async fn headers(tls: bool, path: &str) -> HeaderMap {
        let own = [
            (header::CONTENT_SECURITY_POLICY, page_policy(Some("n0"))),
            (header::CACHE_CONTROL, "private".into()),
        ];
        let proxy_config = ProxyConfig { tls, ..ProxyConfig::default() };
        let app = Router::new()
            .route("/page", get(|| async { own }))
            .route("/webhook", get(|| async {}))
            .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }));
        let request = Request::builder().uri(path).header("host", "studio.example");
        let mut request = request.body(Body::empty()).unwrap();
        identify(&proxy_config, &mut request);
        let protection = Protection::of(Certificate::Trusted, &request);
        let mut response = app.oneshot(request).await.unwrap();
        protection.apply(response.headers_mut());
        response.headers().clone()
    }

    #[tokio::test]
    async fn every_response_is_protected_errors_too() {
        for path in ["/webhook", "/broken", "/nowhere"] {
            let headers = headers(true, path).await;
            for (name, value) in FIXED {
                assert_eq!(headers[&name], value, "{path}");
            }
            assert_eq!(headers[OPENER_POLICY], OPENER_ISOLATED, "{path}");
            assert_eq!(headers[header::CONTENT_SECURITY_POLICY], NOTHING, "{path}");
            assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{path}");
            assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000", "{path}");
        }
    }

    #[tokio::test]
    async fn page_keeps_its_own_policy_and_caching() {
        let headers = headers(true, "/page").await;
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], page_policy(Some("n0")));
        assert_eq!(headers[header::CACHE_CONTROL], "private");
    }

    #[tokio::test]
    async fn plain_http_sends_no_hsts() {
        assert!(!headers(false, "/page").await.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn hsts_needs_a_public_host_and_a_trusted_certificate() {
        use Certificate::{SelfSigned, Trusted};
        let rows = [
            ("studio.example", Trusted, false, true),
            ("studio.example:8443", SelfSigned, true, true),
            ("studio.example", SelfSigned, false, false),
            ("localhost:5000", Trusted, true, false),
            ("app.localhost", Trusted, false, false),
            ("localhost.", Trusted, false, false),
            ("127.0.0.1:5000", Trusted, false, false),
            ("[::1]:5000", Trusted, false, false),
            ("203.0.113.7", Trusted, false, false),
        ];
        for (host, certificate, proxied, sent) in rows {
            let scheme = ClientScheme::Https;
            let client = Client { address: None, scheme, host: Some(host.to_owned()), proxied };
            assert_eq!(is_https_only(certificate, &client), sent, "{host} {certificate:?} {proxied}");
        }
    }

    #[tokio::test]
    async fn callback_sends_no_referrer() {
        assert_eq!(headers(true, "/webhook").await[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(headers(true, "/page").await[header::REFERRER_POLICY], "same-origin");
    }

    #[test]
    fn page_policy_refuses_inline_and_foreign_content() {
        let policy = page_policy(Some("n0"));
        assert!(policy.contains("script-src 'self' 'nonce-n0' 'wasm-unsafe-eval';"));
        for loose in ["unsafe-inline", "'unsafe-eval'", "*", "http:", "https:", "ws:", "data:"] {
            assert!(!policy.contains(loose), "{loose} in {policy}");
        }
    }
}
