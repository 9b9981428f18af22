//! The command line of the simulator, shared by its own binary and by programs that embed it.

use std::future::Future;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use tokio::net::TcpListener;
use url::Url;

use crate::{App, Lifetimes, PkceDemand, Registration, Settings, run};

/// The scopes that a simulated app may request by default, comma-separated.
pub const SCOPES: &str =
    "user.info.basic,user.info.profile,user.info.stats,video.list,video.publish,video.upload";

/// The only address that the simulator serves: anyone can log in as anyone there.
pub const HOST: &str = "127.0.0.1";

/// Serves TikTok's authorize page, token calls, user info, content posting, videos and webhooks,
/// simulated, on this machine only
#[derive(Args)]
pub struct ServeCommand {
    /// The port to listen on
    #[arg(long, default_value_t = 5001)]
    port: u16,
    /// The client key of the app that is registered there
    #[arg(long, default_value = "simulated-client-key")]
    client_key: String,
    /// Its name, which the consent page shows
    #[arg(long, default_value = "Simulated app")]
    app_name: String,
    /// Its client secret; it also signs webhooks
    #[arg(long, default_value = "simulated-client-secret")]
    client_secret: String,
    /// A redirect URI that is registered; may be given many times
    #[arg(long = "redirect-uri", value_name = "URI", default_value = "https://localhost:5000/webhook")]
    redirect_uris: Vec<String>,
    /// Where webhooks are sent; without it none are
    #[arg(long, value_name = "URL")]
    webhook_url: Option<Url>,
    /// How long tokens live: short (2 h, 180 d), long (24 h, 365 d), or SECONDS:SECONDS
    #[arg(long, default_value = "long", value_parser = parse_lifetimes)]
    lifetimes: Lifetimes,
    /// The scopes that the app may request, comma-separated
    #[arg(long, value_delimiter = ',', default_value = SCOPES)]
    scopes: Vec<String>,
    /// When a login must send a PKCE challenge, or how else one is treated
    #[arg(long, value_enum, default_value = "loopback")]
    pkce: Pkce,
    /// The app passed TikTok's audit: it may post to public accounts
    #[arg(long)]
    audited: bool,
    /// A URL prefix that TikTok may pull media from; may be given many times
    #[arg(long = "verified-url-prefix", value_name = "URL")]
    verified_url_prefixes: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Pkce {
    /// It is checked only where one is sent
    Never,
    /// For redirect URIs that lead to this machine
    Loopback,
    /// For every redirect URI
    Always,
    /// It is never checked
    Ignore,
    /// A login with one is refused
    Refuse,
}

impl ServeCommand {
    /// Binds the port, prints the settings that make an app use the simulator, and serves until `shutdown` completes.
    ///
    /// # Errors
    /// When the port cannot be bound, or the listener fails.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let listener = TcpListener::bind((HOST, self.port)).await.with_context(|| {
            format!("cannot listen on {HOST}, port {}: set --port to a free port from 1024 on", self.port)
        })?;
        let app = self.app(base_url(&listener)?);
        #[allow(
            clippy::print_stdout,
            reason = "the command prints its settings for the person at the console"
        )]
        {
            println!("{}", client_settings(&app.settings));
        }
        Ok(run(listener, app, shutdown).await?)
    }

    fn app(self, base_url: Url) -> App {
        let registration = Registration {
            app_name: self.app_name,
            audited: self.audited,
            verified_url_prefixes: self.verified_url_prefixes,
        };
        let settings = Settings {
            client_key: self.client_key,
            client_secret: self.client_secret,
            redirect_uris: self.redirect_uris,
            webhook_url: self.webhook_url,
            base_url,
            lifetimes: self.lifetimes,
            enabled_scopes: self.scopes,
            pkce: match self.pkce {
                Pkce::Never => PkceDemand::Never,
                Pkce::Loopback => PkceDemand::LoopbackRedirect,
                Pkce::Always => PkceDemand::Always,
                Pkce::Ignore => PkceDemand::Ignore,
                Pkce::Refuse => PkceDemand::Refuse,
            },
            token_marker: None,
        };
        App { settings, registration }
    }
}

/// The simulator's own address on a listener: `http://127.0.0.1:PORT/`.
///
/// # Errors
/// When the listener has no address.
pub fn base_url(listener: &TcpListener) -> Result<Url> {
    format!("http://{}", listener.local_addr()?).parse().context("the listener's address is not a URL")
}

/// The environment variables of an app that uses the simulator.
fn client_settings(settings: &Settings) -> String {
    let Settings { client_key, client_secret, base_url, .. } = settings;
    format!(
        "TikTok is simulated at {base_url}. An app on this machine uses it with these settings:\n\n\
         TIKTOK_CLIENT_KEY={client_key}\n\
         TIKTOK_CLIENT_SECRET={client_secret}\n\
         TIKTOK_REDIRECT_URI={}\n\
         TIKTOK_AUTHORIZE_URL={base_url}v2/auth/authorize/\n\
         TIKTOK_API_URL={base_url}\n",
        settings.redirect_uris.first().map_or("", String::as_str),
    )
}

fn parse_lifetimes(text: &str) -> Result<Lifetimes, &'static str> {
    let custom = || {
        let (access, refresh) = text.split_once(':')?;
        Some(Lifetimes::Custom {
            access_seconds: access.parse().ok()?,
            refresh_seconds: refresh.parse().ok()?,
        })
    };
    match text {
        "short" => Ok(Lifetimes::Short),
        "long" => Ok(Lifetimes::Long),
        _ => custom().ok_or("use short, long, or two numbers of seconds as in 60:600"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_parse_names_and_pairs_of_seconds() {
        assert_eq!(parse_lifetimes("short"), Ok(Lifetimes::Short));
        let custom = Lifetimes::Custom { access_seconds: 60, refresh_seconds: 600 };
        assert_eq!(parse_lifetimes("60:600"), Ok(custom));
        for bad in ["", "60", "60:", "a:b", "-1:2", "1:2:3"] {
            assert!(parse_lifetimes(bad).is_err(), "{bad}");
        }
    }
}
