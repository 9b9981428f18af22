//! `/` as bytes, for browsers without a session: the page depends on language, theme and encoding alone.
//!
//! Each form is rendered and compressed once, by the routes behind this middleware, and kept until the process ends. The
//! page has no script, and so needs no nonce.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use sha2::{Digest as _, Sha256};

use super::{
    etag, failure, home::Home, preferences, proxy::Client, security_headers::page_policy,
    start_notice::LOGGED_OUT_COOKIE,
};
use crate::{
    domain::{Locale, Theme},
    server::{cookie, session},
};

/// The page has some 20 kB.
const LARGEST_BYTES: usize = 1024 * 1024;

/// Browsers keep the page and revalidate it at each visit: a session may have begun meanwhile.
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding, accept-language, cookie");

/// The kept pages of one process.
pub(super) struct StartPages {
    home: Arc<Home>,
    debug: bool,
    pages: RwLock<HashMap<Form, StartPage>>,
}

/// What the page depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Form {
    locale: Locale,
    theme: Theme,
    encoding: Encoding,
}

/// The encodings of the compression layer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

/// One form of the page, with its own strong `ETag` (RFC 9110, 8.8.3).
#[derive(Clone)]
struct StartPage {
    body: Bytes,
    headers: HeaderMap,
}

impl StartPages {
    pub(super) fn new(home: Arc<Home>, debug: bool) -> Self {
        Self { home, debug, pages: RwLock::default() }
    }

    /// The response with a page that is kept already.
    pub(super) fn answer(&self, request: &Request) -> Option<Response> {
        let page = self.kept(self.form(request)?)?;
        Some(page.respond(request.method(), request.headers()))
    }

    /// The form that a request asks for; `None` unless it is for the start page of a browser without a session.
    fn form(&self, request: &Request) -> Option<Form> {
        let headers = request.headers();
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let is_start = reads && request.uri().path() == "/" && request.uri().query().is_none();
        let has_cookie = |name| cookie::value(headers, name).is_some();
        if !is_start || has_cookie(session::COOKIE) || has_cookie(LOGGED_OUT_COOKIE) {
            return None;
        }
        let client = request.extensions().get::<Client>();
        let elsewhere = client.is_some_and(|client| self.home.is_elsewhere(client));
        (!elsewhere).then(|| Form {
            locale: preferences::language(headers, self.debug),
            theme: preferences::theme(headers),
            encoding: Encoding::accepted(headers),
        })
    }

    fn kept(&self, form: Form) -> Option<StartPage> {
        self.pages.read().unwrap_or_else(PoisonError::into_inner).get(&form).cloned()
    }

    fn keep(&self, form: Form, page: &StartPage) {
        self.pages.write().unwrap_or_else(PoisonError::into_inner).insert(form, page.clone());
    }
}

/// Middleware around the compression: keeps the page that is rendered now.
pub(super) async fn serve(
    State(pages): State<Arc<StartPages>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(form) = pages.form(&request) else { return next.run(request).await };
    let (method, headers) = (request.method().clone(), request.headers().clone());
    // The whole page is wanted, in one encoding.
    *request.method_mut() = Method::GET;
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(form.encoding.as_str()));
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BYTES).await else { return failure::page_unavailable() };
    let page = StartPage::new(body, parts.headers);
    pages.keep(form, &page);
    page.respond(&method, &headers)
}

impl StartPage {
    fn new(body: Bytes, mut headers: HeaderMap) -> Self {
        let digest = hex::encode(Sha256::digest(&body));
        let policy = HeaderValue::try_from(page_policy(None));
        let etag = HeaderValue::try_from(format!("\"{digest}\""));
        for (name, value) in [(header::CONTENT_SECURITY_POLICY, policy), (header::ETAG, etag)] {
            if let Ok(value) = value {
                headers.insert(name, value);
            }
        }
        headers.insert(header::CACHE_CONTROL, REVALIDATE);
        headers.insert(header::VARY, VARY);
        headers.remove(header::TRANSFER_ENCODING);
        Self { body, headers }
    }

    fn respond(&self, method: &Method, request: &HeaderMap) -> Response {
        let is_known = self
            .headers
            .get(header::ETAG)
            .is_some_and(|tag| etag::is_named(request, header::IF_NONE_MATCH, tag.as_bytes()));
        let is_empty = is_known || *method == Method::HEAD;
        let mut response = Response::new(if is_empty { Body::empty() } else { self.body.clone().into() });
        *response.headers_mut() = self.headers.clone();
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().remove(header::CONTENT_TYPE);
            response.headers_mut().remove(header::CONTENT_ENCODING);
        } else {
            response.headers_mut().insert(header::CONTENT_LENGTH, self.body.len().into());
        }
        response
    }
}

impl Encoding {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// The best of ours that the client accepts (RFC 9110, 12.5.3).
    fn accepted(request: &HeaderMap) -> Self {
        let lines = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut best = Self::Identity;
        for offer in lines.flat_map(|line| line.split(',')) {
            let (name, quality) = offer.split_once(';').unwrap_or((offer, "q=1"));
            let quality =
                quality.trim().strip_prefix("q=").and_then(|value| value.trim().parse::<f32>().ok());
            match name.trim() {
                _ if quality.is_none_or(|quality| quality <= 0.0) => {}
                "br" => return Self::Brotli,
                "gzip" => best = Self::Gzip,
                _ => {}
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_accepted_encoding_is_chosen() {
        for (accepted, chosen) in [
            ("gzip, deflate, br", Encoding::Brotli),
            ("br;q=0, gzip;q=0.5", Encoding::Gzip),
            ("identity", Encoding::Identity),
            ("gzip;q=0", Encoding::Identity),
            ("gzip;q=much", Encoding::Identity),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(Encoding::accepted(&headers), chosen, "{accepted}");
        }
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn known_page_is_recognised_by_its_tag() {
        let page = StartPage::new(Bytes::from_static(b"<html>page</html>"), HeaderMap::new());
        let tag = page.headers[header::ETAG].to_str().unwrap();
        for (sent, known) in
            [(tag.to_owned(), true), (format!("\"x\", W/{tag}"), true), ("\"x\"".to_owned(), false)]
        {
            let mut request = HeaderMap::new();
            request.insert(header::IF_NONE_MATCH, sent.parse().unwrap());
            let status = page.respond(&Method::GET, &request).status();
            assert_eq!(status == StatusCode::NOT_MODIFIED, known, "{sent}");
        }
    }
}
