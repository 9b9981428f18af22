//! The app's own parts, with settings from memory.

use std::{collections::HashMap, path::Path};

use anyhow::Result;
use creator_connect::server::config::Config;

use crate::{
    backend::Backend,
    tiktok::{CLIENT_KEY, CLIENT_SECRET, REDIRECT_URI, Tiktok},
};

/// 32 bytes of 7, base64: it protects nothing but made-up tokens.
const ENCRYPTION_KEY: &str = "chaos:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// Settings by name, as an operator's are.
pub(crate) type Settings = HashMap<String, String>;

/// The settings of an app over `backend` with a folder of its own: a replica, or the harness itself.
pub(crate) fn settings(
    backend: &Backend,
    tiktok: &Tiktok,
    folder: &Path,
    of_replica: bool,
) -> Result<Settings> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let mut settings = vec![
        ("TIKTOK_CLIENT_KEY", CLIENT_KEY.to_owned()),
        ("TIKTOK_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("TIKTOK_REDIRECT_URI", REDIRECT_URI.to_owned()),
        ("TIKTOK_AUTHORIZE_URL", format!("{}/v2/auth/authorize/", tiktok.origin)),
        ("TIKTOK_API_URL", tiktok.origin.clone()),
        ("ENCRYPTION_KEYS", ENCRYPTION_KEY.to_owned()),
        ("HOST", "127.0.0.1".to_owned()),
        ("TLS_MODE", "off".to_owned()),
        ("LOG_DIR", path("logs")),
        ("JOURNAL_DIR", path("journal")),
        ("SITE_ROOT", path("site")),
    ];
    settings.extend(backend.settings(of_replica)?);
    Ok(settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The settings as the app reads them.
pub(crate) fn config(settings: &Settings) -> Result<Config> {
    Ok(Config::read(&|name| settings.get(name).cloned())?)
}
