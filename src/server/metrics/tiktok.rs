//! Calls of TikTok's API.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::label_values;

/// Upper bounds of the buckets, in seconds; the last is the time-out of a refresh.
const BUCKETS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

label_values! {
    /// An endpoint, by what it is asked for.
    pub enum Endpoint {
        /// Tokens for an authorization code.
        CodeExchange = "code_exchange",
        /// New tokens for a refresh token.
        Refresh = "refresh",
        /// A client token, which shows whether TikTok is up.
        ClientToken = "client_token",
        /// A revocation.
        Revoke = "revoke",
        /// User info.
        UserInfo = "user_info",
        /// Creator info: what may be posted.
        CreatorInfo = "creator_info",
        /// A picture.
        Avatar = "avatar",
        /// A call for a program.
        Proxy = "proxy",
    }
}

label_values! {
    /// How a call ended.
    pub enum CallOutcome {
        /// With what was asked for.
        Ok = "ok",
        /// With an error of TikTok's.
        Error = "error",
        /// Without a response in time.
        Timeout = "timeout",
        /// Without a connection, or with one that broke.
        Transport = "transport",
    }
}

/// An error code that is not among [`CODES`].
const OTHER: &str = "other";

/// TikTok's documented error codes, of all its dialects.
const CODES: [&str; 24] = [
    "access_denied",
    "access_token_invalid",
    "internal_error",
    "invalid_client",
    "invalid_grant",
    "invalid_params",
    "invalid_request",
    "invalid_scope",
    "rate_limit_exceeded",
    "reached_active_user_cap",
    "scope_not_authorized",
    "scope_permission_missed",
    "server_error",
    "spam_risk_too_many_posts",
    "spam_risk_user_banned_from_posting",
    "temporarily_unavailable",
    "token_not_authorized_for_specified_fields",
    "unauthorized_client",
    "unaudited_client_can_only_post_to_private_accounts",
    "unsupported_grant_type",
    "unsupported_response_type",
    "url_ownership_unverified",
    "user_banned",
    "privacy_level_option_mismatch",
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    endpoint: Endpoint,
    outcome: CallOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ErrorLabels {
    endpoint: Endpoint,
    /// One of [`CODES`], or [`OTHER`].
    code: &'static str,
}

/// Metrics of calls of TikTok's API.
#[derive(Clone, Debug)]
pub struct TikTokMetrics {
    calls: Family<CallLabels, Histogram, fn() -> Histogram>,
    errors: Family<ErrorLabels, Counter>,
}

impl Default for TikTokMetrics {
    fn default() -> Self {
        Self { calls: Family::new_with_constructor(|| Histogram::new(BUCKETS)), errors: Family::default() }
    }
}

impl TikTokMetrics {
    /// Records the end of a call.
    pub fn called(&self, endpoint: Endpoint, outcome: CallOutcome, took: Duration) {
        self.calls.get_or_create(&CallLabels { endpoint, outcome }).observe(took.as_secs_f64());
    }

    /// Records an error of TikTok's; `None` for a response without a code.
    pub fn refused(&self, endpoint: Endpoint, code: Option<&str>) {
        let known = code.and_then(|code| CODES.into_iter().find(|known| *known == code));
        self.errors.get_or_create(&ErrorLabels { endpoint, code: known.unwrap_or(OTHER) }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Calls of TikTok's API by endpoint and outcome, and how long each took";
        registry.register_with_unit("tiktok_call", help, Unit::Seconds, self.calls.clone());
        let help = "Errors of TikTok's by endpoint and code";
        registry.register("tiktok_errors", help, self.errors.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undocumented_codes_count_as_one() {
        let metrics = TikTokMetrics::default();
        for code in ["invented", "invalid_grant", "another", "INVALID_GRANT"] {
            metrics.refused(Endpoint::Refresh, Some(code));
        }
        let count =
            |code| Some(metrics.errors.get(&ErrorLabels { endpoint: Endpoint::Refresh, code })?.get());
        assert_eq!((count("invalid_grant"), count(OTHER), count("invented")), (Some(1), Some(3), None));
    }
}
