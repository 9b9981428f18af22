//! The validation of `GET /v2/auth/authorize/` (`login-kit-web`, `login-kit-desktop`; error
//! names and numbers as observed in the field).

use url::Url;

use super::fields::Fields;
use super::loopback::is_loopback;
use super::pkce;
use super::settings::PkceDemand;
use super::simulator::{LiveSettings, Simulator};

/// A request that passed every check.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<String>,
    /// The consent page is shown even to a browser whose creator has consented.
    pub(crate) always_show_consent: bool,
}

/// The app is misconfigured. TikTok shows this on its own page and does not redirect to the app.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misconfigured {
    pub(crate) error: &'static str,
    /// Names the parameter to correct.
    pub(crate) error_type: &'static str,
    pub(crate) code: Option<u32>,
}

pub(crate) fn check(simulator: &Simulator, query: &Fields) -> Result<Request, Misconfigured> {
    let live = simulator.live();
    client_key(simulator, query)?;
    let redirect_uri = redirect_uri(simulator, query)?;
    response_type(query)?;
    let scopes = scopes(&live, query)?;
    let state = query.get("state").ok_or(misconfigured("param_error", "state", None))?.to_owned();
    let always_show_consent = always_show_consent(query)?;
    let challenge = challenge(&live, query, &redirect_uri)?;
    Ok(Request { redirect_uri, state, scopes, challenge, always_show_consent })
}

fn client_key(simulator: &Simulator, query: &Fields) -> Result<(), Misconfigured> {
    match query.get("client_key") {
        Some(key) if key == simulator.settings.client_key => Ok(()),
        _ => Err(misconfigured("unauthorized_client", "client_key", Some(10003))),
    }
}

fn redirect_uri(simulator: &Simulator, query: &Fields) -> Result<String, Misconfigured> {
    let uri = query.get("redirect_uri").unwrap_or_default();
    let registered = simulator.settings.redirect_uris.iter().any(|known| known == uri);
    let refusal = misconfigured("invalid_request", "redirect_uri", Some(10006));
    if registered { Ok(uri.to_owned()) } else { Err(refusal) }
}

fn response_type(query: &Fields) -> Result<(), Misconfigured> {
    match query.get("response_type") {
        Some("code") => Ok(()),
        _ => Err(misconfigured("unsupported_response_type", "response_type", None)),
    }
}

/// One scope that is not enabled fails the request. So does a list joined by spaces: it reads as one unknown scope.
fn scopes(live: &LiveSettings, query: &Fields) -> Result<Vec<String>, Misconfigured> {
    let mut scopes = Vec::new();
    for scope in query.get("scope").unwrap_or_default().split(',') {
        if !live.enabled_scopes.iter().any(|enabled| enabled == scope) {
            return Err(misconfigured("invalid_scope", "scope", None));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}

/// Absent counts as `0`: TikTok documents no default, and in the field a known account is redirected at once.
fn always_show_consent(query: &Fields) -> Result<bool, Misconfigured> {
    match query.get("disable_auto_auth") {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(_) => Err(misconfigured("param_error", "disable_auto_auth", None)),
    }
}

fn challenge(
    live: &LiveSettings,
    query: &Fields,
    redirect_uri: &str,
) -> Result<Option<String>, Misconfigured> {
    match live.pkce {
        PkceDemand::Ignore => return Ok(None),
        PkceDemand::Refuse if query.get("code_challenge").is_some() => {
            return Err(misconfigured("param_error", "code_challenge_method", Some(10008)));
        }
        _ => {}
    }
    // TikTok's own mobile SDKs leave the method out.
    if !matches!(query.get("code_challenge_method"), None | Some("S256")) {
        return Err(misconfigured("param_error", "code_challenge_method", Some(10008)));
    }
    match query.get("code_challenge") {
        None if requires_pkce(live.pkce, redirect_uri) => {}
        None => return Ok(None),
        Some(challenge) if pkce::is_accepted_by_authorize(challenge) => {
            return Ok(Some(challenge.to_owned()));
        }
        Some(_) => {}
    }
    Err(misconfigured("param_error", "code_challenge", Some(10007)))
}

fn requires_pkce(demand: PkceDemand, redirect_uri: &str) -> bool {
    match demand {
        PkceDemand::Never | PkceDemand::Ignore | PkceDemand::Refuse => false,
        PkceDemand::Always => true,
        PkceDemand::LoopbackRedirect => Url::parse(redirect_uri).is_ok_and(|uri| is_loopback(&uri)),
    }
}

fn misconfigured(error: &'static str, error_type: &'static str, code: Option<u32>) -> Misconfigured {
    Misconfigured { error, error_type, code }
}
