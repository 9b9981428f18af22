//! The notice that a request for the start page asks for.

use axum::http::{HeaderMap, Uri};

use crate::{domain::StartNotice, server::cookie};

/// The cookie of a browser in which a creator has just logged out.
pub(super) const LOGGED_OUT_COOKIE: &str = "logged-out";

/// Long enough for the next page, so that no later visit shows the notice.
const LOGGED_OUT_SECONDS: i64 = 30;

/// The start page for a browser that asked for a page of a signed-in creator.
pub(super) const SIGN_IN_FIRST: &str = "/?from=profile#notice";

/// The `Set-Cookie` value after a log-out.
pub(super) fn logged_out_cookie() -> String {
    cookie::set(LOGGED_OUT_COOKIE, "1", LOGGED_OUT_SECONDS)
}

/// The notice of a request; `None` for an ordinary visit.
pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Option<StartNotice> {
    if uri.query() == Some("from=profile") {
        return Some(StartNotice::SignInFirst);
    }
    cookie::value(headers, LOGGED_OUT_COOKIE).map(|_| StartNotice::LoggedOut)
}
