//! HTTP: thin handlers, and the middleware around them in order.

mod account;
mod documents;
mod embedded_files;
mod etag;
mod failure;
pub mod functions;
mod home;
mod login_gate;
mod login_limits;
mod oauth;
pub mod origin;
mod pages;
mod pipeline;
pub mod preferences;
mod prefetch;
pub mod proxy;
mod rate_limiter;
mod request_body;
pub mod request_id;
mod request_target;
mod route_template;
pub mod security_headers;
mod start_notice;
mod start_page;
pub mod static_files;
pub mod v1;
mod webhook;
mod whole_page;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use self::{
    home::Home, login_gate::LoginGate, origin::HomeOrigin, pipeline::Pipeline, start_page::StartPages,
};
use super::{
    session::{self, StoredSessions},
    state::AppState,
};
use crate::app::App;

/// Every route, with the middleware that each response passes. The target is corrected before routes are matched.
pub fn router(state: AppState) -> Router {
    let popup_policy = security_headers::popup_opener_policy(&state.config.site);
    let home = Arc::new(Home::new(&state.config.tiktok.redirect_uri, popup_policy));
    let start_pages = Arc::new(StartPages::new(Arc::clone(&home), state.config.debug));
    let pipeline = Arc::new(Pipeline::new(&state, Arc::clone(&start_pages)));
    let home_origin = HomeOrigin::new(&state.config.tiktok.redirect_uri);
    let files = static_files::routes(state.config.site_root.as_deref());
    let api = v1::router(&state).with_state(state.clone());
    let routes = dynamic_routes(&state, home, start_pages).with_state(state).merge(files);
    // The API has no cookie that another site's request could carry.
    let routes = routes
        .layer(middleware::from_fn_with_state(home_origin, origin::require_same_origin))
        .layer(CatchPanicLayer::custom(failure::after_panic))
        .merge(api)
        .layer(middleware::from_fn(route_template::note));
    Router::new().fallback_service(routes).layer(middleware::from_fn_with_state(pipeline, pipeline::pass))
}

/// The routes that are rendered for each request.
fn dynamic_routes(state: &AppState, home: Arc<Home>, start_pages: Arc<StartPages>) -> Router<AppState> {
    let pages = generate_route_list(App);
    let sessions = StoredSessions::new(Arc::clone(&state.store), Arc::clone(&state.clock));
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
