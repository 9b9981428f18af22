//! The settings, read once at start. No other module reads the environment.
//!
//! [`Config::read`] parses names and values into validated types and reports all faults
//! together. No fault, summary or debug output shows a secret.

mod address;
mod api;
mod check;
mod events;
mod faults;
mod listening;
mod logs;
mod notify;
mod reader;
mod server;
mod site;
mod sources;
mod store;
mod summary;
#[cfg(test)]
mod tests;
mod tiktok;

use std::{net::SocketAddr, path::PathBuf};

pub use api::ApiConfig;
pub use check::{Checked, Warning};
pub use events::{EventsConfig, ForwardConfig, Reach};
pub use faults::{Fault, Faults, Problem};
pub use listening::Listening;
pub use logs::{ConsoleFormat, LogsConfig};
pub use notify::NotifyUrl;
pub use server::{HealthDetails, TlsConfig, TrustedProxies};
pub use sources::{Dotenv, Source, dotenv, process_variable, proxy_variable};
pub use store::{EncryptionKey, KeyKind, StoreConfig, SupabaseKey, key_claims};
pub use tiktok::{RedirectUri, TikTokConfig};

use self::{reader::Reader, sources::Found};
use crate::domain::Site;

/// Every variable that [`Config::read`] may read; `env_example.txt` explains each.
pub const VARIABLES: [&str; 44] = [
    "TIKTOK_CLIENT_KEY",
    "TIKTOK_CLIENT_SECRET",
    "TIKTOK_CLIENT_SECRET_PREVIOUS",
    "TIKTOK_REDIRECT_URI",
    "TIKTOK_SCOPES",
    "TIKTOK_PKCE",
    "TIKTOK_AUTHORIZE_URL",
    "TIKTOK_API_URL",
    "TIKTOK_PROXY_DIRECT_POST",
    "API_KEYS_FILE",
    "STORE",
    "SUPABASE_URL",
    "SUPABASE_KEY",
    "SUPABASE_REST_URL",
    "SUPABASE_ALLOW_HTTP",
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
    "CERT_DIR",
    "TRUSTED_PROXIES",
    "HEALTH_DETAILS",
    "METRICS_ADDR",
    "NOTIFY_URL",
    "DEBUG",
    "LOG_DIR",
    "LOG_FORMAT",
    "SITE_ROOT",
    "APP_NAME",
    "OPERATOR_NAME",
    "OPERATOR_URL",
    "OPERATOR_CONTACT",
    "PRIVACY_URL",
    "TERMS_URL",
    "EMBED_ORIGINS",
    "RETURN_URL",
];

/// The variables with secrets. Each may be read from the file that `NAME_FILE` names, in its place.
pub const SECRETS: [&str; 8] = [
    "TIKTOK_CLIENT_SECRET",
    "TIKTOK_CLIENT_SECRET_PREVIOUS",
    "SUPABASE_KEY",
    "ENCRYPTION_KEYS",
    // The address of a receiver may be its only protection.
    "EVENT_FORWARD_URL",
    "EVENT_FORWARD_SECRET",
    "NOTIFY_URL",
    PUBLIC_KEY,
];

/// The public key of the Supabase project, which only `doctor` uses.
const PUBLIC_KEY: &str = "SUPABASE_ANON_KEY";

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
    /// The API for programs.
    pub api: ApiConfig,
    /// The name or address to listen on.
    pub host: String,
    /// The port to listen on.
    pub port: u16,
    /// The TLS mode and its files.
    pub tls: TlsConfig,
    /// The proxies whose `X-Forwarded-*` headers are trusted.
    pub trusted_proxies: TrustedProxies,
    /// Who may see details in `GET /health`.
    pub health_details: HealthDetails,
    /// Where metrics are served; `None` if they are not.
    pub metrics_addr: Option<SocketAddr>,
    /// Where the operator gets notices; `None` if they get none.
    pub notify_url: Option<NotifyUrl>,
    /// Whether detailed logs are written.
    pub debug: bool,
    /// Where logs are written.
    pub logs: LogsConfig,
    /// The settings that pages show.
    pub site: Site,
    /// The folder of the built pages' files: `pkg`, icons and the like; `None` for those within the binary.
    pub site_root: Option<PathBuf>,
}

