//! The redirect back to the app: the redirect URI with the result, by GET or by form POST.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::authorize::{Misconfigured, Request};
use super::fields::Fields;
use super::mint;
use super::pages;
use super::pages::words::Words;
use super::simulator::{CallbackMode, Simulator};

/// Names and values of the callback, in order.
pub(crate) type Pairs<'a> = Vec<(&'a str, &'a str)>;

pub(crate) fn approved(
    simulator: &Simulator,
    words: &Words,
    request: &Request,
    code: &str,
    scopes: &[String],
) -> Response {
    let scopes = scopes.join(",");
    let pairs = vec![("code", code), ("scopes", scopes.as_str()), ("state", request.state.as_str())];
    respond(simulator, words, &request.redirect_uri, &pairs)
}

pub(crate) fn cancelled(simulator: &Simulator, words: &Words, request: &Request) -> Response {
    let pairs = vec![
        ("error", "access_denied"),
        ("error_description", "User cancelled the authorization"),
        ("state", request.state.as_str()),
    ];
    respond(simulator, words, &request.redirect_uri, &pairs)
}

/// The account is not among the sandbox's target users. Only `error_type` distinguishes this from a cancellation.
pub(crate) fn not_a_target(simulator: &Simulator, words: &Words, request: &Request) -> Response {
    let pairs = vec![
        ("error", "access_denied"),
        ("error_type", "non_sandbox_target"),
        ("error_description", "The user is not a target user of this sandbox"),
        ("state", request.state.as_str()),
    ];
    respond(simulator, words, &request.redirect_uri, &pairs)
}

/// The documented refusal; TikTok does not promise to echo `state` here, so it is left out.
pub(crate) fn not_eligible(simulator: &Simulator, words: &Words, request: &Request) -> Response {
    let description = "The current user is not eligible for third-party login or authorization";
    let pairs = vec![("error", "access_denied"), ("error_description", description)];
    respond(simulator, words, &request.redirect_uri, &pairs)
}

/// An ordered error of the authorize step, with a log id.
pub(crate) fn refuse(simulator: &Simulator, query: &Fields, code: &str) -> Response {
    let log_id = mint::log_id(simulator.clock.now());
    let description = "The request was refused";
    redirect_back(
        simulator,
        query,
        vec![("error", code), ("error_description", description), ("log_id", &log_id)],
    )
}

/// The redirect to a registered redirect URI with these parameters and the state.
pub(crate) fn redirect_back<'a>(simulator: &Simulator, query: &'a Fields, mut pairs: Pairs<'a>) -> Response {
    let uri = query.get("redirect_uri").unwrap_or_default();
    if !simulator.settings.redirect_uris.iter().any(|known| known == uri) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    pairs.extend(query.get("state").map(|state| ("state", state)));
    respond(simulator, Words::english(), uri, &pairs)
}

/// TikTok's page for a misconfigured app has its own URL with the error in the query.
pub(crate) fn misconfigured(problem: &Misconfigured) -> Response {
    let code = problem.code.map(|code| code.to_string());
    let mut pairs = vec![("error", problem.error), ("error_type", problem.error_type)];
    pairs.extend(code.as_deref().map(|code| ("errCode", code)));
    see_other(&format!("/v2/auth/authorize/?{}", encode(&pairs)))
}

pub(crate) fn see_other(location: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

fn respond(simulator: &Simulator, words: &Words, uri: &str, pairs: &Pairs<'_>) -> Response {
    match simulator.live().callback {
        CallbackMode::Get => see_other(&format!("{uri}?{}", encode(pairs))),
        CallbackMode::Post => pages::form_post::page(words, uri, pairs).into_response(),
    }
}

/// Form encoding with `*` encoded too: that is how TikTok's codes arrive.
fn encode(pairs: &Pairs<'_>) -> String {
    let encoded: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    encoded.replace('*', "%2A")
}
