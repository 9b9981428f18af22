//! Cookies: reading them from a request, and the attributes of those that the app sets (RFC 6265bis).

use http::{HeaderMap, header};

/// The value of the first cookie of this name in a request.
#[must_use]
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// A `Set-Cookie` value that no script can read and no plain connection carries.
///
/// `Lax`, because TikTok's redirect is a navigation from another site. A name with the prefix `__Host-` binds the
/// cookie to this host and the root path (4.1.3.2).
#[must_use]
pub fn set(name: &str, value: &str, max_age_seconds: i64) -> String {
    format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; Secure; SameSite=Lax")
}

/// A `Set-Cookie` value that removes a cookie of [`set`]: without its attributes a browser would keep it.
#[must_use]
pub fn removal(name: &str) -> String {
    set(name, "", 0)
}
