//! Prefetches: a browser that loads a link before anybody follows it must not use up a login.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

/// The pages whose mere loading has an effect.
const EFFECTIVE_PATHS: [&str; 2] = ["/oauth", "/webhook"];

/// The headers by which browsers mark a prefetch: `Sec-Purpose` (Fetch standard), and its predecessors in Chromium,
/// Safari and Firefox.
const MARKS: [&str; 3] = ["sec-purpose", "purpose", "x-moz"];

/// Middleware: answers a prefetch of such a page with 503. The browser drops that answer, and loads the page when it is
/// opened.
pub(super) async fn refuse(request: Request, next: Next) -> Response {
    let has_effect = request.method() == Method::GET && EFFECTIVE_PATHS.contains(&request.uri().path());
    if has_effect && is_prefetch(request.headers()) {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::CACHE_CONTROL, "no-store")]).into_response();
    }
    next.run(request).await
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    let values = MARKS.iter().filter_map(|name| headers.get(*name)?.to_str().ok());
    let mut words = values.flat_map(|value| value.split([',', ';', ' ']));
    words.any(|word| ["prefetch", "prerender", "preview"].iter().any(|mark| word.eq_ignore_ascii_case(mark)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn marked(name: &'static str, value: &'static str) -> bool {
        is_prefetch(&HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))]))
    }

    #[test]
    fn every_mark_of_a_prefetch_is_recognised() {
        assert!(marked("sec-purpose", "prefetch"));
        assert!(marked("sec-purpose", "prefetch;prerender"));
        assert!(marked("purpose", "prefetch"));
        assert!(marked("purpose", "preview"));
        assert!(marked("x-moz", "prefetch"));
    }

    #[test]
    fn navigation_is_no_prefetch() {
        assert!(!marked("sec-purpose", ""));
        assert!(!marked("sec-fetch-mode", "navigate"));
    }
}
