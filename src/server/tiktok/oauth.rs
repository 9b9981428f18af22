//! The dialect of `/v2/oauth/*`: a flat body whose `error` is a string
//! (<https://developers.tiktok.com/doc/oauth-error-handling>).
//!
//! TikTok sends its errors with HTTP 200, so the body decides and not the status.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, LARGEST_ANSWER_BYTES, TikTok, TransportError, read, token::TokenAnswer, transport};
use crate::domain::{LogId, Scopes};

/// When TikTok says nothing usable of a lifetime, the shortest documented one: two hours.
const FALLBACK_ACCESS_SECONDS: i64 = 2 * 60 * 60;

/// A lifetime beyond ten years is no lifetime.
const LONGEST_LIFETIME_SECONDS: i64 = 10 * 366 * 86_400;

/// What a token endpoint answered.
pub(super) struct ParsedResponse {
    /// What it says.
    pub(super) oauth_body: OauthBody,
    /// TikTok's log id of the answer.
    pub(super) log_id: Option<LogId>,
}

/// What the body of an answer says.
pub(super) enum OauthBody {
    /// New tokens.
    Token(Box<TokenAnswer>),
    /// An error; `None` when its name is in no document of TikTok's.
    Refusal(Option<OauthCode>),
    /// Neither.
    Unreadable,
}

/// Writes the enum of codes with TikTok's spelling.
macro_rules! codes {
    ($($variant:ident = $name:literal,)+) => {
        /// An error of the token endpoints.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum OauthCode { $($variant,)+ }

        impl OauthCode {
            /// Every one of them.
            #[cfg(test)]
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// TikTok's name for it.
            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            fn of(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    AccessDenied = "access_denied",
    InvalidClient = "invalid_client",
    UnauthorizedClient = "unauthorized_client",
    InvalidGrant = "invalid_grant",
    InvalidRequest = "invalid_request",
    InvalidScope = "invalid_scope",
    UnsupportedGrantType = "unsupported_grant_type",
    UnsupportedResponseType = "unsupported_response_type",
    ServerError = "server_error",
    TemporarilyUnavailable = "temporarily_unavailable",
    InternalError = "internal_error",
    RateLimitExceeded = "rate_limit_exceeded",
}

impl TikTok {
    /// Sends a form to an endpoint of `/v2/oauth/` and reads what comes back within `patience`.
    pub(super) async fn ask_oauth(
        &self,
        endpoint: &str,
        form: &[(&str, &str)],
        patience: Duration,
    ) -> Result<Answer, TransportError> {
        let url = self.endpoint(&format!("/v2/oauth/{endpoint}/"));
        let request = self.http.post(url).header("cache-control", "no-cache").form(form).timeout(patience);
        let response = request.send().await.map_err(|error| transport(&error))?;
        read(response, LARGEST_ANSWER_BYTES).await
    }
}

/// Takes an answer apart.
pub(super) fn parse_response(answer: &Answer) -> ParsedResponse {
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        return ParsedResponse { oauth_body: OauthBody::Unreadable, log_id: answer.log_id.clone() };
    };
    let oauth_body = match error_name(&body) {
        Some(name) => OauthBody::Refusal(OauthCode::of(name)),
        None => Wire::deserialize(&body)
            .ok()
            .and_then(accept)
            .map_or(OauthBody::Unreadable, |token| OauthBody::Token(Box::new(token))),
    };
    ParsedResponse { oauth_body, log_id: log_id_of(&body, answer) }
}

/// The error's name: a string here, but an object in the rest of the API, which TikTok's gateways
/// may answer in its place.
pub(super) fn error_name(body: &Value) -> Option<&str> {
    let error = body.get("error")?;
    let name = error.as_str().or_else(|| error.get("code")?.as_str())?;
    (!name.is_empty() && name != "ok").then_some(name)
}

pub(super) fn log_id_of(body: &Value, answer: &Answer) -> Option<LogId> {
    let flat = body.get("log_id").or_else(|| body.get("error")?.get("log_id"));
    let in_body = flat.and_then(|id| id.as_str()?.parse().ok());
    in_body.or_else(|| answer.log_id.clone())
}

/// The success body. Every field is optional here: what is missing is judged below, by name.
#[derive(Deserialize)]
struct Wire {
    open_id: Option<String>,
    access_token: Option<String>,
    refresh_token: Option<String>,
    scope: Option<String>,
    token_type: Option<String>,
    expires_in: Option<Value>,
    refresh_expires_in: Option<Value>,
}

/// Success is a non-empty access token of a known creator.
fn accept(wire: Wire) -> Option<TokenAnswer> {
    let present = |value: Option<String>| value.filter(|text| !text.is_empty());
    Some(TokenAnswer {
        open_id: wire.open_id?.parse().ok()?,
        access_token: SecretString::from(present(wire.access_token)?),
        refresh_token: present(wire.refresh_token).map(SecretString::from),
        scopes: granted(wire.scope.as_deref().unwrap_or_default()),
        token_type: present(wire.token_type).unwrap_or_else(|| "Bearer".to_owned()),
        expires_in: lifetime(wire.expires_in.as_ref()).unwrap_or(FALLBACK_ACCESS_SECONDS),
        refresh_expires_in: lifetime(wire.refresh_expires_in.as_ref()),
    })
}

/// The granted scopes. A name that is none is passed over: no consent is lost for its spelling.
fn granted(scope: &str) -> Scopes {
    let is_scope = |name: &&str| name.trim().parse::<crate::domain::Scope>().is_ok();
    let names: Vec<&str> = scope.split(',').filter(is_scope).collect();
    names.join(",").parse().unwrap_or_default()
}

/// A lifetime in seconds, sent as a number or as its digits; `None` when absent or absurd.
fn lifetime(value: Option<&Value>) -> Option<i64> {
    let seconds = match value? {
        Value::Number(number) => number.as_i64()?,
        Value::String(digits) => digits.parse().ok()?,
        _ => return None,
    };
    (1..=LONGEST_LIFETIME_SECONDS).contains(&seconds).then_some(seconds)
}
