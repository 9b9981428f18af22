//! `GET /oauth`: the way to TikTok.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{opener, pages};
use crate::{
    domain::LoginEnd,
    server::{
        login::{self, Manner},
        session::WebSession,
        state::AppState,
    },
};

/// What a login link may ask for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    /// `1`: with another account than last time.
    #[serde(default)]
    switch: String,
    /// `missing`: for what was not granted.
    #[serde(default)]
    scope: String,
    /// `popup`: in a window that another site opened.
    #[serde(default)]
    display: String,
}

impl Wish {
    /// TikTok sends a creator who consented before straight back, unless it must ask again.
    fn manner(&self) -> Manner {
        Manner { show_consent: self.switch == "1" || self.scope == "missing", popup: self.display == "popup" }
    }
}

/// Begins a login: 303 to TikTok, or the page that says why not.
pub(super) async fn start(
    State(state): State<AppState>,
    session: Session,
    headers: HeaderMap,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Response {
    let wish = wish.map(|Query(wish)| wish).unwrap_or_default();
    let manner = wish.manner();
    let answer = match login::begin(&state, &WebSession::new(session), manner).await {
        Ok(tiktok) => Redirect::to(tiktok.as_str()).into_response(),
        Err(refusal) => {
            let end = LoginEnd { popup: manner.popup, ..refusal.into() };
            pages::ending(&state, headers, end).await
        }
    };
    if manner.popup { ([opener::policy(&state.config.site)], answer).into_response() } else { answer }
}
