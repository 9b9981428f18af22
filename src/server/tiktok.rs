//! Client for TikTok's API: the only module that knows its addresses and field names.
//!
//! TikTok has three error dialects, which are kept apart: the authorize step uses query parameters
//! ([`callback`]), the token endpoints a flat body with a string `error` ([`oauth`]), all other endpoints an
//! envelope with an object `error` ([`envelope`]).

pub mod authorize;
pub mod avatar;
pub mod callback;
pub mod envelope;
mod oauth;
pub mod probe;
pub mod profile;
pub mod proxy;
pub mod refresh;
pub mod revoke;
mod timestamp;
pub mod token;
pub mod webhook;
pub mod webhook_event;

use std::{iter, time::Duration};

use reqwest::{Client, RequestBuilder, Response};
use secrecy::SecretString;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use url::Url;

use super::{
    clock::Stopwatch,
    config::TikTokConfig,
    http_client::{self, KeepAlive},
    metrics::{CallOutcome, Endpoint, TikTokMetrics},
};
use crate::domain::{LogId, Scopes, Timestamp};

/// Limit of an API response's body; TikTok's are far smaller.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// Timeouts of requests to TikTok.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For connecting.
    pub connect: Duration,
    /// For a whole request.
    pub total: Duration,
    /// For a refresh. It is longer, because the old token may be dead once TikTok has the request.
    pub refresh: Duration,
    /// How long a page waits for a profile that was just requested.
    pub profile: Duration,
    /// For detecting that a connection has died.
    pub keep_alive: KeepAlive,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(15),
            refresh: Duration::from_mins(1),
            profile: Duration::from_secs(2),
            keep_alive: KeepAlive::default(),
        }
    }
}

/// HTTP client for one TikTok app.
pub struct TikTok {
    http: Client,
    /// Opens a connection for each request: what it reaches says nothing about the connections of `http`, and the
    /// other way round.
    unpooled: Client,
    /// [`Timeouts::refresh`] is set on each refresh; the others are the client's defaults.
    pub timeouts: Timeouts,
    /// The app's client key; public.
    pub client_key: String,
    client_secret: SecretString,
    /// Secrets that may sign webhook events: the current one and the previous one.
    event_secrets: Vec<SecretString>,
    redirect_uri: String,
    authorize_url: Url,
    api_url: Url,
    /// The scopes that a login requests.
    pub scopes: Scopes,
    /// Whether a login sends a PKCE challenge.
    pub pkce: bool,
    metrics: TikTokMetrics,
}

/// Error of a request that got no readable response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: TikTok has not received the request.
    #[error("TikTok could not be reached")]
    Unreachable,
    /// The connection broke; TikTok may or may not have received the request.
    #[error("the connection to TikTok broke")]
    Broken,
    /// The request was sent, but no response came in time.
    #[error("TikTok did not respond in time")]
    Timeout,
    /// The response exceeds the size limit.
    #[error("TikTok's response is too large")]
    TooLarge,
}

impl TikTok {
    /// Creates a client for the app of `config`.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(config: &TikTokConfig, timeouts: Timeouts) -> Result<Self, reqwest::Error> {
        let client = || {
            let client = http_client::builder(timeouts.keep_alive);
            client.connect_timeout(timeouts.connect).timeout(timeouts.total)
        };
        Ok(Self {
            http: client().build()?,
            unpooled: client().pool_max_idle_per_host(0).build()?,
            timeouts,
            client_key: config.client_key.clone(),
            client_secret: config.client_secret.clone(),
            event_secrets: iter::once(&config.client_secret)
                .chain(&config.previous_secret)
                .cloned()
                .collect(),
            redirect_uri: config.redirect_uri.as_str().to_owned(),
            authorize_url: config.authorize_url.clone(),
            api_url: config.api_url.clone(),
            scopes: config.scopes.clone(),
            pkce: config.pkce,
            metrics: TikTokMetrics::default(),
        })
    }

    /// The same client, whose calls are recorded there.
    #[must_use]
    pub fn with_metrics(self, metrics: TikTokMetrics) -> Self {
        Self { metrics, ..self }
    }

    /// Sends a request and reads its response, up to `max_bytes`.
    async fn fetch(
        &self,
        endpoint: Endpoint,
        request: RequestBuilder,
        max_bytes: usize,
    ) -> Result<RawResponse, TransportError> {
        let stopwatch = Stopwatch::start();
        let result = async { RawResponse::read(request.send().await?, max_bytes).await }.await;
        let checked = result.as_ref().map(RawResponse::check);
        let outcome = match &checked {
            Ok(Ok(())) => CallOutcome::Ok,
            Ok(Err(_)) => CallOutcome::Error,
            Err(TransportError::Timeout) => CallOutcome::Timeout,
            Err(_) => CallOutcome::Transport,
        };
        self.metrics.called(endpoint, outcome, stopwatch.elapsed());
        if let Ok(Err(code)) = checked {
            self.metrics.refused(endpoint, code.as_deref());
        }
        result
    }

    /// The URL of an endpoint; `path` has the trailing slash that TikTok requires.
    fn endpoint(&self, path: &str) -> Url {
        let mut url = self.api_url.clone();
        url.set_path(&format!("{}{path}", self.api_url.path().trim_end_matches('/')));
        url
    }
}

