//! The way back: what TikTok appends to the redirect URI
//! (<https://developers.tiktok.com/doc/login-kit-web>), with its first error dialect.

use std::fmt;

use secrecy::SecretString;
use serde::Deserialize;
use url::form_urlencoded;

use crate::domain::{LogId, LoginFailure};

/// What a callback may carry; anything else in a form is left behind.
const PARAMETERS: [&str; 6] = ["code", "state", "error", "error_type", "error_description", "log_id"];

/// No parameter of a callback is longer; a code has about 240 characters.
const LONGEST_PARAMETER: usize = 4096;

/// A callback's query or form, as it came.
///
/// Its values are decoded once, by the form parser, and never again: a code ends in `*1!…`, and a
/// second decoding would break it. `scopes` is not read: what counts is in the token answer.
#[derive(Clone, Default, Deserialize)]
pub struct CallbackParameters {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_type: Option<String>,
    #[serde(alias = "logid")]
    log_id: Option<String>,
}

/// What a callback says.
#[derive(Debug)]
pub enum Callback {
    /// The creator consented.
    Code {
        /// To be exchanged once.
        code: SecretString,
        /// Ours, echoed.
        state: String,
    },
    /// TikTok or the creator refused.
    Refused {
        /// Ours, echoed; TikTok leaves it out of some errors.
        state: Option<String>,
        /// What it means.
        failure: LoginFailure,
        /// TikTok's log id.
        log_id: Option<LogId>,
    },
    /// Neither, or more than any callback holds.
    Malformed,
}

impl Callback {
    /// Our state, if TikTok sent it back.
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
    /// What these parameters say. An error counts before a code.
    #[must_use]
    pub fn parse(self) -> Callback {
        if self.has_oversized_part() {
            return Callback::Malformed;
        }
        let present = |value: Option<String>| value.filter(|text| !text.is_empty());
        let state = present(self.state);
        if let Some(error) = present(self.error) {
            let failure = failure_of(&error, self.error_type.as_deref().unwrap_or_default());
            let log_id = self.log_id.and_then(|id| id.parse().ok());
            return Callback::Refused { state, failure, log_id };
        }
        match (present(self.code), state) {
            (Some(code), Some(state)) => Callback::Code { code: SecretString::from(code), state },
            _ => Callback::Malformed,
        }
    }

    fn has_oversized_part(&self) -> bool {
        let parts = [&self.code, &self.state, &self.error, &self.error_type];
        parts.into_iter().flatten().any(|part| part.len() > LONGEST_PARAMETER)
    }
}

/// The table of the authorize dialect. `error_type` is undocumented but says more than `error`;
/// the numbers of `errCode` mean different things in TikTok's own tables and are not looked at.
fn failure_of(error: &str, error_type: &str) -> LoginFailure {
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
        // TikTok's page on Login Kit words every other error as "not eligible".
        _ => LoginFailure::NotEligible,
    }
}

/// A callback that came as a form, as the query of an address; `None` when it has no code and no
/// error, and so is none.
#[must_use]
pub fn as_query(form: &[u8]) -> Option<String> {
    let known = |name: &str| PARAMETERS.contains(&name);
    let pairs: Vec<_> = form_urlencoded::parse(form).filter(|(name, _)| known(name)).collect();
    let is_callback = pairs.iter().any(|(name, _)| name == "code" || name == "error");
    is_callback.then(|| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// A code opens an account: a callback prints nothing of itself.
impl fmt::Debug for CallbackParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackParameters([sealed])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(error: &str, error_type: &str) -> LoginFailure {
        failure_of(error, error_type)
    }

    #[test]
    fn every_row_of_the_authorize_dialect() {
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
            assert_eq!(failure(error, error_type), expected, "{error} {error_type}");
        }
    }

    #[test]
    fn an_error_counts_before_a_code() {
        let parameters = CallbackParameters {
            code: Some("c".into()),
            state: Some("s".into()),
            error: Some("access_denied".into()),
            ..CallbackParameters::default()
        };
        assert!(matches!(parameters.parse(), Callback::Refused { .. }));
    }

    #[test]
    fn a_code_without_a_state_is_malformed() {
        let parameters = CallbackParameters { code: Some("c".into()), ..CallbackParameters::default() };
        assert!(matches!(parameters.parse(), Callback::Malformed));
    }

    #[test]
    fn an_endless_code_is_malformed() {
        let parameters = CallbackParameters {
            code: Some("c".repeat(LONGEST_PARAMETER + 1)),
            state: Some("s".into()),
            ..CallbackParameters::default()
        };
        assert!(matches!(parameters.parse(), Callback::Malformed));
    }

    #[test]
    fn a_code_keeps_its_trailer_through_a_redirect() {
        let query = as_query(b"code=Qw7-part_two%2A1%219001.va&state=s&extra=x").unwrap();
        let back: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(back[0], ("code".to_owned(), "Qw7-part_two*1!9001.va".to_owned()));
        assert_eq!(back.len(), 2);
    }

    #[test]
    fn a_form_without_code_or_error_is_no_callback() {
        assert_eq!(as_query(b"state=s"), None);
    }
}
