//! Renders pages: the reactive context of each request, the document, and the fallback.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use leptos::{
    nonce::use_nonce,
    prelude::*,
    reactive::{computed::ScopedFuture, owner::Owner},
};
use leptos_axum::{ResponseOptions, render_app_async_with_context};

use super::{preferences, security_headers::page_policy, start_notice, static_files};
use crate::{
    app::{RequestedPage, shell},
    domain::LoginEnd,
    server::state::AppState,
};

/// Provides a page with the language, the theme, the operator's texts and the state, and its response with a
/// content security policy.
pub(super) fn contexts(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        let parts = use_context::<Parts>();
        if let Some(page) = parts.as_ref().and_then(|parts| RequestedPage::of(parts.uri.path())) {
            provide_context(page);
        }
        if let Some(notice) = parts.as_ref().and_then(|parts| start_notice::of(&parts.uri, &parts.headers)) {
            provide_context(notice);
        }
        let headers = parts.map(|parts| parts.headers).unwrap_or_default();
        provide_context(preferences::language(&headers, state.config.debug));
        provide_context(preferences::theme(&headers));
        provide_context(state.config.site.clone());
        provide_context(state.leptos.clone());
        provide_context(state.clone());
        allow_own_scripts();
    }
}

/// Sets the policy that admits the page's own nonce.
fn allow_own_scripts() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    if let Ok(policy) = HeaderValue::from_str(&page_policy(Some(&nonce))) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Middleware: gives each request a reactive owner of its own, which ends with it.
///
/// The framework keeps for each thread the owner that was set last. A server function becomes a child of that
/// one, and code after an await reads its context from it: without this it may be another request's.
pub(super) async fn isolate_reactive_owner(request: Request, next: Next) -> Response {
    let owner = Owner::new_root(None);
    owner.with(|| ScopedFuture::new(next.run(request))).await
}

/// The document around every page.
pub(super) fn document(state: &AppState) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || shell(state.leptos.clone()).into_any()
}

/// A file of the site folder, else the 404 page.
pub(super) async fn fallback(State(state): State<AppState>, request: Request) -> Response {
    let file = static_files::public_file(
        state.config.site_root.as_deref(),
        request.method(),
        request.uri(),
        request.headers(),
    );
    match file.await {
        Some(file) => file,
        None => render(&state, request, || ()).await,
    }
}

/// The page of a login that failed, for a handler that is not a page.
pub(super) async fn login_end(state: &AppState, headers: HeaderMap, end: LoginEnd) -> Response {
    let mut request = Request::new(Body::empty());
    *request.headers_mut() = headers;
    render(state, request, move || provide_context(end.clone())).await
}

async fn render(
    state: &AppState,
    request: Request,
    more: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    let usual = contexts(state);
    let all = move || {
        usual();
        more();
    };
    render_app_async_with_context(all, document(state))(request).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::{Router, body::to_bytes, middleware, routing::get};
    use tokio::sync::Notify;
    use tower::ServiceExt as _;

    use super::*;

    fn request(path: &str) -> Request {
        Request::builder().uri(path).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn request_context_is_not_shared_on_a_thread() {
        let (started, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let waits = {
            let (started, finish) = (Arc::clone(&started), Arc::clone(&finish));
            move || async move {
                // As the framework does for each page.
                let owner = Owner::new_root(None);
                provide_context(7_u8);
                started.notify_one();
                finish.notified().await;
                drop(owner);
            }
        };
        let reads = || async { use_context::<u8>().map_or("nothing", |_| "another request's value") };
        let app = Router::new()
            .route("/waits", get(waits))
            .route("/reads", get(reads))
            .layer(middleware::from_fn(isolate_reactive_owner));
        let first = tokio::spawn(app.clone().oneshot(request("/waits")));
        started.notified().await;
        let response = app.oneshot(request("/reads")).await.unwrap();
        assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), "nothing");
        finish.notify_one();
        first.await.unwrap().unwrap();
    }
}
