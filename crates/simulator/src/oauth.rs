//! `POST /v2/oauth/token/` and `POST /v2/oauth/revoke/` (`oauth-user-access-token-management`,
//! `client-access-token-management`).

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::deliveries;
use super::fields::Fields;
use super::grants::{Code, IssueContext, IssuedTokens};
use super::mint;
use super::oauth_error::{OauthError, response};
use super::pkce;
use super::refresh_history::ResponseDelivery;
use super::simulator::{LiveSettings, SharedSimulator, Simulator};
use super::webhook::Event;

type OauthResult = Result<Value, OauthError>;

/// `response` says what an ordered fault does to the response.
pub(crate) async fn token(
    State(simulator): State<SharedSimulator>,
    Extension(response): Extension<ResponseDelivery>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome =
        authenticated_form(&simulator, &headers, &body).and_then(|form| match form.get("grant_type") {
            Some("authorization_code") => exchange(&simulator, &form),
            Some("refresh_token") => refresh(&simulator, &form, response),
            Some("client_credentials") => Ok(client_token(&simulator)),
            Some(_) => Err(OauthError::new("unsupported_grant_type", "The grant type is not supported.")),
            None => Err(OauthError::request(OauthError::MALFORMED)),
        });
    to_response(&simulator, outcome)
}

/// The response is sent at once; the webhook follows in the background.
pub(crate) async fn revoke(
    State(simulator): State<SharedSimulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome =
        authenticated_form(&simulator, &headers, &body).and_then(|form| revoke_grants(&simulator, &form));
    let outcome = outcome.map(|event| {
        tokio::spawn(deliveries::send_event(simulator.clone(), event));
        json!({})
    });
    to_response(&simulator, outcome)
}

/// The form of an app whose credentials are right.
fn authenticated_form(simulator: &Simulator, headers: &HeaderMap, body: &[u8]) -> Result<Fields, OauthError> {
    let form = form(headers, body)?;
    let (Some(key), Some(secret)) = (form.get("client_key"), form.get("client_secret")) else {
        return Err(OauthError::request(missing(&form)));
    };
    if key != simulator.settings.client_key || secret != simulator.settings.client_secret {
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

fn exchange(simulator: &Simulator, form: &Fields) -> OauthResult {
    let malformed = || OauthError::request(OauthError::MALFORMED);
    let text = form.get("code").ok_or_else(malformed)?;
    let redirect_uri = form.get("redirect_uri").ok_or_else(malformed)?;
    let mut memory = simulator.memory();
    let context = issue_context(simulator, &memory.live);
    let code = memory.grants.take_code(text, context.now());
    let code = code.ok_or_else(|| OauthError::new("invalid_grant", "Authorization code is expired."))?;
    if code.redirect_uri != redirect_uri {
        return Err(OauthError::request(OauthError::OTHER_REDIRECT));
    }
    check_pkce(&code, form)?;
    let issued = memory.grants.create(code.creator.into(), code.scopes.into(), &context);
    Ok(tokens(simulator, &issued))
}

/// A verifier without a challenge is ignored: an app in the field sends one and works.
fn check_pkce(code: &Code, form: &Fields) -> Result<(), OauthError> {
    let verifier = form.get("code_verifier").unwrap_or_default();
    match &code.challenge {
        Some(challenge) if !pkce::matches(challenge, verifier) => Err(OauthError::request(OauthError::PKCE)),
        _ => Ok(()),
    }
}

fn refresh(simulator: &Simulator, form: &Fields, response: ResponseDelivery) -> OauthResult {
    let malformed = || OauthError::request(OauthError::MALFORMED);
    let token = form.get("refresh_token").ok_or_else(malformed)?;
    let mut memory = simulator.memory();
    let context = issue_context(simulator, &memory.live);
    let issued = memory.grants.refresh(token, &context, response);
    let issued = issued.ok_or_else(|| OauthError::of_code("invalid_grant"))?;
    Ok(tokens(simulator, &issued))
}

fn client_token(simulator: &Simulator) -> Value {
    json!({"access_token": simulator.mint.client_token(), "expires_in": 7200, "token_type": "Bearer"})
}

/// An expired token is `invalid_grant`: TikTok documents no error, and its own advice is to refresh first.
fn revoke_grants(simulator: &Simulator, form: &Fields) -> Result<Event, OauthError> {
    let token = form.get("token").ok_or_else(|| OauthError::request(OauthError::MALFORMED))?;
    let now = simulator.clock.now();
    let mut memory = simulator.memory();
    let creator = memory.grants.by_access_token(token, now).map(|grant| grant.creator);
    let creator =
        creator.ok_or_else(|| OauthError::new("invalid_grant", "Access token is invalid or expired."))?;
    memory.grants.revoke(creator, now);
    Ok(Event::removed(creator, Event::BY_DEVELOPER, now))
}

fn issue_context<'a>(simulator: &'a Simulator, live: &LiveSettings) -> IssueContext<'a> {
    let (lifetimes, rotate) = (live.lifetimes(), live.rotate);
    IssueContext { mint: &simulator.mint, lifetimes, rotate, now_ms: simulator.clock.now_ms() }
}

fn tokens(simulator: &Simulator, issued: &IssuedTokens) -> Value {
    json!({
        "access_token": issued.access_token,
        "expires_in": issued.expires_in,
        "open_id": issued.creator.open_id(&simulator.settings.client_key),
        "refresh_expires_in": issued.refresh_expires_in,
        "refresh_token": issued.refresh_token,
        "scope": issued.scopes.join(","),
        "token_type": "Bearer",
    })
}

fn to_response(simulator: &Simulator, outcome: OauthResult) -> Response {
    let now = simulator.clock.now();
    match outcome {
        Ok(body) => response(StatusCode::OK, &mint::log_id(now), body),
        Err(error) => error.to_response(now),
    }
}
