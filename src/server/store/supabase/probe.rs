//! Read-only requests to PostgREST for the doctor, as the app or as an unauthenticated caller.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::wire;
use crate::{
    domain::Timestamp,
    server::{store::KeyUse, tls},
};

/// The largest response that is read.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;
const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(10);
/// The id of no creator.
const UNKNOWN_ID: &str = "00000000-0000-0000-0000-000000000000";

/// Every table of the schema.
pub const TABLES: [&str; 12] = [
    "creators",
    "tiktok_tokens",
    "revocations",
    "webhook_events",
    "active_grant_counts",
    "answered_requests",
    "api_keys",
    "audit_log",
    "avatars",
    "pending_logins",
    "web_sessions",
    "cc_schema_versions",
];

/// Every function that only reads.
pub const READERS: [&str; 15] = [
    "cc_schema_version",
    "cc_count_grants",
    "cc_connections",
    "cc_key_use",
    "cc_sealed_rows",
    "cc_creator",
    "cc_active_grant",
    "cc_avatar",
    "cc_session",
    "cc_events",
    "cc_activity",
    "cc_api_keys",
    "cc_audit",
    "cc_programs",
    "cc_creators",
];

/// A request to any of [`READERS`] that finds nothing.
pub(super) fn reader_request() -> Value {
    json!({ "creator_id": UNKNOWN_ID, "id": "", "now": 0 })
}

/// The caller of a request.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// The app itself.
    App(&'a SecretString),
    /// A caller with the public key for browsers.
    Browser(&'a str),
    /// A caller without a key.
    Anonymous,
}

/// How a request ended that got a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It was allowed; the response's JSON.
    Answered(Value),
    /// The caller is known and may not do this.
    Denied,
    /// There is no such table or function.
    Missing,
    /// The key is not one of this project, or there was none.
    KeyRefused,
    /// Anything else.
    Strange {
        /// The HTTP status.
        status: u16,
    },
}

/// The schema's own words about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Its version; 0 when it does not know.
    pub version: u64,
    /// The database's clock.
    pub now: Timestamp,
}

impl Schema {
    /// Reads the result of `cc_schema_version`; `None` when it has another form.
    #[must_use]
    pub fn read(answer: &Value) -> Option<Self> {
        let version = answer.get("version")?.as_u64().unwrap_or_default();
        Some(Self { version, now: Timestamp(answer.get("now")?.as_i64()?) })
    }
}

/// A client for one project.
pub struct Probe {
    http: Client,
    rest_url: Url,
}

impl Probe {
    /// A client for the REST root `rest_url`. Redirects are off: no response may send a key elsewhere.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(rest_url: &Url) -> Result<Self, reqwest::Error> {
        let http = tls::client_builder().connect_timeout(CONNECT).timeout(TOTAL).build()?;
        Ok(Self { http, rest_url: rest_url.clone() })
    }

    /// Calls one of [`READERS`] with arguments that find nothing.
    ///
    /// # Errors
    /// When there was no response.
    pub async fn call(&self, function: &str, caller: Caller<'_>) -> Result<Reply, reqwest::Error> {
        let arguments = json!({ "request": reader_request() });
        let request = self.http.post(self.address(&["rpc", function])).json(&arguments);
        send(request, caller).await
    }

    /// Tries to read a row of one of [`TABLES`].
    ///
    /// # Errors
    /// When there was no response.
    pub async fn read(&self, table: &str, caller: Caller<'_>) -> Result<Reply, reqwest::Error> {
        let request = self.http.get(self.address(&[table])).query(&[("limit", "1")]);
        send(request, caller).await
    }

    /// How many rows need each key; `None` when the call fails.
    pub async fn key_use(&self, key: &SecretString) -> Option<Vec<KeyUse>> {
        let Ok(Reply::Answered(answer)) = self.call("cc_key_use", Caller::App(key)).await else {
            return None;
        };
        wire::decode(answer).ok()
    }

    fn address(&self, path: &[&str]) -> Url {
        let mut address = self.rest_url.clone();
        let root = address.path().trim_end_matches('/').to_owned();
        address.set_path(&format!("{root}/{}", path.join("/")));
        address
    }
}

async fn send(request: RequestBuilder, caller: Caller<'_>) -> Result<Reply, reqwest::Error> {
    let mut response = with_key(request, caller).send().await?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Ok(Reply::Strange { status: status.as_u16() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(classify(status, &body))
}

/// A legacy key is a JSON Web Token and goes into both headers; a key of the new kind is none.
fn with_key(request: RequestBuilder, caller: Caller<'_>) -> RequestBuilder {
    let key = match caller {
        Caller::App(key) => key.expose_secret(),
        Caller::Browser(key) => key,
        Caller::Anonymous => return request,
    };
    let request = request.header("apikey", key);
    if key.starts_with("sb_") {
        request
    } else {
        request.header(header::AUTHORIZATION, format!("Bearer {key}"))
    }
}

/// PostgREST's `code` decides (<https://docs.postgrest.org/en/stable/references/errors.html>); what has
/// none comes from the gateway before it.
fn classify(status: StatusCode, body: &[u8]) -> Reply {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    let code = body.as_ref().and_then(|body| body.get("code")?.as_str());
    match (code, body.as_ref()) {
        (_, Some(answer)) if status.is_success() => Reply::Answered(answer.clone()),
        (Some("42501"), _) => Reply::Denied,
        (Some("PGRST202" | "PGRST205" | "42883" | "42P01"), _) => Reply::Missing,
        _ if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN => Reply::KeyRefused,
        _ => Reply::Strange { status: status.as_u16() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_decides_before_the_status() {
        let strange = |status| Reply::Strange { status };
        for (status, body, expected) in [
            (200, "null", Reply::Answered(Value::Null)),
            (200, "<html>", strange(200)),
            (401, r#"{"code":"42501"}"#, Reply::Denied),
            (403, r#"{"code":"42501"}"#, Reply::Denied),
            (404, r#"{"code":"PGRST202"}"#, Reply::Missing),
            (404, r#"{"code":"PGRST205"}"#, Reply::Missing),
            (401, r#"{"message":"Invalid API key"}"#, Reply::KeyRefused),
            (401, r#"{"code":"PGRST301"}"#, Reply::KeyRefused),
            (404, r#"{"message":"no Route matched"}"#, strange(404)),
            (502, "<html>", strange(502)),
        ] {
            assert_eq!(classify(StatusCode::from_u16(status).unwrap(), body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn schema_without_version_is_version_0() {
        let read = |text| Schema::read(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"version":null,"now":7}"#), Some(Schema { version: 0, now: Timestamp(7) }));
        assert_eq!(read("[]"), None);
    }
}
