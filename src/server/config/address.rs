//! Validation of URLs and IP addresses of other servers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::Problem;

/// Parses an absolute URL without user, query or fragment; `http` only on this machine.
pub(super) fn server(value: &str) -> Result<Url, Problem> {
    let url = without_extras(value)?;
    if is_protected(&url) {
        return Ok(url);
    }
    Err(Problem::new("is neither https nor http on this machine", REMEDY))
}

/// As [`server`]; with `allows_http` also `http` within one's own network: to a private address, or to a name
/// without a dot, which only the network itself (Docker's, a search domain) resolves.
pub(super) fn supabase(value: &str, allows_http: bool) -> Result<Url, Problem> {
    let url = without_extras(value)?;
    let is_own = url.scheme() == "http" && is_in_own_network(&url);
    if is_protected(&url) || is_own && allows_http {
        return Ok(url);
    }
    let problem =
        if is_own { "is http on another machine" } else { "is neither https nor http on this machine" };
    let remedy = "Use https. For a Supabase in your own network, at a private address or a name without a dot (as \
                  http://kong:8000), set SUPABASE_ALLOW_HTTP=true: its key then crosses that network in the clear.";
    Err(Problem::new(problem, remedy))
}

const REMEDY: &str = "Write it like https://host.example/path; http is for this machine only.";

/// Parses an absolute URL without user, query or fragment, of any scheme.
fn without_extras(value: &str) -> Result<Url, Problem> {
    let refuse = |problem: &str| Err(Problem::new(problem, REMEDY));
    let Ok(url) = Url::parse(value) else {
        return refuse("is not an absolute address");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("has a user name or a password in it");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has a query or a fragment");
    }
    Ok(url)
}

/// Parses the address of a page: the built-in path `own`, or an absolute `https` URL.
pub(super) fn page(value: &str, own: &str) -> Result<String, Problem> {
    if value == own {
        return Ok(value.to_owned());
    }
    let remedy = format!("Write it like https://host.example/page, or leave it out for the built-in {own}.");
    https_url(value).ok_or_else(|| Problem::new("is not an absolute https address", remedy))
}

/// An absolute `https` URL; `None` for anything else.
pub(super) fn https_url(value: &str) -> Option<String> {
    let is_page = Url::parse(value).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    is_page.then(|| value.to_owned())
}

/// Parses an origin as a browser writes it: an absolute URL without a path.
pub(super) fn origin(value: &str) -> Result<String, Problem> {
    let url = server(value)?;
    let remedy = "Write scheme and host alone, like https://host.example.";
    if url.host_str().is_some_and(|host| host.contains('*')) {
        return Err(Problem::new("has a wildcard, which matches no origin", remedy));
    }
    if url.path() != "/" {
        return Err(Problem::new("has an address with a path in it", remedy));
    }
    Ok(url.origin().ascii_serialization())
}

/// Whether the URL is `https`, or `http` on this machine: no third party can read the traffic.
pub(super) fn is_protected(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether the host is a private address or a name without a dot.
fn is_in_own_network(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => !name.contains('.'),
        Some(Host::Ipv4(address)) => !is_public(address.into()),
        Some(Host::Ipv6(address)) => !is_public(address.into()),
        None => false,
    }
}

/// Whether the host is this machine: `localhost`, a name under it, `127.0.0.0/8` or `::1`.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether an address is public: not loopback, private or link-local (cloud metadata), and in no range that
/// maps to one of those (IANA's special-purpose registries).
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let special = match ip.octets() {
        // This network, carriers' networks, protocol assignments, 6to4 relays, benchmarks, reserved.
        [0 | 240..=255, ..]
        | [100, 64..=127, ..]
        | [192, 0, 0, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..] => true,
        _ => false,
    };
    let named = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast();
    !(special || named || ip.is_documentation())
}

/// Only `2000::/3` of IPv6 is allocated, and parts of it map to other addresses: Teredo and the like
/// (`2001::/23`), documentation, 6to4, which carries an IPv4 address.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(ip) = ip.to_ipv4_mapped() {
        return is_public_v4(ip);
    }
    match ip.segments() {
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x2002 | 0x3fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_address_requires_https_or_loopback() {
        for good in
            ["https://open.tiktokapis.com", "http://127.0.0.1:5001/v2/", "http://[::1]:9", "http://localhost"]
        {
            assert!(server(good).is_ok(), "{good}");
        }
        for bad in [
            "open.tiktokapis.com",
            "/v2",
            "http://open.tiktokapis.com",
            "ftp://localhost",
            "https://me:pw@host.example",
            "https://host.example/?a=1",
            "https://host.example/#a",
            "http://localhost.example.org",
        ] {
            assert!(server(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn supabase_http_requires_permission_and_own_network() {
        for own in ["http://kong:8000", "http://10.0.0.7:8000", "http://192.168.1.2", "http://[fd00::1]:8000"]
        {
            assert!(supabase(own, true).is_ok(), "{own}");
            let problem = supabase(own, false).unwrap_err();
            assert!(problem.remedy.contains("SUPABASE_ALLOW_HTTP=true"), "{own}: {problem:?}");
        }
        for public in ["http://db.studio.example", "http://postgrest.local", "http://8.8.8.8", "ftp://kong"] {
            assert!(supabase(public, true).is_err(), "{public}");
        }
        for always in ["https://db.studio.example", "http://localhost:8000", "http://127.0.0.1:54321"] {
            assert!(supabase(always, false).is_ok(), "{always}");
        }
        for extras in ["http://me@kong:8000", "http://kong:8000/?a=1"] {
            assert!(supabase(extras, true).is_err(), "{extras}");
        }
    }

    #[test]
    fn special_purpose_addresses_are_not_public() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in
            ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2001:4860::8888", "::ffff:8.8.8.8"]
        {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn origin_with_path_or_wildcard_is_refused() {
        assert_eq!(origin("https://Épée.example").unwrap(), "https://xn--pe-9iab.example");
        for bad in ["*", "null", "https://host.example/page", "http://host.example", "https://*.example/"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn page_is_built_in_or_https() {
        assert!(page("/privacy", "/privacy").is_ok());
        assert!(page("https://studio.example/privacy", "/privacy").is_ok());
        for bad in ["/elsewhere", "http://studio.example", "javascript:alert(1)", "//studio.example"] {
            assert!(page(bad, "/privacy").is_err(), "{bad}");
        }
    }
}