/// An HTTP response whose body was read to its end.
#[derive(Default)]
struct RawResponse {
    status: u16,
    /// The `x-tt-logid` header, for bodies that carry no log id.
    log_id: Option<LogId>,
    /// TikTok's time.
    date: Option<Timestamp>,
    body: Vec<u8>,
}

impl RawResponse {
    /// Reads a response to its end, up to `max_bytes`.
    async fn read(mut response: Response, max_bytes: usize) -> Result<Self, TransportError> {
        let status = response.status().as_u16();
        let log_id = response.headers().get("x-tt-logid").and_then(|id| id.to_str().ok()?.parse().ok());
        let date = date_header(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > max_bytes {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, log_id, date, body })
    }

    /// An error of either dialect, or by the status alone, with TikTok's code if the body has one.
    fn check(&self) -> Result<(), Option<String>> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let error = body.get("error");
        let code = error.and_then(|error| error.as_str().or_else(|| error.get("code")?.as_str()));
        match code.filter(|code| !["", "ok"].contains(code)) {
            Some(code) => Err(Some(code.to_owned())),
            None if (200..300).contains(&self.status) => Ok(()),
            None => Err(None),
        }
    }

    /// TikTok's log id: from the parsed body of either dialect, else from the header. One of TikTok's
    /// tables spells it `logid`.
    fn log_id(&self, body: &Value) -> Option<LogId> {
        let error = body.get("error");
        let nested = || error.and_then(|error| error.get("log_id").or_else(|| error.get("logid")));
        let id = body.get("log_id").or_else(nested);
        id.and_then(|id| id.as_str()?.parse().ok()).or_else(|| self.log_id.clone())
    }
}

/// The `Date` of a response (RFC 9110, 6.6.1).
fn date_header(response: &Response) -> Option<Timestamp> {
    let date = response.headers().get("date")?.to_str().ok()?;
    let time = OffsetDateTime::parse(date, &Rfc2822).ok()?;
    Some(Timestamp(time.unix_timestamp()))
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        match (error.is_connect(), error.is_timeout()) {
            (true, _) => Self::Unreachable,
            (false, true) => Self::Timeout,
            (false, false) => Self::Broken,
        }
    }
}

#[cfg(test)]
impl RawResponse {
    /// A response without a log id in its header.
    fn with_body(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, log_id: None, date: None, body: body.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row: a status, a body, and the error that is counted.
    #[test]
    fn errors_of_every_dialect_are_recognised() {
        for (status, body, error) in [
            (200, r#"{"access_token":"a"}"#, Ok(())),
            (200, r#"{"data":{},"error":{"code":"ok","message":""}}"#, Ok(())),
            (200, r#"{"error":"invalid_grant"}"#, Err(Some("invalid_grant"))),
            (401, r#"{"error":{"code":"access_token_invalid"}}"#, Err(Some("access_token_invalid"))),
            (502, "<html>", Err(None)),
            (200, "", Ok(())),
        ] {
            let expected = error.map_err(|code| code.map(str::to_owned));
            assert_eq!(RawResponse::with_body(status, body).check(), expected, "{status} {body}");
        }
    }
}
