//! The OAuth callback: parameters that TikTok appends to the redirect URI
//! (<https://developers.tiktok.com/doc/login-kit-web>), with its first error dialect.

use std::fmt;

use secrecy::SecretString;
use serde::Deserialize;
use url::form_urlencoded;

use crate::domain::{LogId, LoginFailure};

/// Parameters of a callback; all others in a form are dropped.
const PARAMETERS: [&str; 8] =
    ["code", "state", "error", "error_type", "errCode", "error_code", "log_id", "logid"];

/// Parameters of which a callback has at least one.
const DECISIVE: [&str; 5] = ["code", "error", "error_type", "errCode", "error_code"];

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
    /// TikTok's SDKs read it under two names.
    #[serde(rename = "errCode")]
    err_code: Option<String>,
    error_code: Option<String>,
    log_id: Option<String>,
    logid: Option<String>,
}

/// An error of the authorize dialect; a part that is absent is empty.
#[derive(Clone, Copy)]
struct AuthorizeError<'a> {
    error: &'a str,
    /// Undocumented, but more specific than `error`.
    error_type: &'a str,
    /// `errCode`, undocumented too.
    number: &'a str,
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
        let failure = self.error().map(AuthorizeError::login_failure);
        let present = |value: Option<String>| value.filter(|text| !text.is_empty());
        let state = present(self.state);
        if let Some(failure) = failure {
            let log_id = present(self.log_id).or(self.logid).and_then(|id| id.parse().ok());
            return Callback::Refused { state, failure, log_id };
        }
        match (present(self.code), state) {
            (Some(code), Some(state)) => Callback::Code { code: SecretString::from(code), state },
            _ => Callback::Malformed,
        }
    }

    /// The error, if any part of one is there. The number 0 stands for success.
    fn error(&self) -> Option<AuthorizeError<'_>> {
        let [error, error_type, err_code, error_code] =
            [&self.error, &self.error_type, &self.err_code, &self.error_code]
                .map(|value| value.as_deref().unwrap_or_default());
        let number = [err_code, error_code].into_iter().find(|code| !matches!(*code, "" | "0"));
        let error = AuthorizeError { error, error_type, number: number.unwrap_or_default() };
        (!error.is_empty()).then_some(error)
    }

    fn has_oversized_parameter(&self) -> bool {
        let parts =
            [&self.code, &self.state, &self.error, &self.error_type, &self.err_code, &self.error_code];
        parts.into_iter().flatten().any(|part| part.len() > MAX_PARAMETER_BYTES)
    }
}

impl AuthorizeError<'_> {
    fn is_empty(self) -> bool {
        [self.error, self.error_type, self.number].iter().all(|part| part.is_empty())
    }

    /// What it means. Only two numbers are evaluated: of the others TikTok's own tables give different meanings.
    fn login_failure(self) -> LoginFailure {
        match (self.error_type, self.number, self.error) {
            ("non_sandbox_target", ..) => LoginFailure::NotSandboxTester,
            ("code_challenge" | "code_challenge_method", ..) => LoginFailure::PkceRefused,
            ("scope", ..) => LoginFailure::ScopeRefused,
            ("client_key", ..) | (_, "10003", _) => LoginFailure::ClientKeyRefused,
            ("redirect_uri", ..) | (_, "10006", _) => LoginFailure::RedirectUriRefused,
            // With a type it is a denial by TikTok, for a reason that may lie with anybody.
            ("", _, "access_denied") => LoginFailure::Cancelled,
            (.., error) => failure_of_error(error),
        }
    }
}

/// Maps an `error` to which nothing more specific was added.
fn failure_of_error(error: &str) -> LoginFailure {
    match error {
        "invalid_scope" | "scope_not_authorized" | "scope_permission_missed" => LoginFailure::ScopeRefused,
        "unauthorized_client" | "invalid_client" => LoginFailure::ClientKeyRefused,
        "server_error" | "temporarily_unavailable" | "internal_error" => LoginFailure::TikTokUnavailable,
        "rate_limit_exceeded" => LoginFailure::RateLimited,
        "invalid_request" | "param_error" | "unsupported_response_type" | "unsupported_grant_type" => {
            LoginFailure::RequestRefused
        }
        _ => LoginFailure::UnknownRefusal,
    }
}

