//! The `simulate-tiktok` command: only the simulated TikTok.

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use creator_connect::{
    server::{telemetry, tls},
    simulator::{self, Lifetimes, PkceDemand, Settings},
};
use tokio::net::TcpListener;
use url::Url;

use super::{listen, shutdown};

/// The scopes that a simulated app has at TikTok.
pub(super) const SCOPES: &str =
    "user.info.basic,user.info.profile,user.info.stats,video.publish,video.upload";
/// The only address served: anyone can log in as any creator there.
pub(super) const HOST: &str = "127.0.0.1";

/// Serves TikTok's authorize page, token calls, user info, creator info and webhooks, simulated,
/// on this machine only
#[derive(Args)]
pub(crate) struct Simulate {
    /// The port to listen on
    #[arg(long, default_value_t = 5001)]
    port: u16,
    /// The client key of the app that is registered there
    #[arg(long, default_value = "simulated-client-key")]
    client_key: String,
    /// Its client secret; it also signs webhooks
    #[arg(long, default_value = "simulated-client-secret")]
    client_secret: String,
    /// A registered redirect URI; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI", default_value = "https://localhost:5000/webhook")]
    redirect_uris: Vec<String>,
    /// The URL that webhooks are sent to; without it none are sent
    #[arg(long, value_name = "URL")]
    webhook_url: Option<Url>,
    /// How long tokens live: short (2 h, 180 d), long (24 h, 365 d), or SECONDS:SECONDS
    #[arg(long, default_value = "long", value_parser = lifetimes)]
    lifetimes: Lifetimes,
    /// The scopes that the app may request, comma-separated
    #[arg(long, value_delimiter = ',', default_value = SCOPES)]
    scopes: Vec<String>,
    /// When a login must send a PKCE challenge
    #[arg(long, value_enum, default_value = "loopback")]
    pkce: Pkce,
}

#[derive(Clone, Copy, ValueEnum)]
enum Pkce {
    /// A challenge is checked only if one is sent
    Never,
    /// For loopback redirect URIs
    Loopback,
    /// For every redirect URI
    Always,
}

impl Simulate {
    /// Serves until a shutdown signal.
    pub(crate) async fn run(self) -> Result<()> {
        telemetry::init_console()?;
        tls::install_crypto_provider();
        let (listener, base_url) = bind(self.port, "--port")?;
        let settings = self.settings(base_url);
        println!("{}", banner(&settings));
        simulator::run(listener, settings, shutdown::signal()).await?;
        Ok(())
    }

    fn settings(self, base_url: Url) -> Settings {
        Settings {
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
            },
            token_marker: None,
        }
    }
}

/// Binds the port, where 0 is any free one; returns the listener and its address.
pub(super) fn bind(port: u16, setting: &str) -> Result<(TcpListener, Url)> {
    let listener = listen::bind(HOST, port, setting)?;
    listener.set_nonblocking(true)?;
    let base_url =
        format!("http://{}", listener.local_addr()?).parse().context("the listening address is not a URL")?;
    Ok((TcpListener::from_std(listener)?, base_url))
}

/// The text printed at the start: the settings of an app that uses the simulator.
fn banner(settings: &Settings) -> String {
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

fn lifetimes(text: &str) -> Result<Lifetimes, &'static str> {
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
    fn lifetimes_are_name_or_two_numbers() {
        assert_eq!(lifetimes("short"), Ok(Lifetimes::Short));
        assert_eq!(lifetimes("60:600"), Ok(Lifetimes::Custom { access_seconds: 60, refresh_seconds: 600 }));
        for bad in ["", "60", "60:", "a:b", "-1:2", "1:2:3"] {
            assert!(lifetimes(bad).is_err(), "{bad}");
        }
    }
}
