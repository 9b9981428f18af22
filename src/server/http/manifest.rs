//! `GET /site.webmanifest`: how a browser shows the app among others (W3C Web Application Manifest).

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use crate::server::state::AppState;

/// The name changes only when the operator changes it.
const FRESH: [(HeaderName, HeaderValue); 2] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("application/manifest+json")),
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
];

/// The manifest, with the operator's name for the app.
///
/// It is shown in a browser, not as a window of its own: the way leads over TikTok's pages, and whoever
/// signs in there wants to see whose page they are on.
pub(super) async fn of_site(State(state): State<AppState>) -> Response {
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
    (FRESH, manifest.to_string()).into_response()
}

fn icon(src: &str, sizes: &str, purpose: &str) -> Value {
    json!({ "src": src, "sizes": sizes, "type": "image/png", "purpose": purpose })
}
