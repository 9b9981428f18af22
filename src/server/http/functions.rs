//! The server's half of the server functions in [`api`](crate::api): extract, call, convert.

mod disconnect;
mod request;

use axum::{extract::Query, http::request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

pub use self::disconnect::{delete_everything, disconnect, kept_receipt};
use self::request::{append_cookie, forget_login, or_redirect, see_other, with_session};
use super::{
    login_gate::LoginPermit,
    preferences::{self, LANGUAGE_COOKIE, THEME_COOKIE},
    security_headers::popup_opener_policy,
    start_notice::{SIGN_IN_FIRST, logged_out_cookie},
};
use crate::{
    api::ApiError,
    domain::{Flash, Locale, LoginEnd, LoginFailure, LoginRefusal, Profile, SignedInAs, Theme},
    server::{
        login::{self, Completion, browser::LoginBrowser},
        session::WebSession,
        state::AppState,
        store::LoginOutcome,
        telemetry::throttle,
        tiktok::callback::CallbackParameters,
    },
};

/// See [`api::complete_login`](crate::api::complete_login).
///
/// # Errors
/// When the request has no session, which is a fault of ours.
pub async fn complete_login() -> Result<LoginEnd, ApiError> {
    with_session(|state, session| async move {
        // TikTok repeats no parameter: a query that does is malformed.
        let query: Result<Query<CallbackParameters>, _> = leptos_axum::extract().await;
        let parameters = query.map(|Query(parameters)| parameters).unwrap_or_default();
        let parts = use_context::<Parts>();
        let browser = parts.as_ref().and_then(|parts| LoginBrowser::of(&parts.headers));
        let permit = parts.and_then(|parts| parts.extensions.get::<LoginPermit>().cloned());
        let completion = state.login.complete(browser.as_ref(), parameters.parse(), permit.clone()).await;
        if let (LoginOutcome::Connected(_), true, Some(permit)) =
            (&completion.outcome, completion.is_first, permit)
        {
            permit.completed();
        }
        let end = sign_in(&state, &session, completion).await;
        respond_to_login(&state, &end);
        Ok(end)
    })
    .await
}

/// Signs the creator in who has connected. An old callback that is opened in a browser with a session leads to the
/// profile, as if it had succeeded.
async fn sign_in(state: &AppState, session: &WebSession, completion: Completion) -> LoginEnd {
    let Completion { outcome, popup, .. } = completion;
    let refusal = match outcome {
        LoginOutcome::Connected(creator) => {
            session.sign_in(&creator).await.map_err(login::store_refusal).err()
        }
        LoginOutcome::Failed(refusal) => Some(refusal),
    };
    let Some(refusal) = refusal else { return LoginEnd { popup, ..LoginEnd::default() } };
    // A session that cannot be read counts as none.
    let creator = session.creator().await.ok().flatten();
    if creator.is_some() && is_old_callback(&refusal) {
        return LoginEnd::default();
    }
    let profile = match &creator {
        Some(creator) => state.profiles.load(creator).await.ok().flatten(),
        None => None,
    };
    LoginEnd {
        popup,
        still_signed_in: creator
            .map(|_| SignedInAs { name: profile.and_then(|profile| profile.display_name()) }),
        at: Some(state.clock.now()),
        ..refusal.into()
    }
}

/// Whether nothing was tried: the address of a callback that was completed, or of none.
const fn is_old_callback(refusal: &LoginRefusal) -> bool {
    matches!(refusal.failure, LoginFailure::StateUnknown | LoginFailure::CallbackMalformed)
}

fn respond_to_login(state: &AppState, end: &LoginEnd) {
    match &end.refusal {
        Some(refusal) => {
            let log = || tracing::info!(failure = ?refusal.failure, log_id = ?refusal.log_id, "login failed");
            // A request that TikTok has not sent ends with one of these.
            match refusal.failure {
                LoginFailure::StateUnknown => throttle::log("login: unknown state", log),
                LoginFailure::CallbackMalformed => throttle::log("login: malformed callback", log),
                _ => log(),
            }
        }
        None if end.popup => {}
        None => see_other("/profile"),
    }
    if let (true, Some(response)) = (end.popup, use_context::<ResponseOptions>()) {
        let (name, value) = popup_opener_policy(&state.config.site);
        response.insert_header(name, value);
    }
}

/// See [`api::own_profile`](crate::api::own_profile).
///
/// # Errors
/// When the store is unavailable.
pub async fn own_profile() -> Result<Option<(Profile, Option<Flash>)>, ApiError> {
    let profile = with_session(|state, session| async move {
        let Some(creator) = session.creator().await? else { return Ok(None) };
        let Some(profile) = state.profiles.load_fresh(&creator).await? else { return Ok(None) };
        let flash = session.take_flash().await?;
        let is_news = |flash: &Flash| *flash != Flash::SignedIn || profile.is_newly_connected();
        let flash = flash.filter(is_news);
        Ok(Some((profile, flash)))
    });
    Ok(or_redirect(profile.await?, SIGN_IN_FIRST))
}

/// See [`api::leaving_profile`](crate::api::leaving_profile).
///
/// # Errors
/// When the store is unavailable.
pub async fn leaving_profile() -> Result<Option<Profile>, ApiError> {
    Ok(or_redirect(signed_in().await?, SIGN_IN_FIRST))
}

/// See [`api::signed_in`](crate::api::signed_in).
///
/// # Errors
/// When the store is unavailable.
pub async fn signed_in() -> Result<Option<Profile>, ApiError> {
    with_session(|state, session| async move {
        match session.creator().await? {
            Some(creator) => state.profiles.load(&creator).await,
            None => Ok(None),
        }
    })
    .await
}

/// See [`api::log_out`](crate::api::log_out).
///
/// # Errors
/// When the store is unavailable: the session then goes on, and the page says so.
pub async fn log_out() -> Result<(), ApiError> {
    with_session(|_, session| async move { session.end().await }).await?;
    forget_login();
    append_cookie(&logged_out_cookie());
    see_other("/#notice");
    Ok(())
}

/// See [`api::refresh_now`](crate::api::refresh_now).
///
/// # Errors
/// When the store is unavailable.
pub async fn refresh_now() -> Result<(), ApiError> {
    let refreshed = with_session(|state, session| async move {
        let Some(creator) = session.creator().await? else { return Ok("/") };
        session.set_flash(Flash::Checked(state.manual_refresh.refresh(&creator).await?)).await?;
        Ok("/profile#notice")
    });
    refreshed.await.map(see_other)
}

/// See [`api::set_language`](crate::api::set_language).
///
/// # Errors
/// None of its own.
#[allow(clippy::unused_async, reason = "a server function is asynchronous")]
pub async fn set_language(locale: Locale, back: &str) -> Result<(), ApiError> {
    set_preference(&preferences::set_cookie(LANGUAGE_COOKIE, locale.tag()), back);
    Ok(())
}

/// See [`api::set_theme`](crate::api::set_theme).
///
/// # Errors
/// None of its own.
#[allow(clippy::unused_async, reason = "a server function is asynchronous")]
pub async fn set_theme(theme: Theme, back: &str) -> Result<(), ApiError> {
    set_preference(&preferences::set_cookie(THEME_COOKIE, theme.name()), back);
    Ok(())
}

/// Sets a preference's cookie and redirects to the page on which it was chosen.
fn set_preference(cookie: &str, back: &str) {
    append_cookie(cookie);
    leptos_axum::redirect(own_path(back));
}

/// `back` if it is a path of this site, with or without a fragment; else the start page.
fn own_path(back: &str) -> &str {
    let plain = back.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_#".contains(&byte));
    if back.starts_with('/') && !back.starts_with("//") && plain { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_never_leaves_this_site() {
        for elsewhere in ["//evil.test", "https://evil.test", "/\\evil.test", "", "/a\r\nb", "/?x=1"] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
        assert_eq!(own_path("/profile"), "/profile");
        assert_eq!(own_path("/profile#theme"), "/profile#theme");
    }
}
