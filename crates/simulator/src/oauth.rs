//! `POST /v2/oauth/token/` and `POST /v2/oauth/revoke/` (`oauth-user-access-token-management`,
//! `client-access-token-management`).

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::deliveries;
use super::fields::Fields;
use super::grants::{Code, Issued, Terms};
use super::history::Fate;
use super::mint;
use super::oauth_error::{OauthError, answer};
use super::pkce;
use super::webhook::Event;
use super::world::{Live, Shared, World};

type Answer = Result<Value, OauthError>;

/// `answer` is what an ordered fault makes of the answer.
pub(crate) async fn token(
    State(world): State<Shared>,
    Extension(answer): Extension<Fate>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = client_form(&world, &headers, &body).and_then(|form| match form.get("grant_type") {
        Some("authorization_code") => exchange(&world, &form),
        Some("refresh_token") => refresh(&world, &form, answer),
        Some("client_credentials") => Ok(client_token(&world)),
        Some(_) => Err(OauthError::new("unsupported_grant_type", "The grant type is not supported.")),
        None => Err(OauthError::request(OauthError::MALFORMED)),
    });
    respond(&world, outcome)
}

/// The answer goes out at once; the webhook follows on its own.
pub(crate) async fn revoke(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = client_form(&world, &headers, &body).and_then(|form| end_grants(&world, &form));
    let outcome = outcome.map(|event| {
        tokio::spawn(deliveries::announce(world.clone(), event));
        json!({})
    });
    respond(&world, outcome)
}

/// The form of an app that proved who it is.
fn client_form(world: &World, headers: &HeaderMap, body: &[u8]) -> Result<Fields, OauthError> {
    let form = form(headers, body)?;
    let (Some(key), Some(secret)) = (form.get("client_key"), form.get("client_secret")) else {
        return Err(OauthError::request(missing(&form)));
    };
    if key != world.settings.client_key || secret != world.settings.client_secret {
        return Err(OauthError::of_code("invalid_client"));
    }
    Ok(form)
}

fn form(headers: &HeaderMap, body: &[u8]) -> Result<Fields, OauthError> {
    let media = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    let media = media.split(|byte| *byte == b';').next().unwrap_or_default();
    if !media.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
        return Err(OauthError::request(OauthError::NOT_A_FORM));
    }
    Ok(Fields::parse(body))
}

fn missing(form: &Fields) -> &'static str {
    match form.get("client_key") {
        Some(_) => OauthError::NO_SECRET,
        None => OauthError::MALFORMED,
    }
}

fn exchange(world: &World, form: &Fields) -> Answer {
    let malformed = || OauthError::request(OauthError::MALFORMED);
    let text = form.get("code").ok_or_else(malformed)?;
    let redirect_uri = form.get("redirect_uri").ok_or_else(malformed)?;
    let mut memory = world.memory();
    let terms = terms(world, &memory.live);
    let code = memory.grants.take_code(text, terms.now());
    let code = code.ok_or_else(|| OauthError::new("invalid_grant", "Authorization code is expired."))?;
    if code.redirect_uri != redirect_uri {
        return Err(OauthError::request(OauthError::OTHER_REDIRECT));
    }
    check_proof(&code, form)?;
    let issued = memory.grants.open(code.creator.into(), code.scopes.into(), &terms);
    Ok(tokens(world, &issued))
}

/// A verifier without a challenge is ignored: an app in the field sends one and works.
fn check_proof(code: &Code, form: &Fields) -> Result<(), OauthError> {
    let verifier = form.get("code_verifier").unwrap_or_default();
    match &code.challenge {
        Some(challenge) if !pkce::fits(challenge, verifier) => Err(OauthError::request(OauthError::PKCE)),
        _ => Ok(()),
    }
}

fn refresh(world: &World, form: &Fields, answer: Fate) -> Answer {
    let malformed = || OauthError::request(OauthError::MALFORMED);
    let token = form.get("refresh_token").ok_or_else(malformed)?;
    let mut memory = world.memory();
    let terms = terms(world, &memory.live);
    let issued = memory.grants.renew(token, &terms, answer);
    let issued = issued.ok_or_else(|| OauthError::of_code("invalid_grant"))?;
    Ok(tokens(world, &issued))
}

fn client_token(world: &World) -> Value {
    json!({"access_token": world.mint.client_token(), "expires_in": 7200, "token_type": "Bearer"})
}

/// A dead token is `invalid_grant`: TikTok documents no answer, and its own advice is to refresh first.
fn end_grants(world: &World, form: &Fields) -> Result<Event, OauthError> {
    let token = form.get("token").ok_or_else(|| OauthError::request(OauthError::MALFORMED))?;
    let now = world.clock.now();
    let mut memory = world.memory();
    let creator = memory.grants.bearer(token, now).map(|grant| grant.creator);
    let creator =
        creator.ok_or_else(|| OauthError::new("invalid_grant", "Access token is invalid or expired."))?;
    memory.grants.end(creator, now);
    Ok(Event::removed(creator, Event::BY_DEVELOPER, now))
}

fn terms<'a>(world: &'a World, live: &Live) -> Terms<'a> {
    let (lifetimes, rotate) = (live.lifetimes(), live.rotate);
    Terms { mint: &world.mint, lifetimes, rotate, now_ms: world.clock.now_ms() }
}

fn tokens(world: &World, issued: &Issued) -> Value {
    json!({
        "access_token": issued.access_token,
        "expires_in": issued.expires_in,
        "open_id": issued.creator.open_id(&world.settings.client_key),
        "refresh_expires_in": issued.refresh_expires_in,
        "refresh_token": issued.refresh_token,
        "scope": issued.scopes.join(","),
        "token_type": "Bearer",
    })
}

fn respond(world: &World, outcome: Answer) -> Response {
    let now = world.clock.now();
    match outcome {
        Ok(body) => answer(StatusCode::OK, &mint::log_id(now), body),
        Err(error) => error.answer(now),
    }
}
