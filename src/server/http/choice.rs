//! What a person chose on our pages, remembered for a year in cookies that say nothing of them.

use axum::http::{HeaderMap, header};

const ONE_YEAR_SECONDS: u32 = 365 * 86_400;

/// The value of the cookie `name`.
pub(super) fn chosen<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The `Set-Cookie` that remembers a choice; it outlives the session.
pub(super) fn remembered(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={ONE_YEAR_SECONDS}; SameSite=Lax; Secure; HttpOnly")
}
