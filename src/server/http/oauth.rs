//! `GET /oauth`: begins a login and redirects to TikTok.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{pages, security_headers::popup_opener_policy};
use crate::{
    domain::LoginEnd,
    server::{
        login::{LoginOptions, browser::LoginBrowser},
        state::AppState,
    },
};

/// The query of a login link.
#[derive(Debug, Default, Deserialize)]
pub(super) struct StartLoginQuery {
    /// `1`: with another account than before.
    #[serde(default)]
    switch: String,
    /// `missing`: for scopes that were not granted.
    #[serde(default)]
    scope: String,
    /// `popup`: in a popup that another site opened.
    #[serde(default)]
    display: String,
}

impl StartLoginQuery {
    /// TikTok redirects a creator who consented before at once, unless it must show the consent page.
    fn options(&self) -> LoginOptions {
        LoginOptions {
            show_consent: self.switch == "1" || self.scope == "missing",
            popup: self.display == "popup",
        }
    }
}

/// Whether a login link is for a popup.
pub(super) fn wants_popup(uri: &Uri) -> bool {
    Query::<StartLoginQuery>::try_from_uri(uri).is_ok_and(|Query(query)| query.options().popup)
}

/// Begins a login: 303 to TikTok, or the failure page. The browser is known by a cookie from here on.
pub(super) async fn start(
    State(state): State<AppState>,
    headers: HeaderMap,
    query: Result<Query<StartLoginQuery>, QueryRejection>,
) -> Response {
    let options = query.map(|Query(query)| query.options()).unwrap_or_default();
    let browser = LoginBrowser::of(&headers).unwrap_or_else(|| LoginBrowser::new(&*state.entropy));
    let response = match state.login.begin(&browser, options).await {
        Ok(tiktok) => {
            ([(header::SET_COOKIE, browser.set_cookie())], Redirect::to(tiktok.as_str())).into_response()
        }
        Err(refusal) => {
            let end = LoginEnd { popup: options.popup, at: Some(state.clock.now()), ..refusal.into() };
            pages::login_end(&state, headers, end).await
        }
    };
    if options.popup {
        ([popup_opener_policy(&state.config.site)], response).into_response()
    } else {
        response
    }
}