/// Converts a callback that was posted as a form into a URL query; `None` when the form has neither a code nor any
/// part of an error and so is not a callback.
#[must_use]
pub fn form_to_query(form: &[u8]) -> Option<String> {
    let known = |name: &str| PARAMETERS.contains(&name);
    let pairs: Vec<_> = form_urlencoded::parse(form).filter(|(name, _)| known(name)).collect();
    let is_callback = pairs.iter().any(|(name, _)| DECISIVE.contains(&&**name));
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
    use axum::{extract::Query, http::Uri};

    use super::*;

    fn parse(query: &str) -> Callback {
        let uri: Uri = format!("/webhook?{query}").parse().unwrap();
        Query::<CallbackParameters>::try_from_uri(&uri).unwrap().0.parse()
    }

    fn refused(query: &str) -> Option<LoginFailure> {
        match parse(query) {
            Callback::Refused { failure, .. } => Some(failure),
            Callback::Code { .. } | Callback::Malformed => None,
        }
    }

    #[test]
    fn authorize_errors_map_to_login_failures() {
        let rows = [
            ("error=access_denied", LoginFailure::Cancelled),
            ("error=access_denied&errCode=-2", LoginFailure::Cancelled),
            ("error=access_denied&error_type=non_sandbox_target", LoginFailure::NotSandboxTester),
            ("error=unauthorized_client&error_type=client_key", LoginFailure::ClientKeyRefused),
            ("error=param_error&errCode=10003&error_type=client_key", LoginFailure::ClientKeyRefused),
            ("error=unauthorized_client", LoginFailure::ClientKeyRefused),
            ("error=invalid_request&error_type=redirect_uri", LoginFailure::RedirectUriRefused),
            ("error=param_error&errCode=10007&error_type=code_challenge", LoginFailure::PkceRefused),
            ("errCode=10008&error_type=code_challenge_method", LoginFailure::PkceRefused),
            ("error=invalid_scope&error_type=scope", LoginFailure::ScopeRefused),
            ("error=invalid_scope", LoginFailure::ScopeRefused),
            ("error=scope_not_authorized", LoginFailure::ScopeRefused),
            ("error_type=scope", LoginFailure::ScopeRefused),
            ("error=invalid_request", LoginFailure::RequestRefused),
            ("error=param_error&errCode=10001", LoginFailure::RequestRefused),
            ("error=unsupported_response_type", LoginFailure::RequestRefused),
            ("error=server_error", LoginFailure::TikTokUnavailable),
            ("error=temporarily_unavailable", LoginFailure::TikTokUnavailable),
            ("error=rate_limit_exceeded", LoginFailure::RateLimited),
            ("errCode=10003", LoginFailure::ClientKeyRefused),
            ("error=param_error&error_code=10006", LoginFailure::RedirectUriRefused),
        ];
        for (query, expected) in rows {
            assert_eq!(refused(query), Some(expected), "{query}");
        }
    }

    #[test]
    fn unknown_error_in_any_parameter_is_unknown() {
        for query in [
            "error=something_new",
            "error=something_new&error_type=something_newer&errCode=1",
            "error=access_denied&error_type=something_new",
            "error_type=something_new",
            "errCode=10007",
            "errCode=0&error_code=99999",
            "error_code=-1&code=c&state=s",
        ] {
            assert_eq!(refused(query), Some(LoginFailure::UnknownRefusal), "{query}");
        }
    }

    #[test]
    fn code_with_empty_or_zero_errors_is_a_code() {
        for query in ["", "&error=&error_type=&errCode=", "&errCode=0", "&error_code=0&errCode=0"] {
            let callback = parse(&format!("code=c&state=s{query}"));
            assert!(matches!(callback, Callback::Code { .. }), "{query}");
        }
    }

    #[test]
    fn log_id_is_read_by_either_name() {
        for query in ["log_id=2099A", "logid=2099A", "log_id=&logid=2099A", "log_id=2099A&logid=2099B"] {
            let Callback::Refused { log_id, .. } = parse(&format!("error=x&{query}")) else {
                panic!("{query}")
            };
            assert_eq!(log_id.as_ref().map(LogId::as_str), Some("2099A"), "{query}");
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
        assert_eq!(form_to_query(b"state=s&log_id=2099&error_description=x"), None);
    }

    #[test]
    fn form_with_any_part_of_an_error_is_a_callback() {
        for part in ["error=x", "error_type=x", "errCode=1", "error_code=1"] {
            let form = format!("{part}&logid=2099&state=s");
            assert_eq!(form_to_query(form.as_bytes()), Some(form.clone()), "{part}");
        }
    }
}
