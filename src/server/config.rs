//! The settings, read once at start. No other module reads the environment.
//!
//! [`Config::read`] parses names and values into validated types and reports all faults
//! together. No fault, summary or debug output shows a secret.

mod address;
mod events;
mod reader;
mod server;
mod site;
mod store;
#[cfg(test)]
mod tests;
mod tiktok;

use std::path::PathBuf;

pub use events::{EventsConfig, ForwardConfig, Reach};
pub use reader::{Fault, Faults, Problem, dotenv, process_variable};
pub use server::{TlsConfig, TrustedProxies};
pub use store::{EncryptionKey, KeyKind, StoreConfig, SupabaseKey, key_claims};
pub use tiktok::{RedirectUri, TikTokConfig};

use self::reader::Reader;
use crate::domain::{Contact, Site};

/// Every variable that [`Config::read`] may read; `env_example.txt` explains each.
pub const VARIABLES: [&str; 35] = [
    "TIKTOK_CLIENT_KEY",
    "TIKTOK_CLIENT_SECRET",
    "TIKTOK_CLIENT_SECRET_PREVIOUS",
    "TIKTOK_REDIRECT_URI",
    "TIKTOK_SCOPES",
    "TIKTOK_PKCE",
    "TIKTOK_AUTHORIZE_URL",
    "TIKTOK_API_URL",
    "STORE",
    "SUPABASE_URL",
    "SUPABASE_KEY",
    "SUPABASE_REST_URL",
    "SQLITE_PATH",
    "JOURNAL_DIR",
    "ENCRYPTION_KEYS",
    "EVENT_MAX_AGE",
    "EVENT_FORWARD_URL",
    "EVENT_FORWARD_SECRET",
    "EVENT_FORWARD_ALLOW_PRIVATE",
    "HOST",
    "PORT",
    "TLS_MODE",
    "TLS_CERT",
    "TLS_KEY",
    "TRUSTED_PROXIES",
    "DEBUG",
    "LOG_DIR",
    "SITE_ROOT",
    "APP_NAME",
    "OPERATOR_NAME",
    "OPERATOR_URL",
    "OPERATOR_CONTACT",
    "PRIVACY_URL",
    "TERMS_URL",
    "EMBED_ORIGINS",
];

/// The settings of one process.
#[derive(Debug)]
pub struct Config {
    /// The TikTok app.
    pub tiktok: TikTokConfig,
    /// The backend of the store.
    pub store: StoreConfig,
    /// The folder of the journal.
    pub journal_dir: PathBuf,
    /// The encryption keys for tokens; the first seals, all open. Never empty.
    pub encryption_keys: Vec<EncryptionKey>,
    /// The settings of events.
    pub events: EventsConfig,
    /// The name or address to listen on.
    pub host: String,
    /// The port to listen on.
    pub port: u16,
    /// The TLS mode and its files.
    pub tls: TlsConfig,
    /// The proxies whose `X-Forwarded-*` headers are trusted.
    pub trusted_proxies: TrustedProxies,
    /// Whether detailed logs are written.
    pub debug: bool,
    /// The folder of the log files.
    pub log_dir: PathBuf,
    /// The settings that pages show.
    pub site: Site,
    /// The folder of the built pages' files: `pkg`, icons and the like.
    pub site_root: PathBuf,
}

const KEYS_REMEDY: &str =
    "Run `creator-connect keygen` and put its line here; keep it as safe as the tokens.";

impl Config {
    /// Reads `.env` in the working folder, if it exists, and the environment, which wins.
    ///
    /// # Errors
    ///
    /// All faults of all settings.
    pub fn from_env() -> Result<Self, Faults> {
        reader::with_environment(Self::read)
    }

    /// Reads the settings from `variables`, which gives a value by name.
    ///
    /// # Errors
    ///
    /// All faults of all settings.
    pub fn read(variables: &dyn Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let mut reader = Reader::new(variables);
        match read_all(&mut reader) {
            Some(config) if reader.has_no_faults() => Ok(config),
            _ => Err(reader.into_faults(&VARIABLES)),
        }
    }
}

