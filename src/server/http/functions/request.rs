//! The request of a server function: its state, session and span, and redirects.

use axum::http::{HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use tracing::{Instrument as _, Span};

use crate::{
    api::ApiError,
    server::{
        cookie, http::request_id::RequestSpan, login::browser, session::WebSession, state::AppState,
        store::StoreError, telemetry::throttle,
    },
};

/// Runs `work` with the state and the session of the request, in the request's span: a page calls server
/// functions on a task of its own, outside it.
///
/// # Errors
/// When the store is unavailable, and when the request has no session, which is a fault of ours.
pub(super) async fn with_session<T, F>(work: impl FnOnce(AppState, WebSession) -> F) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let run = async {
        let state = use_context::<AppState>().ok_or(ApiError::Internal)?;
        let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<WebSession>().cloned());
        work(state, session.ok_or(ApiError::Internal)?).await.map_err(store_error)
    };
    run.instrument(request_span()).await
}

fn request_span() -> Span {
    let span = use_context::<Parts>().and_then(|parts| parts.extensions.get::<RequestSpan>().cloned());
    span.map_or_else(Span::current, |RequestSpan(span)| span)
}

fn store_error(error: StoreError) -> ApiError {
    throttle::log("store", || tracing::error!(%error, "server function failed: the store is unavailable"));
    match error {
        StoreError::Unavailable(_) => ApiError::StoreUnavailable,
        StoreError::Unreadable(_) => ApiError::Internal,
    }
}

/// `found`, or a redirect to `path`, a constant, when there is nothing.
pub(super) fn or_redirect<T>(found: Option<T>, path: &'static str) -> Option<T> {
    if found.is_none() {
        see_other(path);
    }
    found
}

/// Redirects to `path`, a constant. A page and a plain form respond with 303; a function that a script
/// called leaves it to the framework, whose redirect the script can read.
pub(super) fn see_other(path: &'static str) {
    let is_shown =
        use_context::<Parts>().is_some_and(|parts| parts.method == Method::GET || accepts_html(&parts));
    match use_context::<ResponseOptions>().filter(|_| is_shown) {
        Some(response) => {
            response.insert_header(header::LOCATION, HeaderValue::from_static(path));
            response.set_status(StatusCode::SEE_OTHER);
        }
        None => leptos_axum::redirect(path),
    }
}

/// Whether a browser shows the response, and no script reads it.
fn accepts_html(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Makes the browser forget its login: a callback that is loaded again from its history signs nobody in.
pub(super) fn forget_login() {
    append_cookie(&cookie::removal(browser::COOKIE));
}

/// Sets a cookie beside the response's others.
pub(super) fn append_cookie(cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
}
