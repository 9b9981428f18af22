//! Every server function: what a page may ask of the server, with JavaScript and without.
//!
//! Each is one line into `server`. Arguments and answers are domain values; an error is a name
//! from [`ApiError`], because without JavaScript it travels in an address that anyone can write.

use leptos::{
    prelude::*,
    server_fn::{codec::JsonEncoding, error::FromServerFnError},
};
use serde::{Deserialize, Serialize};

use crate::domain::{Locale, LoginEnd, Profile, ProfileChoice, Receipt, Renewal, Theme};

/// Why a server function could not do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// Our records cannot be reached right now.
    #[error("the records cannot be reached")]
    StoreUnavailable,
    /// The arguments are not what the function takes.
    #[error("the request is malformed")]
    BadRequest,
    /// The browser could not reach the server, or did not understand its answer.
    #[error("the server was not reached")]
    Transport,
    /// A fault of ours.
    #[error("internal error")]
    Internal,
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::BadRequest,
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Transport,
            _ => Self::Internal,
        }
    }
}

/// Takes TikTok's redirect from this request's query and finishes the login.
///
/// When the creator is signed in, the answer is a redirect to `/profile`, except in a popup. When not,
/// the end has the reason for the failure page. The state in the query is used up either way.
#[server(prefix = "/api", endpoint = "complete_login")]
pub async fn complete_login() -> Result<LoginEnd, ApiError> {
    crate::server::http::functions::complete_login().await
}

/// The signed-in creator's profile, for their own page: what is old is asked of TikTok anew. With it
/// how their last [`refresh_now`] ended, told once. `None` when nobody is signed in: the answer is
/// then a redirect to `/`.
#[server(prefix = "/api", endpoint = "own_profile")]
pub async fn own_profile() -> Result<Option<(Profile, Option<Renewal>)>, ApiError> {
    crate::server::http::functions::own_profile().await
}

/// The signed-in creator's profile, for the page on which they leave. `None` when nobody is signed
/// in: the answer is then a redirect to `/`.
#[server(prefix = "/api", endpoint = "leaving_profile")]
pub async fn leaving_profile() -> Result<Option<Profile>, ApiError> {
    crate::server::http::functions::leaving_profile().await
}

/// The signed-in creator's profile, without any redirect; for the login page.
#[server(prefix = "/api", endpoint = "signed_in")]
pub async fn signed_in() -> Result<Option<Profile>, ApiError> {
    crate::server::http::functions::signed_in().await
}

/// Ends this browser's session, and no other; the answer is a redirect to `/`, and there
/// to what says so.
#[server(prefix = "/api", endpoint = "log_out")]
pub async fn log_out() -> Result<(), ApiError> {
    crate::server::http::functions::log_out().await
}

/// Asks TikTok for new tokens; the answer is a redirect to `/profile`, which says how it ended.
#[server(prefix = "/api", endpoint = "refresh_now")]
pub async fn refresh_now() -> Result<(), ApiError> {
    crate::server::http::functions::refresh_now().await
}

/// Ends the signed-in creator's connection; the answer is a redirect to the receipt at
/// `/disconnected`.
#[server(prefix = "/api", endpoint = "disconnect")]
pub async fn disconnect(
    /// What is to become of their profile.
    profile: ProfileChoice,
) -> Result<(), ApiError> {
    crate::server::http::functions::disconnect(profile).await
}

/// Ends the signed-in creator's connection and every session of theirs, and forgets them; the answer
/// is a redirect to the receipt at `/disconnected`.
#[server(prefix = "/api", endpoint = "delete_everything")]
pub async fn delete_everything() -> Result<(), ApiError> {
    crate::server::http::functions::delete_everything().await
}

/// The receipt in this browser's session. `None` when there is none: the answer is then a redirect
/// to `/`.
#[server(prefix = "/api", endpoint = "kept_receipt")]
pub async fn kept_receipt() -> Result<Option<Receipt>, ApiError> {
    crate::server::http::functions::kept_receipt().await
}

/// Remembers the language in a cookie and redirects to `back`, a path of ours.
#[server(prefix = "/api", endpoint = "set_language")]
pub async fn set_language(
    /// The language to speak from now on.
    locale: Locale,
    /// Where to go back to.
    back: String,
) -> Result<(), ApiError> {
    crate::server::http::functions::set_language(locale, &back).await
}

/// Remembers the theme in a cookie and redirects to `back`, a path of ours.
#[server(prefix = "/api", endpoint = "set_theme")]
pub async fn set_theme(
    /// The theme from now on.
    theme: Theme,
    /// Where to go back to.
    back: String,
) -> Result<(), ApiError> {
    crate::server::http::functions::set_theme(theme, &back).await
}
