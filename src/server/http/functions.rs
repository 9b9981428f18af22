//! What stands behind the server functions of [`api`](crate::api): extract, call, convert.

mod leaving;

use axum::{
    extract::Query,
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use tower_sessions::Session;
use tracing::{Instrument as _, Span};

pub use self::leaving::{delete_everything, disconnect, kept_receipt};
use super::{choice, language, opener, request_id::RequestSpan, theme};
use crate::{
    api::ApiError,
    domain::{Locale, LoginEnd, Profile, Renewal, Theme},
    server::{
        login, profile, session::WebSession, state::AppState, store::StoreError,
        tiktok::callback::CallbackParameters,
    },
};

/// See [`api::complete_login`](crate::api::complete_login).
///
/// # Errors
/// When the request has no session, which is a fault of ours.
pub async fn complete_login() -> Result<LoginEnd, ApiError> {
    finish_login().instrument(span()).await
}

async fn finish_login() -> Result<LoginEnd, ApiError> {
    let (state, session) = call().await?;
    // A query that repeats a parameter is no callback of TikTok's.
    let query: Result<Query<CallbackParameters>, _> = leptos_axum::extract().await;
    let parameters = query.map(|Query(parameters)| parameters).unwrap_or_default();
    let end = login::complete(&state, &session, parameters.parse()).await;
    match &end.refusal {
        Some(refusal) => {
            tracing::info!(failure = ?refusal.failure, log_id = ?refusal.log_id, "a login ended without a grant");
        }
        None if end.popup => {}
        None => see_other("/profile"),
    }
    if let (true, Some(response)) = (end.popup, use_context::<ResponseOptions>()) {
        let (name, value) = opener::policy(&state.config.site);
        response.insert_header(name, value);
    }
    Ok(end)
}

/// See [`api::own_profile`](crate::api::own_profile).
///
/// # Errors
/// When the store cannot be reached.
pub async fn own_profile() -> Result<Option<(Profile, Option<Renewal>)>, ApiError> {
    let opened = open_profile().instrument(span()).await?;
    if opened.is_none() {
        see_other("/");
    }
    Ok(opened)
}

async fn open_profile() -> Result<Option<(Profile, Option<Renewal>)>, ApiError> {
    let (state, session) = call().await?;
    let Some(creator) = session.creator().await.map_err(store_error)? else { return Ok(None) };
    let Some(profile) = profile::opened(&state, &creator).await.map_err(store_error)? else {
        return Ok(None);
    };
    let told = session.take_told().await.map_err(store_error)?;
    Ok(Some((profile, told)))
}

/// See [`api::leaving_profile`](crate::api::leaving_profile).
///
/// # Errors
/// When the store cannot be reached.
pub async fn leaving_profile() -> Result<Option<Profile>, ApiError> {
    let profile = signed_in().await?;
    if profile.is_none() {
        see_other("/");
    }
    Ok(profile)
}

/// See [`api::signed_in`](crate::api::signed_in).
///
/// # Errors
/// When the store cannot be reached.
pub async fn signed_in() -> Result<Option<Profile>, ApiError> {
    stored_profile().instrument(span()).await
}

async fn stored_profile() -> Result<Option<Profile>, ApiError> {
    let (state, session) = call().await?;
    match session.creator().await.map_err(store_error)? {
        Some(creator) => profile::load(&state, &creator).await.map_err(store_error),
        None => Ok(None),
    }
}

/// See [`api::log_out`](crate::api::log_out).
///
/// # Errors
/// When the store cannot be reached: the session then goes on, and the page says so.
pub async fn log_out() -> Result<(), ApiError> {
    let (_, session) = call().await?;
    session.end().instrument(span()).await.map_err(store_error)?;
    see_other("/#told");
    Ok(())
}

/// See [`api::refresh_now`](crate::api::refresh_now).
///
/// # Errors
/// When the store cannot be reached.
pub async fn refresh_now() -> Result<(), ApiError> {
    renew().instrument(span()).await.map(see_other)
}

/// Renews the connection and answers where that is told.
async fn renew() -> Result<&'static str, ApiError> {
    let (state, session) = call().await?;
    let Some(creator) = session.creator().await.map_err(store_error)? else { return Ok("/") };
    let renewal = profile::refresh_now(&state, &creator).await.map_err(store_error)?;
    session.tell(renewal).await.map_err(store_error)?;
    Ok("/profile#told")
}

/// See [`api::set_language`](crate::api::set_language).
///
/// # Errors
/// None of its own.
#[allow(clippy::unused_async, reason = "a server function is asynchronous")]
pub async fn set_language(locale: Locale, back: &str) -> Result<(), ApiError> {
    remember(&choice::remembered(language::COOKIE, locale.tag()), back);
    Ok(())
}

/// See [`api::set_theme`](crate::api::set_theme).
///
/// # Errors
/// None of its own.
#[allow(clippy::unused_async, reason = "a server function is asynchronous")]
pub async fn set_theme(theme: Theme, back: &str) -> Result<(), ApiError> {
    remember(&choice::remembered(theme::COOKIE, theme.name()), back);
    Ok(())
}

/// Sets a choice's cookie and goes back to where it was made.
fn remember(cookie: &str, back: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
    leptos_axum::redirect(own_path(back));
}

/// A path of ours, perhaps with a place in its page, or the login page for anything that could lead elsewhere.
fn own_path(back: &str) -> &str {
    let plain = back.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_#".contains(&byte));
    if back.starts_with('/') && !back.starts_with("//") && plain { back } else { "/" }
}

async fn call() -> Result<(AppState, WebSession), ApiError> {
    let state = use_context::<AppState>().ok_or(ApiError::Internal)?;
    let session: Session = leptos_axum::extract().await.map_err(|_: ServerFnErrorErr| ApiError::Internal)?;
    Ok((state, WebSession::new(session)))
}

/// The span of the request: a page asks its questions on a task of its own, outside it.
fn span() -> Span {
    let span = use_context::<Parts>().and_then(|parts| parts.extensions.get::<RequestSpan>().cloned());
    span.map_or_else(Span::current, |RequestSpan(span)| span)
}

/// Redirects to `path`, a constant. A page and a plain form answer 303; a function that a script called
/// leaves the framework its own way, which also tells the script.
fn see_other(path: &'static str) {
    let is_seen =
        use_context::<Parts>().is_some_and(|parts| parts.method == Method::GET || accepts_html(&parts));
    match use_context::<ResponseOptions>().filter(|_| is_seen) {
        Some(response) => {
            response.insert_header(header::LOCATION, HeaderValue::from_static(path));
            response.set_status(StatusCode::SEE_OTHER);
        }
        None => leptos_axum::redirect(path),
    }
}

/// Whether a browser is to show the answer, and not a script.
fn accepts_html(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn store_error(error: StoreError) -> ApiError {
    tracing::error!(%error, "a page failed at the store");
    match error {
        StoreError::Unavailable(_) => ApiError::StoreUnavailable,
        StoreError::Unreadable(_) => ApiError::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leaves_this_site() {
        for elsewhere in ["//evil.test", "https://evil.test", "/\\evil.test", "", "/a\r\nb", "/?x=1"] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
        assert_eq!(own_path("/profile"), "/profile");
        assert_eq!(own_path("/profile#theme"), "/profile#theme");
    }
}
