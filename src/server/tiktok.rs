//! TikTok's side of a connection: the only place that knows its addresses and field names.
//!
//! Three error dialects meet here and are kept apart: the authorize step speaks in query
//! parameters ([`callback`]), the token endpoints in a flat body with a string `error`
//! ([`oauth`]), everything else in an envelope with an object `error` ([`envelope`]).

pub mod authorize;
pub mod avatar;
pub mod callback;
pub mod envelope;
mod oauth;
pub mod probe;
pub mod profile;
pub mod refresh;
pub mod revoke;
pub mod token;
pub mod webhook;
pub mod webhook_event;

use std::{iter, time::Duration};

use reqwest::{Client, Response, redirect};
use secrecy::SecretString;
use url::Url;

use super::config::TikTokConfig;
use crate::domain::{LogId, Scopes};

/// No answer of TikTok's that we read is larger.
const LARGEST_ANSWER_BYTES: usize = 256 * 1024;

/// How long to wait for TikTok.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// To reach it.
    pub connect: Duration,
    /// For the whole of one question.
    pub total: Duration,
    /// For a refresh. Its answer is worth waiting for: the token it was asked with may be dead by then.
    pub refresh: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(15),
            refresh: Duration::from_mins(1),
        }
    }
}

/// A client for one TikTok app.
pub struct TikTok {
    http: Client,
    /// How long it waits; [`Timeouts::refresh`] is set on each refresh, the others hold for the client.
    timeouts: Timeouts,
    /// The app's key; public.
    pub client_key: String,
    client_secret: SecretString,
    /// What events may be signed with: the secret, and the one before it.
    event_secrets: Vec<SecretString>,
    redirect_uri: String,
    authorize_url: Url,
    api_url: Url,
    /// The scopes that a login asks for.
    pub scopes: Scopes,
    /// Whether a login sends a PKCE challenge.
    pub pkce: bool,
}

/// Why TikTok gave no answer that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: TikTok was not asked.
    #[error("TikTok could not be reached")]
    Unreachable,
    /// The connection broke; nobody can tell whether TikTok has the question.
    #[error("the connection to TikTok broke")]
    Broken,
    /// Asked, but no answer came in time.
    #[error("TikTok did not answer in time")]
    Timeout,
    /// An answer beyond all measure.
    #[error("TikTok's answer is too large")]
    TooLarge,
}

impl TikTok {
    /// A client for the app of `config`. Redirects are off: no answer may send a secret elsewhere.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(config: &TikTokConfig, timeouts: Timeouts) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.total)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("creator-connect/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
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
        })
    }

    /// An address of the API; `path` has the trailing slash that TikTok asks for.
    fn endpoint(&self, path: &str) -> Url {
        let mut url = self.api_url.clone();
        url.set_path(&format!("{}{path}", self.api_url.path().trim_end_matches('/')));
        url
    }
}

/// An answer as bytes, with what helps to find it again at TikTok.
struct Answer {
    status: u16,
    /// The `x-tt-logid` header, for bodies that carry no log id.
    log_id: Option<LogId>,
    body: Vec<u8>,
}

/// Reads an answer to its end, but not beyond [`LARGEST_ANSWER_BYTES`].
async fn read(mut response: Response, largest: usize) -> Result<Answer, TransportError> {
    let status = response.status().as_u16();
    let log_id = response.headers().get("x-tt-logid").and_then(|id| id.to_str().ok()?.parse().ok());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
        if body.len() + chunk.len() > largest {
            return Err(TransportError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, log_id, body })
}

fn transport(error: &reqwest::Error) -> TransportError {
    match (error.is_connect(), error.is_timeout()) {
        (true, _) => TransportError::Unreachable,
        (false, true) => TransportError::Timeout,
        (false, false) => TransportError::Broken,
    }
}
