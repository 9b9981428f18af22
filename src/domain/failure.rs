//! How a login can fail: one name for each way, so that each has its own page.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Malformed, Scopes, Timestamp};

/// TikTok's name for one answer of theirs; their support asks for it.
///
/// It comes from outside and is shown to people: letters, digits, `-` and `_`, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogId(String);

impl LogId {
    /// The id as TikTok sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LogId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let shaped = !text.is_empty() && text.len() <= 64 && text.chars().all(allowed);
        shaped
            .then(|| Self(text.to_owned()))
            .ok_or(Malformed { what: "log id", why: "it has 1 to 64 letters, digits, dashes or underscores" })
    }
}

impl TryFrom<String> for LogId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<LogId> for String {
    fn from(id: LogId) -> Self {
        id.0
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a login did not end in a grant.
///
/// TikTok's codes are on <https://developers.tiktok.com/doc/oauth-error-handling>; its
/// undocumented `error_type` says more than `error` and is looked at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginFailure {
    /// The state was not issued to this browser, or was used already.
    StateUnknown,
    /// The state was issued more than ten minutes ago.
    StateExpired,
    /// The callback has neither a code nor an error.
    CallbackMalformed,
    /// The creator said no (`access_denied`).
    Cancelled,
    /// TikTok refused for a reason that this app does not know; it may be anybody's.
    UnknownRefusal,
    /// `non_sandbox_target`: a sandbox app, and the account is not one of its target users.
    NotSandboxTester,
    /// `error_type=client_key`, or `unauthorized_client` at the authorize step.
    ClientKeyRefused,
    /// `error_type=redirect_uri`.
    RedirectUriRefused,
    /// `error_type=code_challenge` or `code_challenge_method`.
    PkceRefused,
    /// `invalid_scope` and the like, or `error_type=scope`.
    ScopeRefused,
    /// `invalid_grant` for the code: used, expired or of another client.
    CodeRefused,
    /// `invalid_client` or `unauthorized_client` at the token step: our key or secret.
    ClientRefused,
    /// `invalid_request`, `unsupported_grant_type` and the like: TikTok does not take our request.
    RequestRefused,
    /// `rate_limit_exceeded`, or HTTP 429.
    RateLimited,
    /// Too many logins come from this client's network, or at all; TikTok was not asked.
    TooManyLogins,
    /// `server_error`, `temporarily_unavailable`, 5xx, or no connection.
    TikTokUnavailable,
    /// Asked, but no answer came in time.
    TikTokTimeout,
    /// An answer that is not of the documented form.
    UnexpectedAnswer,
    /// Our own records cannot be reached.
    StoreUnavailable,
    /// TikTok granted it, and our own records cannot be reached: the consent is kept until they can.
    ConsentKept,
    /// A fault of ours that has no better name.
    Internal,
}

/// Who can do something about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginProblem {
    /// The creator: try again, or use another account.
    Creator,
    /// The operator: the app's settings at TikTok or here are wrong.
    Operator,
    /// No person: wait and try again.
    Passing,
    /// It is not known; the operator can find out.
    Unknown,
}

impl LoginFailure {
    /// Every failure, for tables and tests.
    pub const ALL: [Self; 21] = [
        Self::StateUnknown,
        Self::StateExpired,
        Self::CallbackMalformed,
        Self::Cancelled,
        Self::UnknownRefusal,
        Self::NotSandboxTester,
        Self::ClientKeyRefused,
        Self::RedirectUriRefused,
        Self::PkceRefused,
        Self::ScopeRefused,
        Self::CodeRefused,
        Self::ClientRefused,
        Self::RequestRefused,
        Self::RateLimited,
        Self::TooManyLogins,
        Self::TikTokUnavailable,
        Self::TikTokTimeout,
        Self::UnexpectedAnswer,
        Self::StoreUnavailable,
        Self::ConsentKept,
        Self::Internal,
    ];

