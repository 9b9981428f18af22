//! The language of an answer: the creator's choice, else what their browser asks for.

use axum::http::{HeaderMap, header};

use super::choice;
use crate::domain::Locale;

/// The cookie of the language switch.
pub(super) const COOKIE: &str = "lang";

/// The language for a request with these headers. Only with `debug` may it be the pseudo-locale.
pub(super) fn of(headers: &HeaderMap, debug: bool) -> Locale {
    let tag = choice::chosen(headers, COOKIE);
    let disguise = (debug && tag == Some(Locale::Pseudo.tag())).then_some(Locale::Pseudo);
    let choice = disguise.or_else(|| tag?.parse().ok());
    choice.or_else(|| asked(headers)).unwrap_or_default()
}

fn asked(headers: &HeaderMap) -> Option<Locale> {
    Locale::preferred(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
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
        assert_eq!(of(&headers("a=b; lang=en", "fr"), false), Locale::En);
    }

    #[test]
    fn a_cookie_that_is_no_language_is_passed_over() {
        assert_eq!(of(&headers("lang=<script>", "fr"), true), Locale::Fr);
    }

    #[test]
    fn nothing_said_is_english() {
        assert_eq!(of(&HeaderMap::new(), true), Locale::En);
    }

    #[test]
    fn only_who_debugs_sees_the_disguise() {
        assert_eq!(of(&headers("lang=ar-XB", "fr"), true), Locale::Pseudo);
        assert_eq!(of(&headers("lang=ar-XB", "fr"), false), Locale::Fr);
        assert_eq!(of(&headers("a=b", "ar-XB"), true), Locale::En);
    }
}
