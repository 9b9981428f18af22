//! Limits on logins: how often they start, how often callbacks come, and how many callbacks are handled at once.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};

use super::{
    login_permit::{Concurrent, LoginPermit},
    oauth, pages,
    proxy::Client,
    rate_limiter::RateLimiter,
    security_headers::popup_opener_policy,
};
use crate::{
    domain::{LoginEnd, LoginFailure, LoginRefusal},
    server::{
        config::RedirectUri,
        limits::{LoginLimits, network},
        state::AppState,
    },
};

/// The wait that is proposed when too many callbacks are being handled.
const BUSY: Duration = Duration::from_secs(5);

/// The limits on logins, and what has been used of them.
pub(super) struct LoginGate {
    starts: RateLimiter,
    callbacks: RateLimiter,
    concurrent: Arc<Concurrent>,
}

/// The parts of a login that a request can be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Start,
    Callback,
}

impl LoginGate {
    pub(super) fn new(limits: &LoginLimits) -> Self {
        Self {
            starts: RateLimiter::new(limits.starts, limits.starts_in_all),
            callbacks: RateLimiter::new(limits.callbacks, limits.callbacks_in_all),
            concurrent: Arc::new(Concurrent::new(limits.concurrent, limits.concurrent_in_all)),
        }
    }

    /// The permit of a callback; an error says after which time the client may try again.
    fn admit(&self, step: Step, client: IpAddr) -> Result<Option<LoginPermit>, Duration> {
        match step {
            Step::Start => self.starts.check(client).map(|()| None),
            Step::Callback => {
                self.callbacks.check(client)?;
                self.concurrent.acquire(network(client)).map(Some).ok_or(BUSY)
            }
        }
    }
}

/// Middleware: refuses a login over the limits with 429 and a page.
pub(super) async fn limit(
    State((state, gate)): State<(AppState, Arc<LoginGate>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(step) = step(&request) else { return next.run(request).await };
    let permit = match gate.admit(step, client_address(&request)) {
        Ok(permit) => permit,
        Err(wait) => {
            let popup = step == Step::Start && oauth::wants_popup(request.uri());
            return refuse(&state, request.headers().clone(), popup, wait).await;
        }
    };
    if let Some(permit) = permit.clone() {
        request.extensions_mut().insert(permit);
    }
    let response = next.run(request).await;
    drop(permit);
    response
}

/// The server function does what the callback's page does.
fn step(request: &Request) -> Option<Step> {
    match request.uri().path() {
        "/oauth" => Some(Step::Start),
        RedirectUri::PATH if request.method() != Method::POST => Some(Step::Callback),
        "/api/complete_login" => Some(Step::Callback),
        _ => None,
    }
}

fn client_address(request: &Request) -> IpAddr {
    let address = request.extensions().get::<Client>().and_then(|client| client.address);
    address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

async fn refuse(state: &AppState, headers: HeaderMap, popup: bool, wait: Duration) -> Response {
    let refusal = LoginRefusal::from(LoginFailure::TooManyLogins);
    let mut response = pages::login_end(state, headers, LoginEnd { popup, ..refusal.into() }).await;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    if popup {
        let (name, value) = popup_opener_policy(&state.config.site);
        response.headers_mut().insert(name, value);
    }
    response
}
