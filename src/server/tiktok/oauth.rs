//! The dialect of `/v2/oauth/*`: a flat body whose `error` is a string
//! (<https://developers.tiktok.com/doc/oauth-error-handling>).
//!
//! TikTok sends its errors with HTTP 200, so the body decides and not the status.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{MAX_RESPONSE_BYTES, RawResponse, TikTok, TransportError};
use crate::domain::{LogId, OpenId, Scope, Scopes, Timestamp};
use crate::server::metrics::Endpoint;

/// Lifetime of an access token when TikTok sends none that is usable: the shortest documented one, two hours.
const FALLBACK_ACCESS_SECONDS: i64 = 2 * 60 * 60;

/// A longer lifetime, beyond ten years, is invalid.
const MAX_LIFETIME_SECONDS: i64 = 10 * 366 * 86_400;

/// Tokens, the consent that they stand for, and the creator who gave it.
#[derive(Debug)]
pub struct TokenResponse {
    /// The creator who consented.
    pub open_id: OpenId,
    /// Token for API calls.
    pub access_token: SecretString,
    /// Token for refreshes; `None` when TikTok sent none.
    pub refresh_token: Option<SecretString>,
    /// The granted scopes.
    pub scopes: Scopes,
    /// `Bearer`, or another type that TikTok sent.
    pub token_type: String,
    /// Lifetime of the access token, in seconds.
    pub expires_in: i64,
    /// Lifetime of the refresh token, in seconds; `None` when TikTok sent no usable one.
    pub refresh_expires_in: Option<i64>,
    /// When TikTok answered, by its own clock.
    pub answered_at: Option<Timestamp>,
}

/// Tokens as TikTok returned them. Whose they are is checked by the caller: a refresh knows it, a login asks.
pub(super) struct IssuedTokens {
    /// The `open_id` of the body, valid or not; `None` when it is absent or empty.
    pub(super) open_id: Option<String>,
    pub(super) access_token: SecretString,
    refresh_token: Option<SecretString>,
    scopes: Scopes,
    token_type: String,
    expires_in: i64,
    refresh_expires_in: Option<i64>,
    answered_at: Option<Timestamp>,
}

/// A parsed response of a token endpoint.
pub(super) struct ParsedResponse {
    pub(super) body: OauthBody,
    /// TikTok's log id of the response.
    pub(super) log_id: Option<LogId>,
}

/// The parsed body of a response.
pub(super) enum OauthBody {
    /// New tokens.
    Token(Box<IssuedTokens>),
    /// An error; `None` when TikTok does not document its name.
    Refusal(Option<OauthCode>),
    /// Neither tokens nor an error.
    Unreadable,
}

