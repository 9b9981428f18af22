//! HTTP: thin handlers, and the middleware around them in order.

mod account;
mod documents;
mod failure;
pub mod functions;
mod home;
mod login_gate;
mod login_limits;
mod oauth;
pub mod origin;
mod pages;
pub mod preferences;
mod prefetch;
pub mod proxy;
mod rate_limiter;
mod request_body;
pub mod request_id;
mod request_target;
pub mod security_headers;
mod start_page;
pub mod static_files;
mod webhook;
mod whole_page;

use std::{sync::Arc, time::Duration};

use axum::{
    Router, middleware,
    routing::{get, post},
};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};

use self::{
    home::Home, login_gate::LoginGate, origin::HomeOrigin, proxy::ProxyConfig, security_headers::Certificate,
    start_page::StartPages,
};
use super::{
    session::{self, StoredSessions},
    state::AppState,
};
use crate::app::App;

/// The largest request that is read: forms have a few hundred bytes, events at most 64 kB.
const LARGEST_REQUEST_BYTES: usize = 64 * 1024;

/// A login waits up to 15 s for each of its two requests to TikTok; nothing takes longer.
const LONGEST_REQUEST: Duration = Duration::from_secs(45);

/// Every route, with the middleware that each response passes. The target is corrected before routes are matched.
pub fn router(state: AppState) -> Router {
    let files = static_files::routes(&state.config.site_root);
    let routes = dynamic_routes(&state).with_state(state.clone()).merge(files);
    let routes = with_middleware(routes, &state);
    Router::new().fallback_service(routes).layer(middleware::map_request(request_target::correct))
}

/// The routes that are rendered for each request.
fn dynamic_routes(state: &AppState) -> Router<AppState> {
    let pages = generate_route_list(App);
    let sessions = StoredSessions::new(Arc::clone(&state.store), Arc::clone(&state.clock));
    let config = &state.config;
    let popup_policy = security_headers::popup_opener_policy(&config.site);
    let home = Arc::new(Home::new(&config.tiktok.redirect_uri, popup_policy));
    let start_pages = Arc::new(StartPages::new(Arc::clone(&home), config.debug));
    let logins = (state.clone(), Arc::new(LoginGate::new(&state.limits.logins)));
    Router::new()
        .leptos_routes_with_context(state, pages, pages::contexts(state), pages::document(state))
        .route("/webhook", post(webhook::receive_post))
        .route("/oauth", get(oauth::start))
        .route_layer(middleware::from_fn_with_state(logins, login_limits::limit))
        .route_layer(middleware::from_fn_with_state(home, home::lead_home))
        .route("/avatar/{creator}", get(account::avatar))
        .route("/account/export", get(account::export))
        .route("/site.webmanifest", get(documents::web_manifest))
        .fallback(pages::fallback)
        .layer(middleware::from_fn(pages::isolate_reactive_owner))
        .layer(middleware::map_response(whole_page::trim_scripts))
        .layer(middleware::from_fn_with_state(sessions, session::provide))
        .layer(middleware::from_fn(prefetch::refuse))
        .route("/health", get(documents::health))
        .route("/livez", get(documents::liveness))
        .route("/readyz", get(documents::readiness))
        .layer(CompressionLayer::new().br(true).gzip(true))
        .layer(middleware::from_fn_with_state(start_pages, start_page::serve))
}

/// From the outside in: the client's address, the request id, security headers, limits, the body, and last the checks
/// that the request has a path and that one which changes something is same-origin.
fn with_middleware(routes: Router, state: &AppState) -> Router {
    let home = HomeOrigin::new(&state.config.tiktok.redirect_uri);
    let proxy_config = Arc::new(ProxyConfig::new(&state.config));
    let body_timeout = state.limits.connections.body;
    routes
        .layer(middleware::from_fn_with_state(home, origin::require_same_origin))
        .layer(middleware::from_fn(request_target::require_path))
        .layer(middleware::from_fn_with_state(body_timeout, request_body::receive))
        .layer(RequestBodyLimitLayer::new(LARGEST_REQUEST_BYTES))
        .layer(TimeoutLayer::with_status_code(http::StatusCode::GATEWAY_TIMEOUT, LONGEST_REQUEST))
        .layer(middleware::map_response(failure::render_timeout))
        .layer(CatchPanicLayer::custom(failure::after_panic))
        .layer(middleware::from_fn_with_state(Certificate::new(&state.config), security_headers::protect))
        .layer(middleware::from_fn_with_state(Arc::clone(&state.entropy), request_id::trace))
        .layer(middleware::from_fn_with_state(proxy_config, proxy::identify))
}
