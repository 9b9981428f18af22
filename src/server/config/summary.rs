//! The settings in force, as commands show them.

use url::Url;

use super::{Config, LogsConfig, NotifyUrl, Reach, StoreConfig, TlsConfig, logs};
use crate::domain::Contact;

impl Config {
    /// Every setting in force, as (variable, value); a secret's value reads `set`.
    #[must_use]
    pub fn summary(&self) -> Vec<(&'static str, String)> {
        let mut lines = self.tiktok_lines();
        lines.extend(self.api_lines());
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
        lines.push(("HEALTH_DETAILS", self.health_details.to_string()));
        let metrics = self.metrics_addr.map(|address| address.to_string());
        lines.push(("METRICS_ADDR", or_none(metrics.unwrap_or_default())));
        let notify = self.notify_url.as_ref().map(NotifyUrl::shown);
        lines.push(("NOTIFY_URL", or_none(notify.unwrap_or_default())));
        lines.push(("DEBUG", self.debug.to_string()));
        lines.extend(self.log_lines());
        let site = self.site_root.as_ref().map(|folder| folder.display().to_string());
        lines.push(("SITE_ROOT", site.unwrap_or_else(|| "within the binary".to_owned())));
        lines.extend(self.site_lines());
        lines
    }

    /// The settings with an `https` URL that this process requests: each needs certificate authorities.
    #[must_use]
    pub fn https_settings(&self) -> Vec<&'static str> {
        let supabase = match &self.store {
            StoreConfig::Sqlite { .. } => None,
            StoreConfig::Supabase { rest_url, .. } => Some(rest_url),
        };
        let forward = self.events.forward.as_ref().map(|forward| &forward.url);
        let requested = [
            ("TIKTOK_API_URL", Some(&self.tiktok.api_url)),
            ("SUPABASE_URL", supabase),
            ("EVENT_FORWARD_URL", forward),
            ("NOTIFY_URL", self.notify_url.as_ref().map(NotifyUrl::url)),
        ];
        let is_https = |url: &Url| url.scheme() == "https";
        requested.into_iter().filter(|(_, url)| url.is_some_and(is_https)).map(|(name, _)| name).collect()
    }

    fn api_lines(&self) -> Vec<(&'static str, String)> {
        let file = self
            .api
            .keys_file
            .as_ref()
            .map(|file| format!("{} ({} keys)", file.display(), self.api.file_keys.len()));
        vec![
            ("TIKTOK_PROXY_DIRECT_POST", self.api.direct_posts.to_string()),
            ("API_KEYS_FILE", or_none(file.unwrap_or_default())),
        ]
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
            ("RETURN_URL", shown(site.return_url.as_deref())),
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
            StoreConfig::Supabase { url, rest_url, allows_http, .. } => vec![
                ("STORE", "supabase".to_owned()),
                ("SUPABASE_URL", url.to_string()),
                ("SUPABASE_KEY", "set".to_owned()),
                ("SUPABASE_REST_URL", rest_url.to_string()),
                ("SUPABASE_ALLOW_HTTP", allows_http.to_string()),
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

    fn log_lines(&self) -> [(&'static str, String); 2] {
        let LogsConfig { dir, console } = &self.logs;
        let dir = dir.as_ref().map_or_else(|| logs::OFF.to_owned(), |dir| dir.display().to_string());
        [("LOG_DIR", dir), ("LOG_FORMAT", console.as_str().to_owned())]
    }

    fn tls_lines(&self) -> Vec<(&'static str, String)> {
        match &self.tls {
            TlsConfig::SelfSigned { dir, names } => {
                vec![
                    ("TLS_MODE", format!("self-signed, for {}", names.join(", "))),
                    ("CERT_DIR", dir.display().to_string()),
                ]
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
