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
use super::world::{Shared, World};

const COOKIE: &str = "tiktok_simulator_browser";
/// Granted whenever it is requested: it comes with Login Kit.
const BASIC: &str = "user.info.basic";

/// GET: the consent page, or the redirect at once.
pub(crate) async fn page(
    State(world): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let words = Words::choose(&query, &headers);
    if query.get("error").is_some() {
        return pages::problem::page(words, &query).into_response();
    }
    let request = match authorize::check(&world, &query) {
        Ok(request) => request,
        Err(problem) => return callback::misconfigured(&problem),
    };
    let known = signed_in(&world, &headers);
    match known.and_then(|creator| existing_consent_code(&world, creator, &request)) {
        Some(code) => callback::approved(&world, words, &request, &code, &request.scopes),
        None => pages::consent::page(&world.live().app_name, words, &request, known).into_response(),
    }
}

/// POST: the decision. The query is checked again: the page keeps no state.
pub(crate) async fn submit(
    State(world): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let words = Words::choose(&query, &headers);
    let form = Fields::parse(&body);
    let request = match authorize::check(&world, &query) {
        Ok(request) => request,
        Err(problem) => return callback::misconfigured(&problem),
    };
    if form.get("decision") != Some("approve") {
        return callback::cancelled(&world, words, &request);
    }
    match form.get("creator").and_then(creators::find) {
        Some(creator) => approve(&world, words, &request, creator, &form),
        None => pages::consent::page(&world.live().app_name, words, &request, None).into_response(),
    }
}

fn approve(
    world: &World,
    words: &Words,
    request: &Request,
    creator: &'static Creator,
    form: &Fields,
) -> Response {
    match creator.behaviour {
        Behaviour::Outsider if world.live().sandbox => return callback::not_a_target(world, words, request),
        Behaviour::Ineligible => return callback::not_eligible(world, words, request),
        _ => {}
    }
    let scopes = granted_scopes(request, form);
    world.memory().grants.consent(creator, scopes.clone(), world.clock.now());
    let code = issue(world, creator, scopes.clone(), request);
    let cookie = sign_in(world, creator);
    let back = callback::approved(world, words, request, &code, &scopes);
    ([(header::SET_COOKIE, cookie)], back).into_response()
}

fn granted_scopes(request: &Request, form: &Fields) -> Vec<String> {
    let kept = |scope: &&String| *scope == BASIC || form.all("scope").any(|ticked| ticked == *scope);
    request.scopes.iter().filter(kept).cloned().collect()
}

/// A code without the page, if this creator has already granted every requested scope.
fn existing_consent_code(world: &World, creator: &'static Creator, request: &Request) -> Option<String> {
    if request.always_show_consent || !has_granted(world, creator, &request.scopes) {
        return None;
    }
    Some(issue(world, creator, request.scopes.clone(), request))
}

fn has_granted(world: &World, creator: &Creator, scopes: &[String]) -> bool {
    let memory = world.memory();
    let consent = memory.grants.authorised.get(creator.slug);
    consent.is_some_and(|consent| scopes.iter().all(|scope| consent.scopes.contains(scope)))
}

fn issue(world: &World, creator: &'static Creator, scopes: Vec<String>, request: &Request) -> String {
    let text = world.mint.code();
    let code = Code {
        creator,
        scopes,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        expires_at: world.clock.now() + CODE_SECONDS,
    };
    world.memory().grants.add_code(text.clone(), code);
    text
}

fn sign_in(world: &World, creator: &'static Creator) -> String {
    let browser = mint::browser();
    world.memory().browsers.insert(browser.clone(), creator);
    format!("{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax")
}

fn signed_in(world: &World, headers: &HeaderMap) -> Option<&'static Creator> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, browser) = pairs.find(|(name, _)| *name == COOKIE)?;
    world.memory().browsers.get(browser).copied()
}