    /// Its name for programs: the reason that a popup posts to its opener.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StateUnknown => "state_unknown",
            Self::StateExpired => "state_expired",
            Self::CallbackMalformed => "callback_malformed",
            Self::Cancelled => "cancelled",
            Self::UnknownRefusal => "unknown_refusal",
            Self::NotSandboxTester => "not_sandbox_tester",
            Self::ClientKeyRefused => "client_key_refused",
            Self::RedirectUriRefused => "redirect_uri_refused",
            Self::PkceRefused => "pkce_refused",
            Self::ScopeRefused => "scope_refused",
            Self::CodeRefused => "code_refused",
            Self::ClientRefused => "client_refused",
            Self::RequestRefused => "request_refused",
            Self::RateLimited => "rate_limited",
            Self::TooManyLogins => "too_many_logins",
            Self::TikTokUnavailable => "tiktok_unavailable",
            Self::TikTokTimeout => "tiktok_timeout",
            Self::UnexpectedAnswer => "unexpected_answer",
            Self::StoreUnavailable => "store_unavailable",
            Self::ConsentKept => "consent_kept",
            Self::Internal => "internal",
        }
    }

    /// Who can do something about it.
    #[must_use]
    pub const fn problem(self) -> LoginProblem {
        match self {
            Self::StateUnknown
            | Self::StateExpired
            | Self::CallbackMalformed
            | Self::Cancelled
            | Self::NotSandboxTester
            | Self::CodeRefused => LoginProblem::Creator,
            Self::ClientKeyRefused
            | Self::RedirectUriRefused
            | Self::PkceRefused
            | Self::ScopeRefused
            | Self::ClientRefused
            | Self::RequestRefused => LoginProblem::Operator,
            Self::RateLimited
            | Self::TooManyLogins
            | Self::TikTokUnavailable
            | Self::TikTokTimeout
            | Self::UnexpectedAnswer
            | Self::StoreUnavailable
            | Self::ConsentKept
            | Self::Internal => LoginProblem::Passing,
            Self::UnknownRefusal => LoginProblem::Unknown,
        }
    }

    /// The HTTP status of its page.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::StateUnknown | Self::StateExpired | Self::CallbackMalformed | Self::CodeRefused => 400,
            Self::Cancelled | Self::NotSandboxTester => 403,
            Self::TooManyLogins => 429,
            Self::RateLimited | Self::TikTokUnavailable | Self::StoreUnavailable | Self::ConsentKept => 503,
            Self::UnknownRefusal | Self::UnexpectedAnswer => 502,
            Self::TikTokTimeout => 504,
            Self::ClientKeyRefused
            | Self::RedirectUriRefused
            | Self::PkceRefused
            | Self::ScopeRefused
            | Self::ClientRefused
            | Self::RequestRefused
            | Self::Internal => 500,
        }
    }
}

/// A failed login as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRefusal {
    /// What went wrong.
    pub failure: LoginFailure,
    /// TikTok's log id, where TikTok answered at all.
    pub log_id: Option<LogId>,
    /// The scopes that the login asked for, if TikTok refused one of them: it does not say which.
    pub scopes: Option<Scopes>,
}

impl LoginRefusal {
    /// A failure, with TikTok's log id if there is one.
    #[must_use]
    pub const fn new(failure: LoginFailure, log_id: Option<LogId>) -> Self {
        Self { failure, log_id, scopes: None }
    }

    /// The same, of a login that asked for these scopes.
    #[must_use]
    pub fn of_login(self, asked: &Scopes) -> Self {
        let scopes = (self.failure == LoginFailure::ScopeRefused).then(|| asked.clone());
        Self { scopes, ..self }
    }
}

/// How a login ended, for the page that comes after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginEnd {
    /// Why it failed; `None` when the creator is signed in.
    pub refusal: Option<LoginRefusal>,
    /// Whether it ran in a popup, whose opener waits to hear of it.
    pub popup: bool,
    /// The creator who is signed in from before in the browser in which it failed, and still is.
    pub still_signed_in: Option<SignedInAs>,
    /// When it failed.
    pub at: Option<Timestamp>,
}

/// A creator who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedInAs {
    /// What they are called, if it is known.
    pub name: Option<String>,
}

impl From<LoginRefusal> for LoginEnd {
    fn from(refusal: LoginRefusal) -> Self {
        Self { refusal: Some(refusal), ..Self::default() }
    }
}

impl From<LoginFailure> for LoginRefusal {
    fn from(failure: LoginFailure) -> Self {
        Self::new(failure, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_an_error_status() {
        for failure in LoginFailure::ALL {
            assert!((400..600).contains(&failure.status()), "{failure:?}");
        }
    }

    #[test]
    fn every_failure_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> = LoginFailure::ALL.map(LoginFailure::name).into();
        assert_eq!(names.len(), LoginFailure::ALL.len());
    }

    #[test]
    fn only_a_refused_scope_names_the_scopes() {
        let asked: Scopes = "user.info.basic,video.list".parse().unwrap();
        for failure in LoginFailure::ALL {
            let named = LoginRefusal::from(failure).of_login(&asked).scopes;
            assert_eq!(named.is_some(), failure == LoginFailure::ScopeRefused, "{failure:?}");
        }
    }

    #[test]
    fn a_log_id_with_markup_is_refused() {
        assert!("<script>".parse::<LogId>().is_err());
    }
}
