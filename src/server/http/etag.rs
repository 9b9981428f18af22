//! Entity tags in conditional requests.

use axum::http::{HeaderMap, HeaderName};

/// Whether `If-None-Match` or `If-Match` names this tag, or any (RFC 9110, 13.1): a proxy may have made the tag weak.
pub(super) fn is_named(headers: &HeaderMap, condition: HeaderName, etag: &[u8]) -> bool {
    let sent = headers.get_all(condition).iter().filter_map(|value| value.to_str().ok());
    let mut tags = sent.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag)
}
