//! The theme of an answer: the creator's choice, else what their system has.

use axum::http::HeaderMap;

use super::choice;
use crate::domain::Theme;

/// The cookie of the theme switch.
pub(super) const COOKIE: &str = "theme";

/// The theme for a request with these headers.
pub(super) fn of(headers: &HeaderMap) -> Theme {
    choice::chosen(headers, COOKIE).and_then(|name| name.parse().ok()).unwrap_or_default()
}
