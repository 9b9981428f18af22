//! `/simulator/orders`, `/clock`, `/mode`, `/settings`: test control in JSON.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::calls::Endpoint;
use super::clock::Seconds;
use super::deliveries;
use super::faults::Order;
use super::settings::PkceDemand;
use super::simulator::{CallbackMode, LiveSettings, SharedSimulator};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance_seconds: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mode {
    callback: CallbackMode,
}

/// What is absent stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    enabled_scopes: Option<Vec<String>>,
    pkce: Option<PkceDemand>,
    sandbox: Option<bool>,
    rotate: Option<bool>,
    renew_signature: Option<bool>,
    announce: Option<bool>,
    access_seconds: Option<Seconds>,
    refresh_seconds: Option<Seconds>,
    processing_seconds: Option<Seconds>,
    app_name: Option<String>,
    audited: Option<bool>,
    verified_url_prefixes: Option<Vec<String>>,
}

/// `POST /simulator/orders`
pub(crate) async fn add(
    State(simulator): State<SharedSimulator>,
    Json(order): Json<Order>,
) -> Result<StatusCode, (StatusCode, &'static str)> {
    validate(&order).map_err(|reason| (StatusCode::BAD_REQUEST, reason))?;
    simulator.memory().faults.add(order);
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /simulator/orders`
pub(crate) async fn clear(State(simulator): State<SharedSimulator>) -> StatusCode {
    simulator.memory().faults.clear();
    StatusCode::NO_CONTENT
}

/// `POST /simulator/clock`: moves the clock and sends the webhooks again that have become due.
pub(crate) async fn clock(
    State(simulator): State<SharedSimulator>,
    Json(order): Json<Advance>,
) -> Json<Value> {
    let due = deliveries::advance(&simulator, order.advance_seconds);
    let deliveries = deliveries::retry(&simulator, due).await;
    Json(json!({"now": simulator.clock.now(), "deliveries": deliveries}))
}

/// `POST /simulator/mode`
pub(crate) async fn mode(
    State(simulator): State<SharedSimulator>,
    Json(order): Json<Mode>,
) -> Json<LiveSettings> {
    simulator.memory().live.callback = order.callback;
    Json(simulator.live())
}

/// `POST /simulator/settings`
pub(crate) async fn settings(
    State(simulator): State<SharedSimulator>,
    Json(change): Json<Change>,
) -> Json<LiveSettings> {
    change.apply(&mut simulator.memory().live);
    Json(simulator.live())
}

impl Change {
    fn apply(self, live: &mut LiveSettings) {
        if let Some(scopes) = self.enabled_scopes {
            live.enabled_scopes = scopes;
        }
        if let Some(name) = self.app_name {
            live.app_name = name;
        }
        if let Some(prefixes) = self.verified_url_prefixes {
            live.verified_url_prefixes = prefixes;
        }
        live.audited = self.audited.unwrap_or(live.audited);
        live.processing_seconds = self.processing_seconds.unwrap_or(live.processing_seconds);
        live.pkce = self.pkce.unwrap_or(live.pkce);
        live.sandbox = self.sandbox.unwrap_or(live.sandbox);
        live.rotate = self.rotate.unwrap_or(live.rotate);
        live.renew_signature = self.renew_signature.unwrap_or(live.renew_signature);
        live.announce = self.announce.unwrap_or(live.announce);
        live.access_seconds = self.access_seconds.unwrap_or(live.access_seconds);
        live.refresh_seconds = self.refresh_seconds.unwrap_or(live.refresh_seconds);
    }
}

fn validate(order: &Order) -> Result<(), &'static str> {
    let fault = &order.fault;
    let answered = fault.status.is_some() || fault.body.is_some() || fault.code.is_some();
    let (patched, sent_back) = (fault.patch.is_some(), fault.callback.is_some());
    let (dropped, late, post_fails) = (fault.drop.is_some(), fault.late_ms > 0, fault.fail_reason.is_some());
    let kinds = [dropped, fault.hang, fault.garbage, answered, late, patched, sent_back, post_fails];
    let chosen = kinds.into_iter().filter(|chosen| *chosen).count();
    match chosen {
        _ if order.chance.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) => Err("no such chance"),
        0 if fault.delay_ms == 0 => Err("the fault does nothing"),
        2.. => {
            Err("one fault an order: drop, hang, garbage, late, patch, callback, fail_reason, or an answer")
        }
        _ if sent_back && order.endpoint != Endpoint::Authorize => Err("only authorize leads back"),
        _ if post_fails && !order.endpoint.is_init() => Err("only the init calls begin a post"),
        _ if fault.body.is_some() && fault.code.is_some() => Err("either code or body"),
        _ if fault.status.is_some_and(|status| !(200..600).contains(&status)) => Err("no such status"),
        _ => Ok(()),
    }
}
