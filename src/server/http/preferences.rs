//! A browser's language and theme: chosen on our pages, and kept for a year in cookies that identify no person.

use axum::http::{HeaderMap, header};

use crate::{
    domain::{Locale, Theme},
    server::cookie,
};

/// The cookie of the language switch.
pub(super) const LANGUAGE_COOKIE: &str = "lang";

/// The cookie of the theme switch.
pub(super) const THEME_COOKIE: &str = "theme";

const ONE_YEAR_SECONDS: i64 = 365 * 86_400;

/// The language of the response: that of the cookie, else the browser's preferred one, else English. Only
/// with `debug` may it be the pseudo-locale.
#[must_use]
pub fn language(headers: &HeaderMap, debug: bool) -> Locale {
    let tag = cookie::value(headers, LANGUAGE_COOKIE);
    let pseudo = (debug && tag == Some(Locale::Pseudo.tag())).then_some(Locale::Pseudo);
    let chosen = pseudo.or_else(|| tag?.parse().ok());
    chosen.or_else(|| accepted_language(headers)).unwrap_or_default()
}

fn accepted_language(headers: &HeaderMap) -> Option<Locale> {
    Locale::preferred(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// The theme of the response: that of the cookie, else the system's.
#[must_use]
pub fn theme(headers: &HeaderMap) -> Theme {
    cookie::value(headers, THEME_COOKIE).and_then(|name| name.parse().ok()).unwrap_or_default()
}

/// The `Set-Cookie` value that keeps a preference; it outlives the session.
pub(super) fn set_cookie(name: &str, value: &str) -> String {
    cookie::set(name, value, ONE_YEAR_SECONDS)
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
    fn language_cookie_precedes_the_browsers_languages() {
        assert_eq!(language(&headers("a=b; lang=en", "fr"), false), Locale::En);
    }

    #[test]
    fn unknown_language_cookie_is_ignored() {
        assert_eq!(language(&headers("lang=<script>", "fr"), true), Locale::Fr);
    }

    #[test]
    fn language_without_preference_is_english() {
        assert_eq!(language(&HeaderMap::new(), true), Locale::En);
    }

    #[test]
    fn pseudo_locale_needs_its_cookie_and_debug() {
        assert_eq!(language(&headers("lang=ar-XB", "fr"), true), Locale::Pseudo);
        assert_eq!(language(&headers("lang=ar-XB", "fr"), false), Locale::Fr);
        assert_eq!(language(&headers("a=b", "ar-XB"), true), Locale::En);
    }
}
