//! Addresses of other servers: https, or http on this machine.

use url::{Host, Url};

use super::Problem;

/// An absolute address without user, query or fragment; `http` only on this machine.
pub(super) fn server(value: &str) -> Result<Url, Problem> {
    let remedy = "Write it like https://host.example/path; http is for this machine only.";
    let refuse = |problem: &str| Err(Problem::new(problem, remedy));
    let Ok(url) = Url::parse(value) else {
        return refuse("is not an absolute address");
    };
    if !is_protected(&url) {
        return refuse("is neither https nor http on this machine");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("has a user name or a password in it");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has a query or a fragment");
    }
    Ok(url)
}

/// An address for people: the app's `own` page, or an absolute `https` one.
pub(super) fn page(value: &str, own: &str) -> Result<String, Problem> {
    let elsewhere = Url::parse(value).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    if value == own || elsewhere {
        return Ok(value.to_owned());
    }
    let remedy = format!("Write it like https://host.example/page, or leave it out for the built-in {own}.");
    Err(Problem::new("is not an absolute https address", remedy))
}

/// An origin as a browser writes it: an absolute address without a path.
pub(super) fn origin(value: &str) -> Result<String, Problem> {
    let url = server(value)?;
    if url.path() != "/" {
        let remedy = "Write scheme and host alone, like https://host.example.";
        return Err(Problem::new("has an address with a path in it", remedy));
    }
    Ok(url.origin().ascii_serialization())
}

/// Whether nobody on the way can read along.
pub(super) fn is_protected(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_protected_addresses_are_servers() {
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
    fn an_origin_is_no_more_than_that() {
        assert_eq!(origin("https://Épée.example").unwrap(), "https://xn--pe-9iab.example");
        for bad in ["*", "null", "https://host.example/page", "http://host.example", "https://*.example/"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_page_is_the_own_one_or_https() {
        assert!(page("/privacy", "/privacy").is_ok());
        assert!(page("https://studio.example/privacy", "/privacy").is_ok());
        for bad in ["/elsewhere", "http://studio.example", "javascript:alert(1)", "//studio.example"] {
            assert!(page(bad, "/privacy").is_err(), "{bad}");
        }
    }
}
