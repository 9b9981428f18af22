//! What each request to the API passes: its key, the key's permission and rate, and the record of its use.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    caller::Caller,
    headers::with_allowance,
    problem::{Code, Problem},
    route::{Access, Recorded},
};
use crate::{
    domain::Permission,
    server::{
        api_keys::{Allowance, ApiKey, ApiKeys, KeyRefusal, PresentedKey},
        audit::{Action, Actor, Audit, AuditOutcome, AuditRecord},
        http::{proxy::Client, rate_limiter::RateLimiter, request_id::RequestId},
        limits::Rate,
        state::AppState,
        telemetry::throttle,
    },
};

/// Wrong keys from one network, and in all.
const WRONG_KEYS: Rate = Rate::new(20, Duration::from_secs(3));
const WRONG_KEYS_IN_ALL: Rate = Rate::new(1000, Duration::from_millis(20));

/// What guards share.
#[derive(Clone)]
pub(super) struct Guard {
    keys: Arc<ApiKeys>,
    audit: Audit,
    wrong_keys: Arc<RateLimiter>,
}

/// The guard of one endpoint.
#[derive(Clone)]
pub(super) struct EndpointGuard {
    guard: Guard,
    access: Access,
    recorded: Recorded,
}

/// A request's client and id.
struct Origin {
    address: Option<IpAddr>,
    request_id: String,
}

impl Origin {
    fn of(parts: &Parts) -> Self {
        let extensions = &parts.extensions;
        Self {
            address: extensions.get::<Client>().and_then(|client| client.address),
            request_id: extensions.get::<RequestId>().map_or_else(String::new, |id| id.as_str().to_owned()),
        }
    }
}

impl Guard {
    pub(super) fn new(state: &AppState) -> Self {
        Self {
            keys: Arc::clone(&state.api_keys),
            audit: state.audit.clone(),
            wrong_keys: Arc::new(RateLimiter::new(WRONG_KEYS, WRONG_KEYS_IN_ALL)),
        }
    }

    pub(super) fn of(&self, access: Access, recorded: Recorded) -> EndpointGuard {
        EndpointGuard { guard: self.clone(), access, recorded }
    }

    /// The key of a request.
    async fn authenticate(&self, request: &Parts, origin: &Origin) -> Result<Arc<ApiKey>, Problem> {
        if let Some(key) = request.uri.query().and_then(PresentedKey::find) {
            return Err(self.revoke_spent(&key).await);
        }
        let text = bearer(&request.headers)
            .ok_or_else(|| Problem::new(Code::KeyMissing, "Send a key: Authorization: Bearer cck_…"))?;
        let refusal = match self.keys.authenticate(text, origin.address).await {
            Ok(key) => return Ok(key),
            Err(KeyRefusal::Store(error)) => return Err(error.into()),
            Err(refusal) => refusal,
        };
        let address = origin.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        throttle::log("API key refused", || tracing::warn!(%refusal, "API key refused"));
        // Right keys never come here.
        self.wrong_keys.check(address).map_err(|wait| {
            let detail = "Too many wrong keys came from this address.";
            Problem::new(Code::RateLimited, detail).retry_after(wait.as_secs() + 1)
        })?;
        Err(Problem::new(code_of(&refusal), format!("{}.", capitalised(&refusal.to_string()))))
    }

    /// A key in an address is in logs and histories: it is spent.
    async fn revoke_spent(&self, key: &PresentedKey) -> Problem {
        match self.keys.revoke_spent(key).await {
            Ok(false) => throttle::log("API key in an address", || {
                tracing::warn!("something like an API key was sent in an address");
            }),
            revoked => {
                tracing::error!(key = key.id, ?revoked, "an API key was sent in an address: it is revoked");
            }
        }
        let detail = "Addresses end up in logs. A key in one is spent and revoked; make another one and send it in the \
                      header Authorization.";
        Problem::new(Code::KeyInUrl, detail)
    }
}

impl EndpointGuard {
    /// Lets a request pass.
    async fn admit(&self, request: &Parts, origin: &Origin) -> Result<(Caller, Allowance), Refused> {
        let key = self.guard.authenticate(request, origin).await.map_err(Refused::before)?;
        let caller = Caller::new(key);
        let allowance = match caller.key.requests.check() {
            Ok(allowance) => allowance,
            Err(allowance) => return Err(Refused::over_limit(caller, allowance, "requests")),
        };
        match self.access {
            Access::Permission(permission) if !caller.key.may(permission) => Err(Refused {
                problem: permission_missing(permission),
                caller: Some(caller),
                allowance: Some(allowance),
            }),
            _ => self.count_token(&caller).map(|()| (caller, allowance)),
        }
    }

