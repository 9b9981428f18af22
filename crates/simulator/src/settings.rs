//! The settings of the simulator.

use serde::{Deserialize, Serialize};
use url::Url;

/// One app registered at the simulated TikTok, and how strict TikTok is with it. Not printable: it holds the secret.
#[derive(Clone)]
pub struct Settings {
    /// The app's `client_key`.
    pub client_key: String,
    /// Authenticates the app at the token endpoint and signs webhooks.
    pub client_secret: String,
    /// Compared as exact strings, as TikTok does.
    pub redirect_uris: Vec<String>,
    /// Where events are posted; none: events are refused. A loopback https address may have any certificate.
    pub webhook_url: Option<Url>,
    /// The simulator's own public address; avatar URLs are built on it.
    pub base_url: Url,
    /// How long tokens live.
    pub lifetimes: Lifetimes,
    /// The scopes that the app may request. One that is not listed fails the whole request.
    pub enabled_scopes: Vec<String>,
    /// How a `code_challenge` is treated.
    pub pkce: PkceDemand,
    /// Text put inside every code and token, so that a leak test can look for it.
    pub token_marker: Option<String>,
}

/// What the developer portal has on record for an app beside its keys and redirect URIs. All of it can be changed
/// while the simulator runs.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The name that the consent page shows.
    pub app_name: String,
    /// Whether the app passed TikTok's audit. An unaudited one posts to private accounts alone, as `SELF_ONLY`.
    pub audited: bool,
    /// URL prefixes whose ownership is verified, as `https://media.example.com/videos/`: TikTok pulls media from
    /// there.
    pub verified_url_prefixes: Vec<String>,
}

/// An app at the simulated TikTok: its settings, and what the developer portal has on record for it.
#[derive(Clone)]
pub struct App {
    /// Keys, redirect URIs, lifetimes.
    pub settings: Settings,
    /// Name, audit, verified URLs.
    pub registration: Registration,
}

impl Default for Registration {
    /// An unaudited app without verified URLs.
    fn default() -> Self {
        Self { app_name: "Simulated app".to_owned(), audited: false, verified_url_prefixes: Vec::new() }
    }
}

impl From<Settings> for App {
    fn from(settings: Settings) -> Self {
        Self { settings, registration: Registration::default() }
    }
}

/// How long tokens live. TikTok documents both regimes (`oauth-user-access-token-management` and
/// `oauth-refresh-a-user-access-token`). A refresh token's end is fixed at the first issue in either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetimes {
    /// 2 h and 180 d.
    Short,
    /// 24 h and 365 d.
    Long,
    /// Other figures, for tests.
    Custom {
        /// Of an access token.
        access_seconds: u64,
        /// Of a refresh token.
        refresh_seconds: u64,
    },
}

impl Lifetimes {
    /// Of an access token.
    #[must_use]
    pub fn access_seconds(self) -> u64 {
        match self {
            Self::Short => 2 * 3600,
            Self::Long => 24 * 3600,
            Self::Custom { access_seconds, .. } => access_seconds,
        }
    }

    /// Of a refresh token, from the first issue.
    #[must_use]
    pub fn refresh_seconds(self) -> u64 {
        match self {
            Self::Short => 180 * 86_400,
            Self::Long => 365 * 86_400,
            Self::Custom { refresh_seconds, .. } => refresh_seconds,
        }
    }
}

/// How a `code_challenge` is treated: required, ignored or refused. TikTok requires one on its Desktop tab, whose redirects are loopback ones
/// (`login-kit-desktop`); for other web apps the rule is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PkceDemand {
    /// A challenge is checked only if one is sent.
    Never,
    /// For redirect URIs on this machine.
    LoopbackRedirect,
    /// For every redirect URI.
    Always,
    /// Neither a challenge nor a verifier is looked at.
    Ignore,
    /// A request with a challenge is refused.
    Refuse,
}
