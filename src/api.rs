//! The server functions that pages call, with JavaScript and without.
//!
//! Each is one line into `server`. Arguments and results are domain values, errors are [`ApiError`].

mod error;

use leptos::prelude::*;

pub use self::error::ApiError;
use crate::domain::{Flash, Locale, LoginEnd, Profile, ProfileChoice, Receipt, Theme};

/// Reads TikTok's callback from this request's query and completes the login.
///
/// On success the response is a redirect to `/profile`, except in a popup. On failure the result has the
/// reason for the failure page. The state in the query is used up either way.
#[server(prefix = "/api", endpoint = "complete_login")]
pub async fn complete_login() -> Result<LoginEnd, ApiError> {
    crate::server::http::functions::complete_login().await
}

/// The signed-in creator's profile, for their own page, with the flash message of what they just
/// did. A stale profile is requested from TikTok again. `None` when no creator is signed in:
/// the response is then a redirect to `/`, which says why.
#[server(prefix = "/api", endpoint = "own_profile")]
pub async fn own_profile() -> Result<Option<(Profile, Option<Flash>)>, ApiError> {
    crate::server::http::functions::own_profile().await
}

/// The signed-in creator's profile, for the page on which they disconnect. `None` when no creator is signed
/// in: the response is then a redirect to `/`.
#[server(prefix = "/api", endpoint = "leaving_profile")]
pub async fn leaving_profile() -> Result<Option<Profile>, ApiError> {
    crate::server::http::functions::leaving_profile().await
}

/// The signed-in creator's profile, without any redirect; for the login page.
#[server(prefix = "/api", endpoint = "signed_in")]
pub async fn signed_in() -> Result<Option<Profile>, ApiError> {
    crate::server::http::functions::signed_in().await
}

/// Ends this browser's session, and no other; the response is a redirect to the notice on `/`.
#[server(prefix = "/api", endpoint = "log_out")]
pub async fn log_out() -> Result<(), ApiError> {
    crate::server::http::functions::log_out().await
}

/// Requests new tokens from TikTok; the response is a redirect to `/profile`, which shows the result.
#[server(prefix = "/api", endpoint = "refresh_now")]
pub async fn refresh_now() -> Result<(), ApiError> {
    crate::server::http::functions::refresh_now().await
}

/// Ends the signed-in creator's connection; the response is a redirect to the receipt at
/// `/disconnected`.
#[server(prefix = "/api", endpoint = "disconnect")]
pub async fn disconnect(
    /// Whether their profile is kept or erased.
    profile: ProfileChoice,
) -> Result<(), ApiError> {
    crate::server::http::functions::disconnect(profile).await
}

/// Deletes the signed-in creator with their connection and sessions; the response is a redirect to the receipt at `/disconnected`.
#[server(prefix = "/api", endpoint = "delete_everything")]
pub async fn delete_everything() -> Result<(), ApiError> {
    crate::server::http::functions::delete_everything().await
}

/// The receipt in this browser's session. `None` when there is none: the response is then a redirect to
/// `/`.
#[server(prefix = "/api", endpoint = "kept_receipt")]
pub async fn kept_receipt() -> Result<Option<Receipt>, ApiError> {
    crate::server::http::functions::kept_receipt().await
}

/// Remembers the language in a cookie and redirects to `back`, a path of ours.
#[server(prefix = "/api", endpoint = "set_language")]
pub async fn set_language(
    /// The language of later pages.
    locale: Locale,
    /// The path to return to.
    back: String,
) -> Result<(), ApiError> {
    crate::server::http::functions::set_language(locale, &back).await
}

/// Remembers the theme in a cookie and redirects to `back`, a path of ours.
#[server(prefix = "/api", endpoint = "set_theme")]
pub async fn set_theme(
    /// The theme of later pages.
    theme: Theme,
    /// The path to return to.
    back: String,
) -> Result<(), ApiError> {
    crate::server::http::functions::set_theme(theme, &back).await
}
