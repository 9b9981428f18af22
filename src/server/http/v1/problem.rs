//! Problems: errors as JSON (RFC 9457), each with a code of a closed list.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Where problems are described: `GET /api/v1/docs`.
const TYPES: &str = "/api/v1/docs#";

/// Writes the closed list of codes, with the status and the title of each.
macro_rules! codes {
    ($($(#[$about:meta])* $variant:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// The code of a problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[$about])* $variant,)+ }

        impl Code {
            /// Every code, as the documents list it.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The status of its responses.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// What happened, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

codes! {
    /// The body is no JSON of the documented form.
    MalformedJson = "malformed_json", BAD_REQUEST, "The body is not the JSON that is expected";
    /// A field or parameter is not known.
    UnknownField = "unknown_field", BAD_REQUEST, "A field is unknown";
    /// A cursor of another list, or none at all.
    BadCursor = "bad_cursor", BAD_REQUEST, "The cursor is not one of this list";
    /// A key was sent in the address.
    KeyInUrl = "key_in_url", BAD_REQUEST, "A key was sent in the address, and is revoked";
    /// No key was sent.
    KeyMissing = "key_missing", UNAUTHORIZED, "A key is needed";
    /// The key is no key.
    KeyMalformed = "key_malformed", UNAUTHORIZED, "The key is mistyped";
    /// There is no such key.
    KeyUnknown = "key_unknown", UNAUTHORIZED, "The key is unknown";
    /// The key has expired.
    KeyExpired = "key_expired", UNAUTHORIZED, "The key has expired";
    /// The key was revoked.
    KeyRevoked = "key_revoked", UNAUTHORIZED, "The key was revoked";
    /// The key may not do this.
    PermissionMissing = "permission_missing", FORBIDDEN, "The key lacks a permission";
    /// The key may not be used from here.
    AddressNotAllowed = "address_not_allowed", FORBIDDEN, "The key may not be used from this address";
    /// The creator did not grant a scope.
    ScopeMissing = "scope_missing", FORBIDDEN, "The creator has not granted a scope";
    /// The proxy does not call this.
    ProxyRouteNotAllowed = "proxy_route_not_allowed", FORBIDDEN, "TikTok's endpoint may not be called through here";
    /// There is nothing here, or the key may not know of it.
    NotFound = "not_found", NOT_FOUND, "There is nothing here";
    /// The address does not take this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The address does not take this method";
    /// Only the creator can help.
    NeedsReconnect = "needs_reconnect", CONFLICT, "The creator must connect again";
    /// The creator has left.
    Disconnected = "disconnected", CONFLICT, "The creator is not connected";
    /// Another creator has the reference.
    ReferenceTaken = "reference_taken", CONFLICT, "Another creator has this reference";
    /// The resource has changed since it was read.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED, "It has changed since it was read";
    /// The body is too large.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body has another type.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body is not JSON";
    /// A value is not acceptable.
    Unprocessable = "unprocessable", UNPROCESSABLE_ENTITY, "A value is not acceptable";
    /// No token is ever valid for so long.
    MinValidForTooLong = "min_valid_for_too_long", UNPROCESSABLE_ENTITY, "No token is valid for so long";
    /// If-Match is needed.
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED, "If-Match is needed";
    /// Our own limit.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too many requests";
    /// TikTok's limit.
    TiktokRateLimited = "tiktok_rate_limited", TOO_MANY_REQUESTS, "TikTok takes no more of these calls for now";
    /// An error of ours.
    Internal = "internal", INTERNAL_SERVER_ERROR, "An internal error";
    /// TikTok's response cannot be used.
    TiktokError = "tiktok_error", BAD_GATEWAY, "TikTok's response cannot be used";
    /// A token cannot be refreshed now.
    TemporarilyUnavailable = "temporarily_unavailable", SERVICE_UNAVAILABLE, "It cannot be done now";
    /// The audit log cannot be written.
    AuditUnavailable = "audit_unavailable", SERVICE_UNAVAILABLE, "The use cannot be recorded now";
    /// The store is away.
    StoreUnavailable = "store_unavailable", SERVICE_UNAVAILABLE, "The store is unavailable";
    /// TikTok did not respond in time.
    TiktokTimeout = "tiktok_timeout", GATEWAY_TIMEOUT, "TikTok did not respond";
}

/// A problem: why a request has no other answer.
#[derive(Clone, Debug)]
pub struct Problem(Box<Content>);

#[derive(Clone, Debug)]
struct Content {
    code: Code,
    body: ProblemBody,
    retry_after: Option<u64>,
}

/// A problem, as `application/problem+json`. Members beyond these belong to its code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Where the code is described.
    #[schema(example = "/api/v1/docs#not_found")]
    r#type: String,
    /// What happened, in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened here, and what to do.
    detail: String,
    /// The id of the request, as in `X-Request-Id` and in the log.
    request_id: String,
    /// The code, from a closed list.
    #[schema(example = "not_found")]
    code: &'static str,
    /// Which fields are at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldFault>,
    /// Members of the code, as `cause` and `reconnect_url` of `needs_reconnect`.
    #[serde(flatten)]
    #[schema(ignore)]
    members: serde_json::Map<String, serde_json::Value>,
}

/// A field at fault.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldFault {
    /// A JSON pointer into the body, or the parameter's name.
    #[schema(example = "#/min_valid_for")]
    pointer: String,
    /// What is wrong.
    detail: String,
}

impl Problem {
    /// A problem with this code.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let body = ProblemBody {
            r#type: format!("{TYPES}{}", code.as_str()),
            title: code.title(),
            status: code.status().as_u16(),
            detail: detail.into(),
            request_id: String::new(),
            code: code.as_str(),
            errors: Vec::new(),
            members: serde_json::Map::new(),
        };
        Self(Box::new(Content { code, body, retry_after: None }))
    }

    /// The same one that names a field.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.body.errors.push(FieldFault { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// The same one with a member of its own.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.0.body.members.insert(name.to_owned(), value.into());
        self
    }

    /// The same one, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// A member of its own, if it is text.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&str> {
        self.0.body.members.get(name).and_then(serde_json::Value::as_str)
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The same one, of this request.
    #[must_use]
    pub fn of_request(mut self, request_id: &str) -> Self {
        request_id.clone_into(&mut self.0.body.request_id);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let code = self.code();
        // It cannot fail: that would take a map with keys that are not text.
        let body = serde_json::to_string(&self.0.body).unwrap_or_default();
        let content_type = HeaderValue::from_static("application/problem+json");
        let mut response = (code.status(), [(header::CONTENT_TYPE, content_type)], body).into_response();
        if let Some(seconds) = self.0.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<crate::server::store::StoreError> for Problem {
    fn from(error: crate::server::store::StoreError) -> Self {
        tracing::warn!(%error, "API request failed: store unavailable");
        Self::new(Code::StoreUnavailable, "The store does not answer. Nothing was changed; try again.")
            .retry_after(5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Code::ALL.len());
    }

    #[test]
    fn problem_is_written_with_its_members() {
        let problem = Problem::new(Code::NeedsReconnect, "d").with("cause", "refused").at("#/a", "b");
        let json = serde_json::to_value(&problem.of_request("r").0.body).unwrap();
        assert_eq!(json["code"], "needs_reconnect");
        assert_eq!((&json["status"], &json["cause"]), (&409.into(), &"refused".into()));
        assert_eq!(json["errors"][0]["pointer"], "#/a");
        assert_eq!(json["type"], "/api/v1/docs#needs_reconnect");
    }
}
