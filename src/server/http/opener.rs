//! The tie between a popup and the window that opened it.

use axum::http::{HeaderName, HeaderValue};

use crate::domain::Site;

/// Says which windows may keep hold of each other (HTML, 7.1.3: cross-origin opener policies).
pub(super) const HEADER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Nothing that another site opened, and nothing that opened us, keeps hold of our pages.
pub(super) const CUT: HeaderValue = HeaderValue::from_static("same-origin");

/// What lets a popup's opener go on holding it.
pub(super) const KEPT: HeaderValue = HeaderValue::from_static("unsafe-none");

/// The policy of an answer in a popup: the tie is kept only if there is a site to tell.
///
/// A browser cuts the tie for good at the first answer that wants it cut, redirects among them, so each
/// of our answers between the opener and the end needs this.
pub(super) fn policy(site: &Site) -> (HeaderName, HeaderValue) {
    (HEADER, if site.embed_origins.is_empty() { CUT } else { KEPT })
}
