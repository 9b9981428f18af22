//! Documents for programs: `GET /health`, `/livez` and `/readyz` for monitoring, `GET /site.webmanifest` for browsers.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use crate::server::{
    health::{Health, Readiness},
    state::AppState,
};

/// The manifest changes only when the operator changes the app's name.
const MANIFEST_HEADERS: [(HeaderName, HeaderValue); 2] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("application/manifest+json")),
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
];

/// 200 when every part works, 503 when one does not.
pub(super) async fn health(State(state): State<AppState>) -> (StatusCode, Json<Health>) {
    let health = state.health.health().await;
    (status_of(health.is_healthy()), Json(health))
}

/// 200 as long as this process responds at all: a restart would not bring a store back.
pub(super) async fn liveness() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// 200 when this process can serve requests, 503 and what fails when it cannot.
pub(super) async fn readiness(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let readiness = state.health.readiness().await;
    (status_of(readiness.is_ready()), Json(readiness))
}

const fn status_of(works: bool) -> StatusCode {
    if works { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// The web application manifest (W3C), with the operator's name for the app.
///
/// The app is shown in a browser tab, not in a window of its own: a login leads over TikTok's pages, and a
/// creator who signs in there must see the address.
pub(super) async fn web_manifest(State(state): State<AppState>) -> Response {
    let manifest = json!({
        "id": "/",
        "name": state.config.site.app_name,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "background_color": "#f6f4ef",
        "theme_color": "#f6f4ef",
        "icons": [
            { "src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml" },
            icon("/icon-192.png", "192x192", "any"),
            icon("/icon-512.png", "512x512", "any"),
            icon("/icon-maskable.png", "512x512", "maskable"),
        ],
    });
    (MANIFEST_HEADERS, manifest.to_string()).into_response()
}

fn icon(src: &str, sizes: &str, purpose: &str) -> Value {
    json!({ "src": src, "sizes": sizes, "type": "image/png", "purpose": purpose })
}