const KEYS_REMEDY: &str =
    "Run `creator-connect keygen` and put its line in the place of this one; keep it as safe as the tokens.";

impl Config {
    /// Reads `.env` in the working folder, if it exists, and the environment, which wins.
    ///
    /// # Errors
    ///
    /// All faults of all settings.
    pub fn from_env() -> Result<Self, Faults> {
        sources::working_folder().read(Self::read_found)
    }

    /// Reads the settings from `variables`, which gives a value by name.
    ///
    /// # Errors
    ///
    /// All faults of all settings.
    pub fn read(variables: &dyn Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        Self::read_found(&|name| Some(Found { text: variables(name)?, source: None }))
    }

    fn read_found(variables: &dyn Fn(&str) -> Option<Found>) -> Result<Self, Faults> {
        let mut reader = Reader::new(variables);
        match read_all(&mut reader) {
            Some(config) if reader.has_no_faults() => Ok(config),
            _ => Err(reader.into_faults(&VARIABLES)),
        }
    }
}

/// The public (anon or publishable) key for `doctor`, from the environment alone.
///
/// # Errors
///
/// When the value is not accepted.
pub fn public_key() -> Result<Option<String>, Faults> {
    let mut reader = Reader::new(&sources::in_environment);
    reader.optional(PUBLIC_KEY).map_err(|_| reader.into_faults(&VARIABLES))
}

/// Reads every section, even if an earlier one has a fault; `None` if any has.
fn read_all(reader: &mut Reader<'_>) -> Option<Config> {
    let tiktok = tiktok::read(reader);
    let api = api::read(reader);
    let store = store::read(reader);
    let journal_dir = reader.with_default("JOURNAL_DIR", "data/journal", path);
    let encryption_keys = reader.required_as("ENCRYPTION_KEYS", KEYS_REMEDY, store::encryption_keys);
    let events = events::read(reader);
    let host = reader.with_default("HOST", "0.0.0.0", server::host);
    let port = reader.with_default("PORT", "5000", server::port);
    let tls = server::read_tls(reader, host.as_deref(), tiktok.as_ref().map(|tiktok| &tiktok.redirect_uri));
    let trusted_proxies = reader.with_default("TRUSTED_PROXIES", "", str::parse::<TrustedProxies>);
    let health_details = reader.with_default("HEALTH_DETAILS", "operator", str::parse::<HealthDetails>);
    let metrics_addr = reader.with_default("METRICS_ADDR", "", server::metrics_addr);
    let notify_url = reader.with_default("NOTIFY_URL", "", notify::read);
    let debug = reader.with_default("DEBUG", "false", parse_bool);
    let logs = logs::read(reader);
    let site_root = reader.with_default("SITE_ROOT", &default_site_root(), site_folder);
    let site = site::read(reader, tiktok.as_ref());
    check_schemes(reader, tiktok.as_ref(), tls.as_ref());

    Some(Config {
        tiktok: tiktok?,
        store: store?,
        journal_dir: journal_dir?,
        encryption_keys: encryption_keys?,
        events: events?,
        api: api?,
        host: host?,
        port: port?,
        tls: tls?,
        trusted_proxies: trusted_proxies?,
        health_details: health_details?,
        metrics_addr: metrics_addr?,
        notify_url: notify_url?,
        debug: debug?,
        logs: logs?,
        site: site?,
        site_root: site_root?,
    })
}

/// Where the pages' files are if `SITE_ROOT` does not say; empty for those within the binary.
fn default_site_root() -> String {
    let folder = (!embedded_site::IS_EMBEDDED).then(sources::default_site_root);
    folder.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
}

fn site_folder(value: &str) -> Result<Option<PathBuf>, Problem> {
    if value.is_empty() { Ok(None) } else { path(value).map(Some) }
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

/// Parses any valid path; whether it is usable shows when it is used. It is made absolute, so that every message
/// about it says which file is meant.
fn path(value: &str) -> Result<PathBuf, Problem> {
    let absolute = std::path::absolute(value).ok().filter(|_| !value.chars().any(char::is_control));
    absolute.ok_or_else(|| Problem::new("is not a path", "Write the path of a file or folder."))
}
