//! Who asks, and how they reached us: proxies are believed only where the operator trusts them.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header, uri::Authority},
    middleware::Next,
    response::Response,
};

use crate::server::config::{Config, TlsConfig, TrustedProxies};

/// How connections reach this process.
#[derive(Clone, Debug, Default)]
pub struct ProxyConfig {
    /// Whether we end TLS ourselves.
    pub tls: bool,
    /// Whose `X-Forwarded-*` headers are believed.
    pub proxies: TrustedProxies,
}

impl ProxyConfig {
    /// The front that the settings describe.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { tls: config.tls != TlsConfig::Off, proxies: config.trusted_proxies.clone() }
    }
}

/// How the browser speaks to us, or to the proxy in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientScheme {
    /// In clear.
    Http,
    /// Protected by TLS.
    Https,
}

impl ClientScheme {
    /// The scheme as addresses begin with it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// The other end of a request; in the request's extensions after [`identify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The browser's address; `None` when the connection has none, as in tests.
    pub address: Option<IpAddr>,
    /// How the browser speaks.
    pub scheme: ClientScheme,
    /// The host and port that the browser asked for, lower-case.
    pub host: Option<String>,
    /// Whether a trusted proxy handed the request on.
    pub proxied: bool,
}

/// Middleware: puts the [`Client`] into the request's extensions.
pub async fn identify(
    State(proxy_config): State<Arc<ProxyConfig>>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = client(&proxy_config, &request);
    request.extensions_mut().insert(client);
    next.run(request).await
}

fn client(proxy_config: &ProxyConfig, request: &Request) -> Client {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let proxied = peer.is_some_and(|peer| proxy_config.proxies.trusts(peer));
    let believed = |name| if proxied { last(request.headers(), name) } else { None };
    let own_scheme = if proxy_config.tls { ClientScheme::Https } else { ClientScheme::Http };
    let scheme = match believed("x-forwarded-proto") {
        Some("https") => ClientScheme::Https,
        Some("http") => ClientScheme::Http,
        _ => own_scheme,
    };
    let host = believed("x-forwarded-host").or_else(|| asked_host(request)).map(str::to_ascii_lowercase);
    let forwarded = || forwarded_for(&proxy_config.proxies, request.headers());
    let address = if proxied { forwarded().or(peer) } else { peer };
    Client { address, scheme, host, proxied }
}

/// HTTP/2 has the host in the address of the request, HTTP/1.1 in a header.
fn asked_host(request: &Request) -> Option<&str> {
    let authority = request.uri().authority().map(Authority::as_str);
    authority.or_else(|| request.headers().get(header::HOST)?.to_str().ok())
}

/// The last value of a list header: the nearest proxy's own word, which no visitor can write.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim).filter(|value| !value.is_empty())
}

/// The rightmost address that is no proxy of ours; a proxy adds the address it sees at the end.
fn forwarded_for(proxies: &TrustedProxies, headers: &HeaderMap) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter().rev().filter_map(|line| line.to_str().ok());
    let mut hops = lines.flat_map(|line| line.rsplit(',')).map(|hop| hop.trim().parse::<IpAddr>());
    // Whatever is left of a value that is no address cannot be believed either.
    hops.find_map(|hop| match hop {
        Ok(address) if proxies.trusts(address) => None,
        Ok(address) => Some(Some(address.to_canonical())),
        Err(_) => Some(None),
    })
    .flatten()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn seen(tls: bool, peer: &str, headers: &[(&str, &str)]) -> Client {
        let proxy_config = ProxyConfig { tls, proxies: "10.0.0.0/8".parse().unwrap() };
        let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
        let mut request =
            Request::builder().uri("/").header("host", "Studio.example").extension(ConnectInfo(peer));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        client(&proxy_config, &request.body(Body::empty()).unwrap())
    }

    #[test]
    fn a_strangers_headers_are_not_believed() {
        let forged = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil.example"),
        ];
        let client = seen(false, "192.0.2.9", &forged);
        assert_eq!(client.address, Some("192.0.2.9".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Http);
        assert_eq!(client.host.as_deref(), Some("studio.example"));
        assert!(!client.proxied);
    }

    #[test]
    fn a_trusted_proxys_headers_are() {
        let told = [("x-forwarded-for", "198.51.100.7, 10.0.0.2"), ("x-forwarded-proto", "https")];
        let client = seen(false, "10.0.0.1", &told);
        assert_eq!(client.address, Some("198.51.100.7".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Https);
        assert!(client.proxied);
    }

    #[test]
    fn what_a_visitor_put_before_the_proxys_word_does_not_count() {
        let told = [("x-forwarded-for", "127.0.0.1, 198.51.100.7"), ("x-forwarded-proto", "https, http")];
        let client = seen(false, "10.0.0.1", &told);
        assert_eq!(client.address, Some("198.51.100.7".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Http);
    }

    #[test]
    fn nonsense_leaves_the_proxy_as_the_client() {
        let client =
            seen(true, "10.0.0.1", &[("x-forwarded-for", "1.2.3.4, unknown"), ("x-forwarded-proto", "ws")]);
        assert_eq!(client.address, Some("10.0.0.1".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Https);
    }
}
