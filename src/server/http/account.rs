//! A creator's own files: `GET /avatar/{creator}` and `GET /account/export`.

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use sha2::{Digest as _, Sha256};

use super::failure;
use crate::server::{
    export::{self, Export},
    session::WebSession,
    state::AppState,
    store::{StoreError, StoredAvatar},
};

/// The browser keeps the picture and revalidates it (304).
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The signed-in creator's avatar; 404 for any other creator's.
pub(super) async fn avatar(
    State(state): State<AppState>,
    Extension(session): Extension<WebSession>,
    Path(creator): Path<String>,
    headers: HeaderMap,
) -> Response {
    match own_avatar(&state, session, &creator).await {
        Ok(Some(avatar)) => avatar_response(avatar, &headers),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failure::store_unavailable(&error),
    }
}

async fn own_avatar(
    state: &AppState,
    session: WebSession,
    requested: &str,
) -> Result<Option<StoredAvatar>, StoreError> {
    match session.creator().await? {
        Some(creator) if creator.as_str() == requested => state.avatars.load(&creator).await,
        _ => Ok(None),
    }
}

fn avatar_response(avatar: StoredAvatar, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", hex::encode(Sha256::digest(&avatar.bytes)));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let caching = [(header::CACHE_CONTROL, REVALIDATE), (header::ETAG, value(&etag))];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, value(&avatar.media_type))], avatar.bytes).into_response()
}

/// The signed-in creator's data as a file; without a session a redirect to the login page.
pub(super) async fn export(
    State(state): State<AppState>,
    Extension(session): Extension<WebSession>,
) -> Response {
    match own_data(&state, session).await {
        Ok(Some(data)) => download(&data),
        Ok(None) => Redirect::to("/").into_response(),
        Err(error) => failure::store_unavailable(&error),
    }
}

async fn own_data(state: &AppState, session: WebSession) -> Result<Option<Export>, StoreError> {
    match session.creator().await? {
        Some(creator) => export::export(&state.profiles, &creator, &state.config.site.app_name).await,
        None => Ok(None),
    }
}

/// A file to save, indented because a person will read it.
fn download(data: &Export) -> Response {
    let Ok(json) = serde_json::to_string_pretty(data) else { return failure::page_unavailable() };
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CONTENT_DISPOSITION, value(&format!("attachment; filename=\"{}\"", data.file_name()))),
    ];
    (headers, format!("{json}\n")).into_response()
}

/// A header's value from text of our own; it is never refused.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
