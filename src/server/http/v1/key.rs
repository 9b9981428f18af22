//! `/key`: what a key is, and may do. The credential test of n8n and every client.

use axum::{Json, extract::State};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{caller::Caller, problem::ProblemBody};
use crate::{
    domain::CreatorLimit,
    server::{clock::rfc3339, state::AppState},
};

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Key {
    id: String,
    /// The operator's name for it.
    name: String,
    /// What it may do.
    permissions: Vec<&'static str>,
    /// `all`, or an object with `ids` or `labels`.
    #[schema(value_type = Value)]
    creators: Value,
    /// When it ends; `null` never.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was made; `null` for a key of the operator's file.
    #[schema(format = DateTime)]
    created_at: Option<String>,
    rate: KeyRate,
    app: AppInfo,
}

/// The rates of a key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyRate {
    requests_per_minute: u32,
    tokens_per_minute: u32,
}

/// The installation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppInfo {
    name: String,
    version: &'static str,
    /// The last characters of TikTok's client key, to tell installations apart.
    client_key_suffix: String,
    /// `tiktok` or `simulator`. Nothing tells a sandbox of TikTok's from its production.
    mode: &'static str,
}

/// What the key is, and may do.
#[utoipa::path(
    get, path = "/key", tag = "key",
    responses((status = 200, body = Key), (status = "default", body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn get(State(state): State<AppState>, caller: Caller) -> Json<Key> {
    let stored = caller.key.stored();
    let creators = match &stored.creators {
        CreatorLimit::All => json!("all"),
        CreatorLimit::Ids(ids) => json!({ "ids": ids }),
        CreatorLimit::Labels(labels) => json!({ "labels": labels }),
    };
    Json(Key {
        id: stored.id.clone(),
        name: stored.name.clone(),
        permissions: stored.permissions.iter().map(|permission| permission.as_str()).collect(),
        creators,
        expires_at: stored.expires_at.map(rfc3339),
        created_at: Some(stored.created_at).filter(|at| at.0 > 0).map(rfc3339),
        rate: KeyRate {
            requests_per_minute: stored.requests_per_minute,
            tokens_per_minute: stored.tokens_per_minute,
        },
        app: AppInfo::new(&state),
    })
}

impl AppInfo {
    fn new(state: &AppState) -> Self {
        let suffix: String = state.config.tiktok.client_key.chars().rev().take(4).collect();
        Self {
            name: state.config.site.app_name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            client_key_suffix: suffix.chars().rev().collect(),
            mode: if state.config.tiktok.is_simulated() { "simulator" } else { "tiktok" },
        }
    }
}
