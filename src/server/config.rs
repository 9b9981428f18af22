//! The settings, read once at start: the only reader of the environment.
//!
//! [`Config::read`] turns names and values into types that prove their checks, and tells every
//! fault together. No fault, summary or debug print shows a secret.

mod address;
mod environment;
mod events;
mod faults;
mod keys;
mod proxies;
mod reader;
mod redirect_uri;
mod site;
mod store;
mod summary;
mod supabase_key;
#[cfg(test)]
mod tests;
mod tiktok;
mod tls;

use std::path::PathBuf;

pub use environment::process_variable;
pub use events::{EventsConfig, ForwardConfig, Reach};
pub use faults::{Fault, Faults, Problem};
pub use keys::EncryptionKey;
pub use proxies::TrustedProxies;
pub use redirect_uri::RedirectUri;
pub use store::StoreConfig;
pub use supabase_key::{KeyKind, SupabaseKey, claims as key_claims};
pub use tiktok::TikTokConfig;
pub use tls::TlsConfig;

use self::reader::Reader;
use crate::domain::Site;

/// Every variable that [`Config::read`] may ask for; `env_example.txt` explains each.
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
    /// Where grants are kept.
    pub store: StoreConfig,
    /// The folder in which TikTok's answers wait for the store.
    pub journal_dir: PathBuf,
    /// The keys for tokens; the first seals, all open. Never empty.
    pub encryption_keys: Vec<EncryptionKey>,
    /// What is done with TikTok's events.
    pub events: EventsConfig,
    /// The name or address to listen on.
    pub host: String,
    /// The port to listen on.
    pub port: u16,
    /// How connections are protected.
    pub tls: TlsConfig,
    /// Whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: TrustedProxies,
    /// Whether logs have details.
    pub debug: bool,
    /// The folder of the log files.
    pub log_dir: PathBuf,
    /// What pages show of these settings.
    pub site: Site,
    /// The folder of the built pages' files: `pkg`, icons and the like.
    pub site_root: PathBuf,
}

const KEYS_REMEDY: &str =
    "Run `creator-connect keygen` and put its line here; keep it as safe as the tokens.";

impl Config {
    /// Reads the settings from `variables`, which gives a value by name.
    ///
    /// # Errors
    ///
    /// Every fault of every setting, together.
    pub fn read(variables: &dyn Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let mut reader = Reader::new(variables);
        match read_all(&mut reader) {
            Some(config) if reader.is_content() => Ok(config),
            _ => Err(reader.into_faults(&VARIABLES)),
        }
    }
}

/// Every section, also when an earlier one has a fault; `None` when any has.
fn read_all(reader: &mut Reader<'_>) -> Option<Config> {
    let tiktok = tiktok::read(reader);
    let store = store::read(reader);
    let journal_dir = reader.or("JOURNAL_DIR", "data/journal", path);
    let encryption_keys = reader.required_as("ENCRYPTION_KEYS", KEYS_REMEDY, keys::parse);
    let events = events::read(reader);
    let host = reader.or("HOST", "0.0.0.0", tls::host);
    let port = reader.or("PORT", "5000", tls::port);
    let tls = tls::read(reader, host.as_deref());
    let trusted_proxies = reader.or("TRUSTED_PROXIES", "", str::parse::<TrustedProxies>);
    let debug = reader.or("DEBUG", "false", switch);
    let log_dir = reader.or("LOG_DIR", "logs", path);
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
        Some(value) => reader.noted("SITE_ROOT", path(&value)),
        None => Some(environment::default_site_root()),
    }
}

/// An `http` redirect would reach a port that speaks TLS only.
fn check_schemes(reader: &mut Reader<'_>, tiktok: Option<&TikTokConfig>, tls: Option<&TlsConfig>) {
    let (Some(tiktok), Some(tls)) = (tiktok, tls) else { return };
    if !tiktok.redirect_uri.is_https() && *tls != TlsConfig::Off {
        let remedy = "Use https in it, here and at TikTok, or set TLS_MODE=off.";
        reader.fault("TIKTOK_REDIRECT_URI", Problem::new("is http while the app serves https", remedy));
    }
}

fn switch(value: &str) -> Result<bool, Problem> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(Problem::new("is neither true nor false", "Use true or false.")),
    }
}

/// Any path that a system can have; whether it can be used shows when it is.
fn path(value: &str) -> Result<PathBuf, Problem> {
    if value.chars().any(char::is_control) {
        return Err(Problem::new("is not a path", "Write the path of a file or folder."));
    }
    Ok(value.into())
}
