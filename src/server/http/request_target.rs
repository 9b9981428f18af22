//! The target of a request: near misses of an address are taken for it, and what is no path is refused.

use axum::{
    extract::Request,
    http::{Method, StatusCode, Uri, uri::PathAndQuery},
    response::{IntoResponse as _, Response},
};

/// The addresses that people and portals type, in any case.
const TYPED: [&str; 6] = ["/webhook", "/oauth", "/profile", "/health", "/livez", "/readyz"];

/// Before routes are matched: corrects doubled slashes, a slash at the end and, in the addresses that people type,
/// capital letters.
///
/// TikTok follows no redirect when it posts an event, so the request is corrected and not redirected.
pub(super) fn correct(request: &mut Request) {
    if let Some(uri) = corrected(request.uri()) {
        *request.uri_mut() = uri;
    }
}

/// `None` for a target that needs no correction.
fn corrected(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if path == "/" {
        return None;
    }
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let short = format!("/{}", segments.join("/"));
    let typed = TYPED.into_iter().find(|typed| typed.eq_ignore_ascii_case(&short));
    let correct = typed.unwrap_or(&short);
    if correct == path || !path.starts_with('/') {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("{correct}{query}")).ok()?);
    Uri::from_parts(parts).ok()
}

/// 400 for a target without a path (RFC 9112, 3.2.3 and 3.2.4): `GET example.com:80`, `OPTIONS *`, and
/// `CONNECT`, which only a proxy serves. The framework panics at them.
pub(super) fn refuse_without_path(request: &Request) -> Option<Response> {
    let has_path = request.method() != Method::CONNECT && request.uri().path().starts_with('/');
    (!has_path).then(|| (StatusCode::BAD_REQUEST, "The request has no path.\n").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_become_the_address() {
        for (target, correct) in [
            ("/webhook/", "/webhook"),
            ("//webhook", "/webhook"),
            ("/Webhook//?code=a//b&state=C/", "/webhook?code=a//b&state=C/"),
            ("/oauth/?switch=1", "/oauth?switch=1"),
            ("/account//export/", "/account/export"),
            ("//", "/"),
            ("https://studio.example//PROFILE", "https://studio.example/profile"),
        ] {
            let corrected = corrected(&target.parse().unwrap());
            assert_eq!(corrected.map(|uri| uri.to_string()).as_deref(), Some(correct), "{target}");
        }
    }

    #[test]
    fn right_addresses_and_other_targets_are_kept() {
        for target in
            ["/", "/webhook?next=//x/", "/tiktokAbC.txt", "/.well-known/acme/AbC", "*", "example.com:80"]
        {
            assert_eq!(corrected(&target.parse().unwrap()), None, "{target}");
        }
    }
}
