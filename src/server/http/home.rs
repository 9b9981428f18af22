//! Leads browsers to the host of the redirect URI: TikTok sends them back to that one, and a cookie of another host
//! would stay behind.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{oauth, proxy::Client, rate_limiter::RateLimiter};
use crate::server::{config::RedirectUri, cookie, limits::Rate};

/// A browser that has just been redirected sends this cookie, and is not redirected again. A proxy that changes `Host`
/// and is not in `TRUSTED_PROXIES` makes every request look as if it were for another host.
const MARKER: &str = "redirected-home";
const SET_MARKER: HeaderValue =
    HeaderValue::from_static("redirected-home=1; Max-Age=10; Path=/; HttpOnly; SameSite=Lax");

/// Redirects of clients without cookies: a few for each network, so that they cannot go on for ever either.
const WITHOUT_COOKIES: Rate = Rate::new(10, Duration::from_secs(10));
const IN_ALL: Rate = Rate::new(1000, Duration::from_millis(10));

/// Where the app is at home.
pub(super) struct Home {
    origin: String,
    host: String,
    /// The opener policy of a login in a popup.
    popup_policy: (HeaderName, HeaderValue),
    redirects: RateLimiter,
}

impl Home {
    /// The origin of `redirect_uri`, from the settings alone.
    pub(super) fn new(redirect_uri: &RedirectUri, popup_policy: (HeaderName, HeaderValue)) -> Self {
        let origin = redirect_uri.origin();
        let host = origin.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_ascii_lowercase));
        let redirects = RateLimiter::new(WITHOUT_COOKIES, IN_ALL);
        Self { host: host.unwrap_or_default(), origin, popup_policy, redirects }
    }

    /// Whether the request was sent to another host. Ports are not compared: cookies do not have them
    /// (RFC 6265, 8.5), and a proxy or a container may change them.
    pub(super) fn is_elsewhere(&self, client: &Client) -> bool {
        client.authority().is_some_and(|authority| authority.host() != self.host)
    }

    fn may_redirect(&self, client: Option<IpAddr>, headers: &HeaderMap) -> bool {
        cookie::value(headers, MARKER).is_none()
            && client.is_none_or(|client| self.redirects.check(client).is_ok())
    }

    /// The same path and query at home.
    fn redirect(&self, request: &Request) -> Option<Response> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let location = HeaderValue::try_from(format!("{}{path}", self.origin)).ok()?;
        let headers = [(header::LOCATION, location), (header::SET_COOKIE, SET_MARKER)];
        let mut response = (StatusCode::TEMPORARY_REDIRECT, headers).into_response();
        if oauth::wants_popup(request.uri()) {
            let (name, value) = self.popup_policy.clone();
            response.headers_mut().insert(name, value);
        }
        Some(response)
    }
}

/// Middleware: 307 to the same address at home for a page that was requested from another host.
pub(super) async fn lead_home(State(home): State<Arc<Home>>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let client = request.extensions().get::<Client>();
    let leads = client.is_some_and(|client| {
        reads && home.is_elsewhere(client) && home.may_redirect(client.address, request.headers())
    });
    if leads && let Some(redirect) = home.redirect(&request) {
        return redirect;
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::http::proxy::ClientScheme;

    const POLICY: (HeaderName, HeaderValue) =
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("unsafe-none"));

    fn is_elsewhere(redirect_uri: &str, host: &str) -> bool {
        let home = Home::new(&redirect_uri.parse().unwrap(), POLICY);
        let host = Some(host.to_owned());
        home.is_elsewhere(&Client { address: None, scheme: ClientScheme::Https, host, proxied: false })
    }

    #[test]
    fn hosts_are_compared_without_ports() {
        for host in ["studio.example", "studio.example:443", "studio.example:8443"] {
            assert!(!is_elsewhere("https://Studio.example/webhook", host), "{host}");
        }
        assert!(!is_elsewhere("https://[::1]:5000/webhook", "[::1]:5000"));
        for host in ["www.studio.example", "192.0.2.1:443", "studio.example.evil.example", "localhost"] {
            assert!(is_elsewhere("https://studio.example/webhook", host), "{host}");
        }
    }

    #[test]
    fn malformed_host_is_left_alone() {
        assert!(!is_elsewhere("https://studio.example/webhook", "a b/c"));
    }
}
