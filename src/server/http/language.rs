//! The language of an answer: the creator's choice, else what their browser asks for.

use axum::http::{HeaderMap, header};

use crate::domain::Locale;

/// The cookie of the language switch. It says nothing of a person and outlives the session.
const COOKIE: &str = "lang";
const ONE_YEAR_SECONDS: u32 = 365 * 86_400;

/// The language for a request with these headers.
pub(super) fn of(headers: &HeaderMap) -> Locale {
    chosen(headers).or_else(|| asked(headers)).unwrap_or_default()
}

fn chosen(headers: &HeaderMap) -> Option<Locale> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE)?.1.parse().ok()
}

fn asked(headers: &HeaderMap) -> Option<Locale> {
    Locale::preferred(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// The `Set-Cookie` that remembers a choice for a year.
pub(super) fn remembered(locale: Locale) -> String {
    let tag = locale.tag();
    format!("{COOKIE}={tag}; Path=/; Max-Age={ONE_YEAR_SECONDS}; SameSite=Lax; Secure; HttpOnly")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(cookie: &'static str, accept: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        headers
    }

    #[test]
    fn the_choice_counts_before_the_browser() {
        assert_eq!(of(&headers("a=b; lang=en", "fr")), Locale::En);
    }

    #[test]
    fn a_cookie_that_is_no_language_is_passed_over() {
        assert_eq!(of(&headers("lang=<script>", "fr")), Locale::Fr);
    }

    #[test]
    fn nothing_said_is_english() {
        assert_eq!(of(&HeaderMap::new()), Locale::En);
    }
}
