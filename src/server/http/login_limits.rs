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
    login_gate::{LoginGate, Step},
    oauth, pages,
    proxy::Client,
    security_headers::popup_opener_policy,
};
use crate::{
    domain::{LoginEnd, LoginFailure, LoginRefusal},
    server::{config::RedirectUri, state::AppState},
};

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
    let mut response =
        pages::login_end(state, headers, LoginEnd { popup, at: Some(state.clock.now()), ..refusal.into() })
            .await;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    if popup {
        let (name, value) = popup_opener_policy(&state.config.site);
        response.headers_mut().insert(name, value);
    }
    response
}
