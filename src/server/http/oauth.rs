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
        login::{self, LoginOptions},
        session::WebSession,
        state::AppState,
    },
};

/// What a login link may ask for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct StartLoginQuery {
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

impl StartLoginQuery {
    /// TikTok sends a creator who consented before straight back, unless it must ask again.
    fn options(&self) -> LoginOptions {
        LoginOptions {
            show_consent: self.switch == "1" || self.scope == "missing",
            popup: self.display == "popup",
        }
    }
}

/// Begins a login: 303 to TikTok, or the page that says why not.
pub(super) async fn start(
    State(state): State<AppState>,
    session: Session,
    headers: HeaderMap,
    wish: Result<Query<StartLoginQuery>, QueryRejection>,
) -> Response {
    let wish = wish.map(|Query(wish)| wish).unwrap_or_default();
    let options = wish.options();
    let answer = match login::begin(&state, &WebSession::new(session), options).await {
        Ok(tiktok) => Redirect::to(tiktok.as_str()).into_response(),
        Err(refusal) => {
            let end = LoginEnd { popup: options.popup, ..refusal.into() };
            pages::ending(&state, headers, end).await
        }
    };
    if options.popup { ([opener::policy(&state.config.site)], answer).into_response() } else { answer }
}
