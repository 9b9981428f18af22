//! Fake servers with behaviour that the Supabase stand-in and the simulator do not offer.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
    response::{IntoResponse as _, Response},
};
use creator_connect::{
    domain::Timestamp,
    server::{
        clock::{Clock as _, SystemClock},
        store::probe::SCHEMA_VERSION,
    },
};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use tokio::net::TcpListener;

/// Serves `respond` at every path and returns the origin.
async fn serve(respond: impl Fn(&Request<Body>) -> Response + Clone + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let handler = move |request: Request<Body>| std::future::ready(respond(&request));
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await.unwrap() });
    origin
}

/// A healthy project whose clock is `ahead` seconds ahead.
pub(super) async fn project_with_clock(ahead: i64) -> String {
    serve(move |request| {
        let Timestamp(now) = SystemClock.now().plus_seconds(ahead);
        let body = match request.uri().path() {
            "/rest/v1/rpc/cc_schema_version" => json!({ "version": SCHEMA_VERSION, "now": now }),
            _ => Value::Null,
        };
        if has_key(request.headers()) { axum::Json(body).into_response() } else { refused() }
    })
    .await
}

/// A project whose gateway requires no key.
pub(super) async fn project_without_authentication() -> String {
    serve(|_| axum::Json(json!([])).into_response()).await
}

/// A server that responds to every request with this status and page.
pub(super) async fn website(status: StatusCode) -> String {
    serve(move |_| (status, "<html>").into_response()).await
}

/// A TikTok that accepts every app and whose clock is `ahead` seconds ahead.
pub(super) async fn tiktok_with_clock(ahead: i64) -> String {
    serve(move |_| {
        let Timestamp(now) = SystemClock.now().plus_seconds(ahead);
        let date = OffsetDateTime::from_unix_timestamp(now).unwrap().format(&Rfc2822).unwrap();
        let token = json!({ "access_token": "clt.fake", "expires_in": 7200, "token_type": "Bearer" });
        ([("date", date.replace("+0000", "GMT"))], axum::Json(token)).into_response()
    })
    .await
}

fn has_key(headers: &HeaderMap) -> bool {
    headers.contains_key("apikey")
}

fn refused() -> Response {
    (StatusCode::UNAUTHORIZED, axum::Json(json!({ "message": "No API key found in request" })))
        .into_response()
}
