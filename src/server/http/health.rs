//! `GET /health`: for whoever watches the app.

use axum::{Json, extract::State, http::StatusCode};

use crate::server::{health, health::Health, state::AppState};

/// 200 when the store answers, 503 when it does not.
pub(super) async fn check(State(state): State<AppState>) -> (StatusCode, Json<Health>) {
    let health = health::check(&state).await;
    let status = if health.is_healthy() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}