    /// Counts an access token, where the endpoint hands one out.
    fn count_token(&self, caller: &Caller) -> Result<(), Refused> {
        if self.recorded != Recorded::Audited(Action::TokenRead) {
            return Ok(());
        }
        match caller.key.tokens.check() {
            Ok(_) => Ok(()),
            Err(allowance) => Err(Refused::over_limit(caller.clone(), allowance, "access tokens")),
        }
    }

    /// Writes the record of a request; a problem where it must not be answered otherwise.
    async fn record(&self, caller: &Caller, origin: Origin, answered: Answered) -> Result<(), Problem> {
        let Recorded::Audited(action) = self.recorded else { return Ok(()) };
        let Answered { code, outcome } = answered;
        let stored = caller.key.stored();
        let actor = Actor::Key { id: stored.id.clone(), name: stored.name.clone() };
        let mut record = AuditRecord { outcome, code, ..AuditRecord::done(actor, action) };
        caller.complete(&mut record);
        (record.address, record.request_id) = (origin.address, Some(origin.request_id));
        match self.guard.audit.record(record).await {
            Err(error) if action == Action::TokenRead && outcome == AuditOutcome::Ok => {
                let detail = format!("No token is handed out while {error}.");
                Err(Problem::new(Code::AuditUnavailable, detail).retry_after(30))
            }
            Err(error) => {
                tracing::error!(%error, action = action.as_str(), "what a program did is not on record");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// How a request was answered.
#[derive(Clone, Copy)]
struct Answered {
    code: Option<&'static str>,
    outcome: AuditOutcome,
}

impl Answered {
    fn of(response: &Response) -> Self {
        let code = response.extensions().get::<Problem>().map(|problem| problem.code().as_str());
        let outcome = match response.status().as_u16() {
            ..400 => AuditOutcome::Ok,
            400..500 => AuditOutcome::Refused,
            _ => AuditOutcome::Failed,
        };
        Self { code, outcome }
    }
}

/// A request that is refused, and whose.
struct Refused {
    problem: Problem,
    caller: Option<Caller>,
    allowance: Option<Allowance>,
}

impl Refused {
    /// Before anybody is known.
    const fn before(problem: Problem) -> Self {
        Self { problem, caller: None, allowance: None }
    }

    fn over_limit(caller: Caller, allowance: Allowance, what: &str) -> Self {
        let detail = format!("This key has {} {what} a minute.", allowance.per_minute);
        let problem = Problem::new(Code::RateLimited, detail).retry_after(allowance.reset_seconds);
        Self { problem, caller: Some(caller), allowance: Some(allowance) }
    }
}

/// Middleware of one endpoint.
pub(super) async fn check(State(guard): State<EndpointGuard>, request: Request, next: Next) -> Response {
    if guard.access == Access::Public {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let origin = Origin::of(&parts);
    let (caller, allowance) = match guard.admit(&parts, &origin).await {
        Ok(admitted) => admitted,
        Err(Refused { problem, caller, allowance }) => {
            let response = problem.into_response();
            if let Some(caller) = caller {
                // A refusal is no reason to refuse otherwise.
                drop(guard.record(&caller, origin, Answered::of(&response)).await);
            }
            return with_allowance(response, allowance);
        }
    };
    parts.extensions.insert(caller.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    let answered = Answered::of(&response);
    let response = match guard.record(&caller, origin, answered).await {
        Ok(()) => response,
        Err(problem) => problem.into_response(),
    };
    with_allowance(response, Some(allowance))
}

/// The key in `Authorization: Bearer …` (RFC 6750, 2.1); the scheme has any case.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}

fn permission_missing(permission: Permission) -> Problem {
    let detail = format!("The key lacks the permission {permission}. Make one that has it.");
    Problem::new(Code::PermissionMissing, detail).with("permission", permission.as_str())
}

const fn code_of(refusal: &KeyRefusal) -> Code {
    match refusal {
        KeyRefusal::Malformed => Code::KeyMalformed,
        KeyRefusal::Unknown => Code::KeyUnknown,
        KeyRefusal::Expired => Code::KeyExpired,
        KeyRefusal::Revoked => Code::KeyRevoked,
        KeyRefusal::Address => Code::AddressNotAllowed,
        KeyRefusal::Store(_) => Code::StoreUnavailable,
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
