//! Calls of functions by PostgREST: the only file that knows the crate `postgrest`.
//!
//! Of the crate only [`Builder::rpc`] is used, with the app's own HTTP client. Its filters put values into addresses
//! with quoting faults; none is ever built here.

use std::{error::Error as _, time::Duration};

use postgrest::Builder;
use reqwest::{
    Client, Error, Response,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue},
};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use url::Url;

use super::errors::Failure;
use crate::server::{
    config::{KeyKind, SupabaseKey},
    tls,
};

/// The timeout of connecting.
const CONNECT: Duration = Duration::from_secs(3);

/// A call ends within this time.
const TOTAL: Duration = Duration::from_secs(10);

/// Shorter than any gateway keeps an idle connection, so that no call meets a closing one.
const IDLE: Duration = Duration::from_secs(20);

/// The time until the first TCP keep-alive probe: a connection that died silently is closed in the pool.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// The functions of one project.
pub(super) struct Rpc {
    client: Client,
    headers: HeaderMap,
    /// Without a slash at its end.
    root: String,
}

impl Rpc {
    /// A client of the functions under `rest_url`; no request is sent yet.
    ///
    /// # Errors
    /// When the system gives no HTTP client.
    pub(super) fn new(rest_url: &Url, key: &SupabaseKey) -> Result<Self, String> {
        // HTTP/1 alone: a connection carries one call at a time, so one that dies silently costs one call.
        let client = tls::client_builder()
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .pool_idle_timeout(IDLE)
            .tcp_keepalive(KEEP_ALIVE)
            .http1_only()
            .build()
            .map_err(|error| innermost_cause(&error))?;
        let headers = headers(key).map_err(|error| error.to_string())?;
        Ok(Self { client, headers, root: rest_url.as_str().trim_end_matches('/').to_owned() })
    }

    /// Calls `function` with one JSON argument, serialised already, and returns its result.
    pub(super) async fn call(&self, function: &str, body: &str) -> Result<Value, Failure> {
        let url = format!("{}/rpc/{function}", self.root);
        let builder = Builder::new(url, None, self.headers.clone(), self.client.clone());
        read(builder.rpc(body).execute().await.map_err(transport_failure)?).await
    }
}

/// A new key goes into `apikey` alone, as it is no token; a legacy one is both
/// (<https://supabase.com/docs/guides/getting-started/api-keys>).
fn headers(key: &SupabaseKey) -> Result<HeaderMap, InvalidHeaderValue> {
    let secret = key.secret.expose_secret();
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("apikey"), hidden(secret)?);
    if key.kind == KeyKind::ServiceRole {
        headers.insert(AUTHORIZATION, hidden(&format!("Bearer {secret}"))?);
    }
    Ok(headers)
}

/// A value that no debug print shows.
fn hidden(text: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(text)?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read(response: Response) -> Result<Value, Failure> {
    let status = response.status();
    let body = response.bytes().await.map_err(transport_failure)?;
    if !status.is_success() {
        return Err(Failure::from_response(status.as_u16(), &body));
    }
    // A function without a result responds with 200 and null, or with 204 and no body.
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body)
        .map_err(|_| Failure::Address(format!("status {}, no JSON", status.as_u16())))
}

/// The failure behind a transport error.
fn transport_failure(error: Error) -> Failure {
    let error = error.without_url();
    if error.is_connect() {
        Failure::NotDone(format!("no connection: {}", innermost_cause(&error)))
    } else if error.is_timeout() {
        Failure::Slow(format!("no answer within {} s", TOTAL.as_secs()))
    } else {
        Failure::Unsure(innermost_cause(&error))
    }
}

/// The innermost cause, which names what happened.
fn innermost_cause(error: &Error) -> String {
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_headers_follow_its_kind_and_are_not_printed() {
        let secret: SupabaseKey = "sb_secret_CANARY".parse().unwrap();
        let sent = headers(&secret).unwrap();
        assert_eq!(sent.get("apikey").unwrap(), "sb_secret_CANARY");
        assert!(sent.get(AUTHORIZATION).is_none());
        assert!(!format!("{sent:?}").contains("CANARY"));

        let legacy = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.CANARY";
        let sent = headers(&legacy.parse().unwrap()).unwrap();
        assert_eq!(sent.get("apikey").unwrap(), legacy);
        assert_eq!(sent.get(AUTHORIZATION).unwrap().to_str().unwrap(), format!("Bearer {legacy}"));
        assert!(!format!("{sent:?}").contains("CANARY"));
    }
}