/// Defines the enum of error codes with TikTok's spelling.
macro_rules! codes {
    ($($variant:ident = $name:literal,)+) => {
        /// An error code of the token endpoints.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum OauthCode { $($variant,)+ }

        impl OauthCode {
            /// Every code.
            #[cfg(test)]
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// TikTok's name of the code.
            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            fn parse(name: &str) -> Option<Self> {
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
    ScopeNotAuthorized = "scope_not_authorized",
    ScopePermissionMissed = "scope_permission_missed",
    UnsupportedGrantType = "unsupported_grant_type",
    UnsupportedResponseType = "unsupported_response_type",
    ServerError = "server_error",
    TemporarilyUnavailable = "temporarily_unavailable",
    InternalError = "internal_error",
    RateLimitExceeded = "rate_limit_exceeded",
}

impl TikTok {
    /// A request to an endpoint of `/v2/oauth/`: `form` with the app's credentials.
    fn oauth_request(&self, http: &Client, endpoint: &str, form: &[(&str, &str)]) -> RequestBuilder {
        let mut fields =
            vec![("client_key", &*self.client_key), ("client_secret", self.client_secret.expose_secret())];
        fields.extend(form);
        let url = self.endpoint(&format!("/v2/oauth/{endpoint}/"));
        http.post(url).header("cache-control", "no-cache").form(&fields)
    }

    /// A request for a client token, on a connection of its own
    /// (<https://developers.tiktok.com/doc/client-access-token-management>).
    pub(super) fn client_token_request(&self) -> RequestBuilder {
        self.oauth_request(&self.unpooled, "token", &[("grant_type", "client_credentials")])
    }

    /// Sends an [`Self::oauth_request`] and reads its response within `timeout`.
    pub(super) async fn post_oauth(
        &self,
        endpoint: Endpoint,
        form: &[(&str, &str)],
        timeout: Duration,
    ) -> Result<RawResponse, TransportError> {
        let path = if endpoint == Endpoint::Revoke { "revoke" } else { "token" };
        let request = self.oauth_request(&self.http, path, form).timeout(timeout);
        self.fetch(endpoint, request, MAX_RESPONSE_BYTES).await
    }
}

/// Parses a response of a token endpoint.
pub(super) fn parse_response(response: &RawResponse) -> ParsedResponse {
    let Ok(json) = serde_json::from_slice::<Value>(&response.body) else {
        return ParsedResponse { body: OauthBody::Unreadable, log_id: response.log_id.clone() };
    };
    let body = match error_name(&json) {
        Some(name) => OauthBody::Refusal(OauthCode::parse(name)),
        None => parse_token(&json).map_or(OauthBody::Unreadable, |token| {
            OauthBody::Token(Box::new(IssuedTokens { answered_at: response.date, ..token }))
        }),
    };
    ParsedResponse { body, log_id: response.log_id(&json) }
}

/// The error's name: a string in this dialect, but an object in the rest of the API, whose form TikTok's
/// gateways may use here too.
pub(super) fn error_name(body: &Value) -> Option<&str> {
    let error = body.get("error")?;
    let name = error.as_str().or_else(|| error.get("code")?.as_str())?;
    (!name.is_empty() && name != "ok").then_some(name)
}

impl IssuedTokens {
    /// The tokens as those of this creator.
    pub(super) fn of(self, open_id: OpenId) -> TokenResponse {
        TokenResponse {
            open_id,
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            scopes: self.scopes,
            token_type: self.token_type,
            expires_in: self.expires_in,
            refresh_expires_in: self.refresh_expires_in,
            answered_at: self.answered_at,
        }
    }
}

/// Parses a success body: a non-empty access token. All else is optional, and skipped where it has another form:
/// the old refresh token may be dead by now, so no detail of the response is worth the new one.
fn parse_token(body: &Value) -> Option<IssuedTokens> {
    let text = |name: &str| -> Option<&str> { body.get(name)?.as_str().filter(|text| !text.is_empty()) };
    Some(IssuedTokens {
        open_id: body.get("open_id").and_then(named_creator),
        access_token: SecretString::from(text("access_token")?),
        refresh_token: text("refresh_token").map(SecretString::from),
        scopes: granted_scopes(text("scope").unwrap_or_default()),
        token_type: text("token_type").unwrap_or("Bearer").to_owned(),
        expires_in: lifetime(body.get("expires_in")).unwrap_or(FALLBACK_ACCESS_SECONDS),
        refresh_expires_in: lifetime(body.get("refresh_expires_in")),
        answered_at: None,
    })
}

/// The creator whom a response names, in any form: a name that cannot be compared must not pass for none.
fn named_creator(open_id: &Value) -> Option<String> {
    let name = open_id.as_str().map_or_else(|| open_id.to_string(), str::to_owned);
    (!open_id.is_null() && !name.is_empty()).then_some(name)
}

/// Parses the granted scopes. An invalid name is skipped, so that one misspelt name does not cost the consent.
fn granted_scopes(scope: &str) -> Scopes {
    let is_scope = |name: &&str| name.trim().parse::<Scope>().is_ok();
    let names: Vec<&str> = scope.split(',').filter(is_scope).collect();
    names.join(",").parse().unwrap_or_default()
}

/// A lifetime in seconds, sent as a number or as digits; `None` when absent or invalid.
fn lifetime(value: Option<&Value>) -> Option<i64> {
    let seconds = match value? {
        Value::Number(number) => number.as_i64()?,
        Value::String(digits) => digits.parse().ok()?,
        _ => return None,
    };
    (1..=MAX_LIFETIME_SECONDS).contains(&seconds).then_some(seconds)
}
