//! Which address does what. Trailing slashes are part of TikTok's paths.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post, put};

use super::calls::UPLOAD_PATH;
use super::content_posting::{cancel, control as posts, init, status, upload};
use super::settings::App;
use super::simulator::{SharedSimulator, Simulator};
use super::{
    apps, avatars, consent, creator_info, events, grant_control, middleware, oauth, orders, pages, report,
    user_info, videos,
};

/// The whole simulator as a router, with its own state.
pub fn router(app: impl Into<App>) -> Router {
    let simulator = Simulator::new(app.into());
    tiktok(&simulator).merge(control()).with_state(simulator)
}

fn tiktok(simulator: &SharedSimulator) -> Router<SharedSimulator> {
    Router::new()
        .route("/v2/auth/authorize/", get(consent::page).post(consent::submit))
        .route("/v2/oauth/token/", post(oauth::token))
        .route("/v2/oauth/revoke/", post(oauth::revoke))
        .route("/v2/user/info/", get(user_info::user_info))
        .route("/v2/post/publish/creator_info/query/", post(creator_info::creator_info))
        .route("/v2/post/publish/video/init/", post(init::direct_video))
        .route("/v2/post/publish/inbox/video/init/", post(init::inbox_video))
        .route("/v2/post/publish/content/init/", post(init::photos))
        .route("/v2/post/publish/status/fetch/", post(status::fetch))
        .route("/v2/post/publish/cancel/", post(cancel::cancel))
        .route("/v2/video/list/", post(videos::list))
        .route("/v2/video/query/", post(videos::query))
        // `middleware` limits its bodies.
        .route(UPLOAD_PATH, put(upload::chunk).layer(DefaultBodyLimit::disable()))
        .route("/avatars/{file}", get(avatars::signed))
        .layer(map_response(protect))
        .layer(from_fn_with_state(simulator.clone(), middleware::record_and_inject_faults))
}

fn control() -> Router<SharedSimulator> {
    Router::new()
        .route("/simulator", get(pages::index::page))
        .route("/simulator/style.css", get(pages::style))
        .route("/simulator/submit.js", get(pages::submit_script))
        .route("/simulator/avatars/{file}", get(avatars::own))
        .route("/simulator/apps", get(apps::list))
        .route("/simulator/apps/{slug}/remove", post(apps::remove))
        .route("/simulator/apps/{slug}/event", post(apps::event))
        .route("/simulator/apps/{slug}/publish", post(apps::publish))
        .route("/simulator/orders", post(orders::add).delete(orders::clear))
        .route("/simulator/clock", post(orders::clock))
        .route("/simulator/mode", post(orders::mode))
        .route("/simulator/settings", post(orders::settings))
        .route("/simulator/events", post(events::send))
        .route("/simulator/ping", post(events::ping))
        .route("/simulator/grants", get(grant_control::list).post(grant_control::consent))
        .route("/simulator/counts", get(grant_control::counts))
        .route("/simulator/posts", get(posts::list))
        .route("/simulator/posts/complete", post(posts::complete))
        .route("/simulator/state", get(report::state))
        .route("/simulator/calls", get(report::calls))
        .layer(map_response(protect))
}

/// Even a name that carries a script runs nothing here. `form-action` stays open: a form's redirect leads to the app.
async fn protect(mut response: Response) -> Response {
    const POLICY: HeaderValue = HeaderValue::from_static(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'",
    );
    const NOSNIFF: (HeaderName, HeaderValue) =
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response.headers_mut().insert(NOSNIFF.0, NOSNIFF.1);
    response
}
