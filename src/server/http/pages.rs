//! The way from a request to a rendered page: what each page finds in its context.

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

use super::{language, security_headers::page_policy, static_files, theme};
use crate::{app::shell, domain::LoginEnd, server::state::AppState};

/// Gives a page the language, the operator's texts and the state, and its answer a policy.
pub(super) fn contexts(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        let headers = use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default();
        provide_context(language::of(&headers, state.config.debug));
        provide_context(theme::of(&headers));
        provide_context(state.config.site.clone());
        provide_context(state.leptos.clone());
        provide_context(state.clone());
        allow_own_scripts();
    }
}

/// Sets the policy that admits the page's own nonce.
fn allow_own_scripts() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    if let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Middleware: what a request leaves with the framework is its own, and ends with it.
///
/// The framework remembers for each thread the owner that was set last. A server function becomes a child of
/// that one, and what is written after an await looks there: without this it may be another request's.
pub(super) async fn isolate_reactive_owner(request: Request, next: Next) -> Response {
    let owner = Owner::new_root(None);
    owner.with(|| ScopedFuture::new(next.run(request))).await
}

/// The document around every page.
pub(super) fn document(state: &AppState) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let options = state.leptos.clone();
    move || shell(options.clone()).into_any()
}

/// A file of the site folder, else the page that says that there is nothing here.
pub(super) async fn fallback(State(state): State<AppState>, request: Request) -> Response {
    let file = static_files::public_file(
        &state.config.site_root,
        request.method(),
        request.uri(),
        request.headers(),
    );
    match file.await {
        Some(file) => file,
        None => render(&state, request, || ()).await,
    }
}

/// The page after a login that ended, for a handler that is no page.
pub(super) async fn ending(state: &AppState, headers: HeaderMap, end: LoginEnd) -> Response {
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
    async fn a_request_finds_nothing_that_another_left_on_the_thread() {
        let (came, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let held = {
            let (came, go) = (Arc::clone(&came), Arc::clone(&go));
            move || async move {
                // As the framework does for each page.
                let owner = Owner::new_root(None);
                provide_context(7_u8);
                came.notify_one();
                go.notified().await;
                drop(owner);
            }
        };
        let asks = || async { use_context::<u8>().map_or("nothing", |_| "what is another's") };
        let app = Router::new()
            .route("/held", get(held))
            .route("/asks", get(asks))
            .layer(middleware::from_fn(isolate_reactive_owner));
        let first = tokio::spawn(app.clone().oneshot(request("/held")));
        came.notified().await;
        let answer = app.oneshot(request("/asks")).await.unwrap();
        assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), "nothing");
        go.notify_one();
        first.await.unwrap().unwrap();
    }
}
