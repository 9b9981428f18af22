//! `/v2/auth/authorize/`: shows the consent page, or redirects a browser whose creator has consented before.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::authorize::{self, Request};
use super::callback;
use super::creators::{self, Behaviour, Creator};
use super::fields::Fields;
use super::grants::{CODE_SECONDS, Code};
use super::mint;
use super::pages;
use super::pages::words::Words;
use super::simulator::{SharedSimulator, Simulator};

const COOKIE: &str = "tiktok_simulator_browser";
/// Granted whenever it is requested: it comes with Login Kit.
const BASIC: &str = "user.info.basic";

/// GET: the consent page, or the redirect at once.
pub(crate) async fn page(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let words = Words::choose(&query, &headers);
    if query.get("error").is_some() {
        return pages::problem::page(words, &query).into_response();
    }
    let request = match authorize::check(&simulator, &query) {
        Ok(request) => request,
        Err(problem) => return callback::misconfigured(&problem),
    };
    let known = signed_in(&simulator, &headers);
    match known.and_then(|creator| existing_consent_code(&simulator, creator, &request)) {
        Some(code) => callback::approved(&simulator, words, &request, &code, &request.scopes),
        None => pages::consent::page(&simulator.live().app_name, words, &request, known).into_response(),
    }
}

/// POST: the decision. The query is checked again: the page keeps no state.
pub(crate) async fn submit(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let words = Words::choose(&query, &headers);
    let form = Fields::parse(&body);
    let request = match authorize::check(&simulator, &query) {
        Ok(request) => request,
        Err(problem) => return callback::misconfigured(&problem),
    };
    if form.get("decision") != Some("approve") {
        return callback::cancelled(&simulator, words, &request);
    }
    match form.get("creator").and_then(creators::find) {
        Some(creator) => approve(&simulator, words, &request, creator, &form),
        None => pages::consent::page(&simulator.live().app_name, words, &request, None).into_response(),
    }
}

fn approve(
    simulator: &Simulator,
    words: &Words,
    request: &Request,
    creator: &'static Creator,
    form: &Fields,
) -> Response {
    match creator.behaviour {
        Behaviour::Outsider if simulator.live().sandbox => {
            return callback::not_a_target(simulator, words, request);
        }
        Behaviour::Ineligible => return callback::not_eligible(simulator, words, request),
        _ => {}
    }
    let scopes = granted_scopes(request, form);
    simulator.memory().grants.consent(creator, scopes.clone(), simulator.clock.now());
    let code = issue(simulator, creator, scopes.clone(), request);
    let cookie = sign_in(simulator, creator);
    let back = callback::approved(simulator, words, request, &code, &scopes);
    ([(header::SET_COOKIE, cookie)], back).into_response()
}

fn granted_scopes(request: &Request, form: &Fields) -> Vec<String> {
    let kept = |scope: &&String| *scope == BASIC || form.all("scope").any(|ticked| ticked == *scope);
    request.scopes.iter().filter(kept).cloned().collect()
}

/// A code without the page, if this creator has already granted every requested scope.
fn existing_consent_code(
    simulator: &Simulator,
    creator: &'static Creator,
    request: &Request,
) -> Option<String> {
    if request.always_show_consent || !has_granted(simulator, creator, &request.scopes) {
        return None;
    }
    Some(issue(simulator, creator, request.scopes.clone(), request))
}

fn has_granted(simulator: &Simulator, creator: &Creator, scopes: &[String]) -> bool {
    let memory = simulator.memory();
    let consent = memory.grants.authorised.get(creator.slug);
    consent.is_some_and(|consent| scopes.iter().all(|scope| consent.scopes.contains(scope)))
}

fn issue(simulator: &Simulator, creator: &'static Creator, scopes: Vec<String>, request: &Request) -> String {
    let text = simulator.mint.code();
    let code = Code {
        creator,
        scopes,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        expires_at: simulator.clock.now() + CODE_SECONDS,
    };
    simulator.memory().grants.add_code(text.clone(), code);
    text
}

fn sign_in(simulator: &Simulator, creator: &'static Creator) -> String {
    let browser = mint::browser();
    simulator.memory().browsers.insert(browser.clone(), creator);
    format!("{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax")
}

fn signed_in(simulator: &Simulator, headers: &HeaderMap) -> Option<&'static Creator> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, browser) = pairs.find(|(name, _)| *name == COOKIE)?;
    simulator.memory().browsers.get(browser).copied()
}
