//! A creator's own files: `GET /avatar/{creator}` and `GET /account/export`.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use sha2::{Digest as _, Sha256};
use tower_sessions::Session;

use super::failure;
use crate::{
    domain::CreatorId,
    server::{
        export, profile,
        session::WebSession,
        state::AppState,
        store::{StoreError, StoredAvatar},
    },
};

/// The browser keeps the picture and asks (304) whether it still holds.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The signed-in creator's picture. Anybody else's is not there.
pub(super) async fn avatar(
    State(state): State<AppState>,
    session: Session,
    Path(asked): Path<String>,
    headers: HeaderMap,
) -> Response {
    match own_avatar(&state, session, &asked).await {
        Ok(Some(avatar)) => picture(avatar, &headers),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failure::of_store(&error),
    }
}

async fn own_avatar(
    state: &AppState,
    session: Session,
    asked: &str,
) -> Result<Option<StoredAvatar>, StoreError> {
    match WebSession::new(session).creator().await? {
        Some(creator) if creator.as_str() == asked => profile::avatar(state, &creator).await,
        _ => Ok(None),
    }
}

fn picture(avatar: StoredAvatar, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", hex::encode(Sha256::digest(&avatar.bytes)));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let caching = [(header::CACHE_CONTROL, ASK_AGAIN), (header::ETAG, value(&etag))];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, value(&avatar.media_type))], avatar.bytes).into_response()
}

/// The signed-in creator's data as a file to keep; signed out, the login page.
pub(super) async fn export(State(state): State<AppState>, session: Session) -> Response {
    match own_data(&state, session).await {
        Ok(Some(data)) => file(&data, &export::file_name(state.clock.now())),
        Ok(None) => Redirect::to("/").into_response(),
        Err(error) => failure::of_store(&error),
    }
}

async fn own_data(state: &AppState, session: Session) -> Result<Option<serde_json::Value>, StoreError> {
    let creator: Option<CreatorId> = WebSession::new(session).creator().await?;
    match creator {
        Some(creator) => export::export(state, &creator).await,
        None => Ok(None),
    }
}

/// Indented, because a person will read it.
fn file(data: &serde_json::Value, name: &str) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CONTENT_DISPOSITION, value(&format!("attachment; filename=\"{name}\""))),
    ];
    (headers, format!("{data:#}\n")).into_response()
}

/// A header's value from text of our own; it is never refused.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
