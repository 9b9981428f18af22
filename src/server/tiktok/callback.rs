//! The OAuth callback: parameters that TikTok appends to the redirect URI
//! (<https://developers.tiktok.com/doc/login-kit-web>), with its first error dialect.

use std::fmt;

use secrecy::SecretString;
use serde::Deserialize;
use url::form_urlencoded;

use crate::domain::{LogId, LoginFailure};

/// Parameters of a callback; all others in a form are dropped.
const PARAMETERS: [&str; 6] = ["code", "state", "error", "error_type", "error_description", "log_id"];

/// Limit of a parameter's length; a code has about 240 characters.
const MAX_PARAMETER_BYTES: usize = 4096;

/// A callback's query or form before it is parsed.
///
/// The form parser decodes the values once; they are never decoded again, because a code ends in `*1!…` and a
/// second decoding would break it. `scopes` is not read: the token response has the granted scopes.
#[derive(Clone, Default, Deserialize)]
pub struct CallbackParameters {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_type: Option<String>,
    #[serde(alias = "logid")]
    log_id: Option<String>,
}

/// A parsed callback.
#[derive(Debug)]
pub enum Callback {
    /// The creator consented.
    Code {
        /// Authorization code; it can be exchanged once.
        code: SecretString,
        /// The OAuth state that the login sent.
        state: String,
    },
    /// TikTok or the creator refused.
    Refused {
        /// The OAuth state that the login sent; TikTok omits it from some errors.
        state: Option<String>,
        /// The failure that the error means.
        failure: LoginFailure,
        /// TikTok's log id.
        log_id: Option<LogId>,
    },
    /// Neither a code with a state nor an error, or a parameter is too long.
    Malformed,
}

impl Callback {
    /// The OAuth state, if TikTok returned it.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Code { state, .. } => Some(state),
            Self::Refused { state, .. } => state.as_deref(),
            Self::Malformed => None,
        }
    }
}

impl CallbackParameters {
    /// Parses the parameters. An error takes precedence over a code.
    #[must_use]
    pub fn parse(self) -> Callback {
        if self.has_oversized_parameter() {
            return Callback::Malformed;
        }
        let present = |value: Option<String>| value.filter(|text| !text.is_empty());
        let state = present(self.state);
        if let Some(error) = present(self.error) {
            let failure = login_failure(&error, self.error_type.as_deref().unwrap_or_default());
            let log_id = self.log_id.and_then(|id| id.parse().ok());
            return Callback::Refused { state, failure, log_id };
        }
        match (present(self.code), state) {
            (Some(code), Some(state)) => Callback::Code { code: SecretString::from(code), state },
            _ => Callback::Malformed,
        }
    }

    fn has_oversized_parameter(&self) -> bool {
        let parts = [&self.code, &self.state, &self.error, &self.error_type];
        parts.into_iter().flatten().any(|part| part.len() > MAX_PARAMETER_BYTES)
    }
}

/// Maps errors of the authorize dialect. `error_type` is undocumented but more specific than `error`;
/// `errCode` is ignored, because its numbers differ between TikTok's own tables.
fn login_failure(error: &str, error_type: &str) -> LoginFailure {
    match (error_type, error) {
        ("non_sandbox_target", _) => LoginFailure::NotSandboxTester,
        ("client_key", _) => LoginFailure::ClientKeyRefused,
        ("redirect_uri", _) => LoginFailure::RedirectUriRefused,
        ("code_challenge" | "code_challenge_method", _) => LoginFailure::PkceRefused,
        ("scope", _) | (_, "invalid_scope") => LoginFailure::ScopeRefused,
        (_, "access_denied") => LoginFailure::Cancelled,
        (_, "unauthorized_client" | "invalid_client") => LoginFailure::ClientKeyRefused,
        (_, "server_error" | "temporarily_unavailable" | "internal_error") => LoginFailure::TikTokUnavailable,
        (_, "rate_limit_exceeded") => LoginFailure::RateLimited,
        (_, "invalid_request" | "param_error" | "unsupported_response_type" | "unsupported_grant_type") => {
            LoginFailure::RequestRefused
        }
        // TikTok's page on Login Kit describes every other error as "not eligible".
        _ => LoginFailure::NotEligible,
    }
}

/// Converts a callback that was posted as a form into a URL query; `None` when the form has neither a code nor an
/// error and so is not a callback.
#[must_use]
pub fn form_to_query(form: &[u8]) -> Option<String> {
    let known = |name: &str| PARAMETERS.contains(&name);
    let pairs: Vec<_> = form_urlencoded::parse(form).filter(|(name, _)| known(name)).collect();
    let is_callback = pairs.iter().any(|(name, _)| name == "code" || name == "error");
    is_callback.then(|| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// Prints no value: an authorization code gives access to an account.
impl fmt::Debug for CallbackParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackParameters([sealed])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorize_errors_map_to_login_failures() {
        let rows = [
            ("access_denied", "", LoginFailure::Cancelled),
            ("access_denied", "non_sandbox_target", LoginFailure::NotSandboxTester),
            ("unauthorized_client", "client_key", LoginFailure::ClientKeyRefused),
            ("param_error", "client_key", LoginFailure::ClientKeyRefused),
            ("unauthorized_client", "", LoginFailure::ClientKeyRefused),
            ("invalid_request", "redirect_uri", LoginFailure::RedirectUriRefused),
            ("param_error", "code_challenge", LoginFailure::PkceRefused),
            ("param_error", "code_challenge_method", LoginFailure::PkceRefused),
            ("invalid_scope", "scope", LoginFailure::ScopeRefused),
            ("invalid_scope", "", LoginFailure::ScopeRefused),
            ("invalid_request", "", LoginFailure::RequestRefused),
            ("unsupported_response_type", "", LoginFailure::RequestRefused),
            ("server_error", "", LoginFailure::TikTokUnavailable),
            ("temporarily_unavailable", "", LoginFailure::TikTokUnavailable),
            ("rate_limit_exceeded", "", LoginFailure::RateLimited),
            ("something_new", "", LoginFailure::NotEligible),
        ];
        for (error, error_type, expected) in rows {
            assert_eq!(login_failure(error, error_type), expected, "{error} {error_type}");
        }
    }

    #[test]
    fn error_takes_precedence_over_code() {
        let parameters = CallbackParameters {
            code: Some("c".into()),
            state: Some("s".into()),
            error: Some("access_denied".into()),
            ..CallbackParameters::default()
        };
        assert!(matches!(parameters.parse(), Callback::Refused { .. }));
    }

    #[test]
    fn code_without_state_is_malformed() {
        let parameters = CallbackParameters { code: Some("c".into()), ..CallbackParameters::default() };
        assert!(matches!(parameters.parse(), Callback::Malformed));
    }

    #[test]
    fn oversized_code_is_malformed() {
        let parameters = CallbackParameters {
            code: Some("c".repeat(MAX_PARAMETER_BYTES + 1)),
            state: Some("s".into()),
            ..CallbackParameters::default()
        };
        assert!(matches!(parameters.parse(), Callback::Malformed));
    }

    #[test]
    fn form_to_query_keeps_code_trailer() {
        let query = form_to_query(b"code=Qw7-part_two%2A1%219001.va&state=s&extra=x").unwrap();
        let back: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(back[0], ("code".to_owned(), "Qw7-part_two*1!9001.va".to_owned()));
        assert_eq!(back.len(), 2);
    }

    #[test]
    fn form_without_code_or_error_is_not_a_callback() {
        assert_eq!(form_to_query(b"state=s"), None);
    }
}
