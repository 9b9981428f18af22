//! Limits on logins: how often they start, how often callbacks come, and how many callbacks are handled at once.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use super::{oauth, pages, proxy::Client, rate_limiter::RateLimiter, security_headers::popup_opener_policy};
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

/// Callbacks that are being handled.
struct Concurrent {
    per_network: usize,
    in_all: usize,
    held: Mutex<HashMap<IpNet, usize>>,
}

/// The right to handle one callback, which may send a code to TikTok; in the extensions of its request. A task that
/// goes on after the request keeps a clone.
#[derive(Clone)]
pub struct LoginPermit(#[allow(dead_code, reason = "it counts until it is dropped")] Arc<Held>);

struct Held {
    concurrent: Arc<Concurrent>,
    network: IpNet,
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
            concurrent: Arc::new(Concurrent {
                per_network: limits.concurrent,
                in_all: limits.concurrent_in_all,
                held: Mutex::default(),
            }),
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

impl Concurrent {
    fn acquire(self: &Arc<Self>, network: IpNet) -> Option<LoginPermit> {
        let mut held = self.lock();
        let of_network = held.get(&network).copied().unwrap_or_default();
        if of_network >= self.per_network || held.values().sum::<usize>() >= self.in_all {
            return None;
        }
        held.insert(network, of_network + 1);
        Some(LoginPermit(Arc::new(Held { concurrent: Arc::clone(self), network })))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpNet, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.concurrent.lock();
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn concurrent() -> Arc<Concurrent> {
        Arc::new(Concurrent { per_network: 2, in_all: 3, held: Mutex::default() })
    }

    fn client(address: &str) -> IpNet {
        network(address.parse().unwrap())
    }

    #[test]
    fn callbacks_are_limited_by_network_and_in_all() {
        let concurrent = concurrent();
        let one = [concurrent.acquire(client("192.0.2.1")), concurrent.acquire(client("192.0.2.1"))];
        assert!(one.iter().all(Option::is_some));
        assert!(concurrent.acquire(client("192.0.2.1")).is_none());
        let other = concurrent.acquire(client("192.0.2.2"));
        assert!(other.is_some());
        assert!(concurrent.acquire(client("192.0.2.3")).is_none());
    }

    #[test]
    fn permit_counts_until_its_last_clone_is_dropped() {
        let concurrent = concurrent();
        let permit = concurrent.acquire(client("192.0.2.1")).unwrap();
        let kept = permit.clone();
        drop(permit);
        assert_eq!(concurrent.lock().len(), 1);
        drop(kept);
        assert!(concurrent.lock().is_empty());
    }
}