/// Reads every section, even if an earlier one has a fault; `None` if any has.
fn read_all(reader: &mut Reader<'_>) -> Option<Config> {
    let tiktok = tiktok::read(reader);
    let store = store::read(reader);
    let journal_dir = reader.with_default("JOURNAL_DIR", "data/journal", path);
    let encryption_keys = reader.required_as("ENCRYPTION_KEYS", KEYS_REMEDY, store::encryption_keys);
    let events = events::read(reader);
    let host = reader.with_default("HOST", "0.0.0.0", server::host);
    let port = reader.with_default("PORT", "5000", server::port);
    let tls = server::read_tls(reader, host.as_deref());
    let trusted_proxies = reader.with_default("TRUSTED_PROXIES", "", str::parse::<TrustedProxies>);
    let debug = reader.with_default("DEBUG", "false", parse_bool);
    let log_dir = reader.with_default("LOG_DIR", "logs", path);
    let site_root = site_root(reader);
    let site = site::read(reader, tiktok.as_ref());
    check_schemes(reader, tiktok.as_ref(), tls.as_ref());

    Some(Config {
        tiktok: tiktok?,
        store: store?,
        journal_dir: journal_dir?,
        encryption_keys: encryption_keys?,
        events: events?,
        host: host?,
        port: port?,
        tls: tls?,
        trusted_proxies: trusted_proxies?,
        debug: debug?,
        log_dir: log_dir?,
        site: site?,
        site_root: site_root?,
    })
}

fn site_root(reader: &mut Reader<'_>) -> Option<PathBuf> {
    match reader.optional("SITE_ROOT") {
        Some(value) => reader.record("SITE_ROOT", path(&value)),
        None => Some(reader::default_site_root()),
    }
}

/// Refuses an `http` redirect URI while TLS is on: it would lead to a port that speaks only TLS.
fn check_schemes(reader: &mut Reader<'_>, tiktok: Option<&TikTokConfig>, tls: Option<&TlsConfig>) {
    let (Some(tiktok), Some(tls)) = (tiktok, tls) else { return };
    if !tiktok.redirect_uri.is_https() && *tls != TlsConfig::Off {
        let remedy = "Use https in it, here and at TikTok, or set TLS_MODE=off.";
        reader.fault("TIKTOK_REDIRECT_URI", Problem::new("is http while the app serves https", remedy));
    }
}

fn parse_bool(value: &str) -> Result<bool, Problem> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(Problem::new("is neither true nor false", "Use true or false.")),
    }
}

/// Parses any valid path; whether it is usable shows when it is used.
fn path(value: &str) -> Result<PathBuf, Problem> {
    if value.chars().any(char::is_control) {
        return Err(Problem::new("is not a path", "Write the path of a file or folder."));
    }
    Ok(value.into())
}

impl Config {
    /// Every setting in force, as (variable, value); a secret's value reads `set`.
    #[must_use]
    pub fn summary(&self) -> Vec<(&'static str, String)> {
        let mut lines = self.tiktok_lines();
        lines.extend(self.store_lines());
        lines.push(("JOURNAL_DIR", self.journal_dir.display().to_string()));
        let seals = self.encryption_keys.first().map_or("", |key| key.id.as_str());
        let count = self.encryption_keys.len();
        lines.push(("ENCRYPTION_KEYS", format!("set ({count} in all, {seals} seals)")));
        lines.extend(self.event_lines());
        lines.push(("HOST", self.host.clone()));
        lines.push(("PORT", self.port.to_string()));
        lines.extend(self.tls_lines());
        lines.push(("TRUSTED_PROXIES", or_none(self.trusted_proxies.to_string())));
        lines.push(("DEBUG", self.debug.to_string()));
        lines.push(("LOG_DIR", self.log_dir.display().to_string()));
        lines.push(("SITE_ROOT", self.site_root.display().to_string()));
        lines.extend(self.site_lines());
        lines
    }

