//! The client of a request: `X-Forwarded-*` headers count only from proxies that the operator trusts.

use std::net::IpAddr;

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, header, uri::Authority},
};

use crate::server::{
    config::{Config, TlsConfig, TrustedProxies},
    listener::Peer,
};

/// How connections reach this process.
#[derive(Clone, Debug, Default)]
pub struct ProxyConfig {
    /// Whether this process terminates TLS.
    pub tls: bool,
    /// The proxies whose `X-Forwarded-*` headers count.
    pub proxies: TrustedProxies,
}

impl ProxyConfig {
    /// The configuration in the settings.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { tls: config.tls != TlsConfig::Off, proxies: config.trusted_proxies.clone() }
    }
}

/// The scheme between the browser and this process, or the proxy in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientScheme {
    /// Without TLS.
    Http,
    /// With TLS.
    Https,
}

impl ClientScheme {
    /// The scheme as in a URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// The client of a request; in its extensions after [`identify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The browser's address; `None` when the connection has none, as in tests.
    pub address: Option<IpAddr>,
    /// The scheme that the browser uses.
    pub scheme: ClientScheme,
    /// The host and port that the browser requested, lower-case.
    pub host: Option<String>,
    /// Whether a trusted proxy forwarded the request.
    pub proxied: bool,
}

impl Client {
    /// The host and port; `None` for a malformed host too.
    pub(super) fn authority(&self) -> Option<Authority> {
        self.host.as_ref()?.parse().ok()
    }
}

/// Puts the [`Client`] into the request's extensions.
pub fn identify(config: &ProxyConfig, request: &mut Request) {
    let client = client(config, request);
    request.extensions_mut().insert(client);
}

fn client(config: &ProxyConfig, request: &Request) -> Client {
    let peer = peer_address(request);
    let proxied = peer.is_some_and(|peer| config.proxies.trusts(peer));
    let trusted_header = |name| if proxied { last(request.headers(), name) } else { None };
    let own_scheme = if config.tls { ClientScheme::Https } else { ClientScheme::Http };
    let scheme = match trusted_header("x-forwarded-proto") {
        Some("https") => ClientScheme::Https,
        Some("http") => ClientScheme::Http,
        _ => own_scheme,
    };
    let host =
        trusted_header("x-forwarded-host").or_else(|| requested_host(request)).map(str::to_ascii_lowercase);
    let forwarded = || forwarded_for(&config.proxies, request.headers());
    let address = if proxied { forwarded().or(peer) } else { peer };
    Client { address, scheme, host, proxied }
}

fn peer_address(request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    peer.map(|ConnectInfo(peer)| peer.address.ip().to_canonical())
}

/// The host of the request: in the URI with HTTP/2, in a header with HTTP/1.1.
fn requested_host(request: &Request) -> Option<&str> {
    let authority = request.uri().authority().map(Authority::as_str);
    authority.or_else(|| request.headers().get(header::HOST)?.to_str().ok())
}

/// The last value of a list header: the one that the nearest proxy added, which no client can forge.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim).filter(|value| !value.is_empty())
}

/// The rightmost address that is not a trusted proxy; each proxy appends the address that it sees.
fn forwarded_for(proxies: &TrustedProxies, headers: &HeaderMap) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter().rev().filter_map(|line| line.to_str().ok());
    let mut hops = lines.flat_map(|line| line.rsplit(',')).map(|hop| hop.trim().parse::<IpAddr>());
    // Nothing to the left of a value that is not an address can be trusted either.
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
    use crate::server::listener::Activity;

    fn client_of(tls: bool, peer: &str, headers: &[(&str, &str)]) -> Client {
        let config = ProxyConfig { tls, proxies: "10.0.0.0/8".parse().unwrap() };
        let address = format!("{peer}:4711").parse().unwrap();
        let peer = ConnectInfo(Peer { address, activity: Activity::default() });
        let mut request = Request::builder().uri("/").header("host", "Studio.example").extension(peer);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        client(&config, &request.body(Body::empty()).unwrap())
    }

    #[test]
    fn untrusted_peers_headers_are_ignored() {
        let forged = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil.example"),
        ];
        let client = client_of(false, "192.0.2.9", &forged);
        assert_eq!(client.address, Some("192.0.2.9".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Http);
        assert_eq!(client.host.as_deref(), Some("studio.example"));
        assert!(!client.proxied);
    }

    #[test]
    fn trusted_proxys_headers_count() {
        let forwarded = [("x-forwarded-for", "198.51.100.7, 10.0.0.2"), ("x-forwarded-proto", "https")];
        let client = client_of(false, "10.0.0.1", &forwarded);
        assert_eq!(client.address, Some("198.51.100.7".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Https);
        assert!(client.proxied);
    }

    #[test]
    fn values_left_of_the_proxys_are_ignored() {
        let forwarded =
            [("x-forwarded-for", "127.0.0.1, 198.51.100.7"), ("x-forwarded-proto", "https, http")];
        let client = client_of(false, "10.0.0.1", &forwarded);
        assert_eq!(client.address, Some("198.51.100.7".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Http);
    }

    #[test]
    fn malformed_headers_leave_the_proxy_as_client() {
        let client = client_of(
            true,
            "10.0.0.1",
            &[("x-forwarded-for", "1.2.3.4, unknown"), ("x-forwarded-proto", "ws")],
        );
        assert_eq!(client.address, Some("10.0.0.1".parse().unwrap()));
        assert_eq!(client.scheme, ClientScheme::Https);
    }
}