    fn site_lines(&self) -> Vec<(&'static str, String)> {
        let site = &self.site;
        let shown = |value: Option<&str>| or_none(value.unwrap_or_default().to_owned());
        vec![
            ("APP_NAME", site.app_name.clone()),
            ("OPERATOR_NAME", shown(site.operator.name.as_deref())),
            ("OPERATOR_URL", shown(site.operator.url.as_deref())),
            ("OPERATOR_CONTACT", shown(site.operator.contact.as_ref().map(Contact::as_str))),
            ("PRIVACY_URL", site.privacy_url.clone()),
            ("TERMS_URL", site.terms_url.clone()),
            ("EMBED_ORIGINS", or_none(site.embed_origins.join(","))),
        ]
    }

    fn tiktok_lines(&self) -> Vec<(&'static str, String)> {
        let pkce = if self.tiktok.pkce { "s256-hex" } else { "none" };
        let previous = if self.tiktok.previous_secret.is_some() { "set" } else { "none" };
        vec![
            ("TIKTOK_CLIENT_KEY", self.tiktok.client_key.clone()),
            ("TIKTOK_CLIENT_SECRET", "set".to_owned()),
            ("TIKTOK_CLIENT_SECRET_PREVIOUS", previous.to_owned()),
            ("TIKTOK_REDIRECT_URI", self.tiktok.redirect_uri.to_string()),
            ("TIKTOK_SCOPES", self.tiktok.scopes.to_string()),
            ("TIKTOK_PKCE", pkce.to_owned()),
            ("TIKTOK_AUTHORIZE_URL", self.tiktok.authorize_url.to_string()),
            ("TIKTOK_API_URL", self.tiktok.api_url.to_string()),
        ]
    }

    fn store_lines(&self) -> Vec<(&'static str, String)> {
        match &self.store {
            StoreConfig::Sqlite { path } => {
                vec![("STORE", "sqlite".to_owned()), ("SQLITE_PATH", path.display().to_string())]
            }
            StoreConfig::Supabase { url, rest_url, .. } => vec![
                ("STORE", "supabase".to_owned()),
                ("SUPABASE_URL", url.to_string()),
                ("SUPABASE_KEY", "set".to_owned()),
                ("SUPABASE_REST_URL", rest_url.to_string()),
            ],
        }
    }

    /// Shows only the origin of the forward URL: its path may be its only protection.
    fn event_lines(&self) -> Vec<(&'static str, String)> {
        let age = ("EVENT_MAX_AGE", format!("{} s", self.events.max_age_seconds));
        let Some(forward) = &self.events.forward else {
            return vec![age, ("EVENT_FORWARD_URL", "none".to_owned())];
        };
        let count = forward.secrets.len();
        vec![
            age,
            ("EVENT_FORWARD_URL", format!("{}/…", forward.origin())),
            ("EVENT_FORWARD_SECRET", format!("set ({count} in all)")),
            ("EVENT_FORWARD_ALLOW_PRIVATE", (forward.reach != Reach::Public).to_string()),
        ]
    }

    fn tls_lines(&self) -> Vec<(&'static str, String)> {
        match &self.tls {
            TlsConfig::SelfSigned { dir, names } => {
                vec![("TLS_MODE", format!("self-signed ({}, for {})", dir.display(), names.join(", ")))]
            }
            TlsConfig::Files { cert, key } => vec![
                ("TLS_MODE", "files".to_owned()),
                ("TLS_CERT", cert.display().to_string()),
                ("TLS_KEY", key.display().to_string()),
            ],
            TlsConfig::Off => vec![("TLS_MODE", "off".to_owned())],
        }
    }
}

fn or_none(list: String) -> String {
    if list.is_empty() { "none".to_owned() } else { list }
}
