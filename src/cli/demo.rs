//! The `demo` command: the app with a simulated TikTok, reachable from this machine only.

use std::{
    collections::HashMap,
    fs, io,
    net::{IpAddr, Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use clap::Args;
use creator_connect::server::{
    clock::SystemClock,
    config::{Config, StoreConfig, process_variable},
    entropy::SystemEntropy,
    startup, telemetry, tls,
};
use tiktok_simulator::{Lifetimes, PkceDemand, Settings};
use url::Url;

use super::{keygen, listen, signals::Shutdown};

const CLIENT_KEY: &str = "demo-client-key";
/// Not a secret: only the simulator of the demo accepts it.
const CLIENT_SECRET: &str = "demo-client-secret";
/// The variables that the demo reads from the environment.
const FROM_ENVIRONMENT: [&str; 13] = [
    "DEBUG",
    "LOG_DIR",
    "LOG_FORMAT",
    "CERT_DIR",
    "APP_NAME",
    "OPERATOR_NAME",
    "OPERATOR_URL",
    "OPERATOR_CONTACT",
    "EMBED_ORIGINS",
    "RETURN_URL",
    "SITE_ROOT",
    "SUPABASE_URL",
    "SUPABASE_KEY",
];

/// Serves the whole app over https with a simulated TikTok, on this machine only. It needs no setup;
/// grants are kept between starts
#[derive(Args)]
pub(crate) struct Demo {
    /// The app's address; it must be a loopback address
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = loopback)]
    host: IpAddr,
    /// The app's port
    #[arg(long, default_value_t = 5000)]
    port: u16,
    // Clap would show the backticks of a doc comment.
    #[arg(long, value_name = "PORT", help = "The simulator's port; default: DEMO_TIKTOK_PORT or 5001")]
    tiktok_port: Option<u16>,
    #[arg(
        long,
        value_parser = ["sqlite", "supabase"],
        help = "Where grants are kept; default: STORE or sqlite. supabase needs SUPABASE_URL and SUPABASE_KEY of a \
                stand-in on this machine"
    )]
    store: Option<String>,
    /// The folder of the demo's database and key
    #[arg(long, value_name = "FOLDER", default_value = "data", value_parser = absolute)]
    data: PathBuf,
}

impl Demo {
    /// Serves the app and the simulator until a shutdown signal.
    pub(crate) async fn run(self) -> Result<()> {
        let shutdown = Shutdown::install()?;
        let tiktok_listener = listen::bind(tiktok_simulator::HOST, self.tiktok_port()?, "--tiktok-port")?;
        tiktok_listener.set_nonblocking(true)?;
        let tiktok_listener = tokio::net::TcpListener::from_std(tiktok_listener)?;
        let tiktok = tiktok_simulator::base_url(&tiktok_listener)?;
        let listener = listen::bind(&self.host.to_string(), self.port, "--port")?;
        let config = self.config(&listener, &tiktok)?;
        let _logs = telemetry::init(config.debug, &config.logs)?;
        tls::install_crypto_provider();
        let settings = simulator_settings(&config, tiktok)?;
        println!("{}", self.banner(&config, &settings));
        let state = tokio::select! {
            () = shutdown.clone().requested() => return Ok(()),
            state = startup::build(config) => state?,
        };
        let app = async { Ok(startup::run(listener, state, shutdown.clone().requested()).await?) };
        let stopped = shutdown.clone().requested();
        let simulator = async { Ok(tiktok_simulator::run(tiktok_listener, settings, stopped).await?) };
        tokio::try_join!(app, simulator).map(|_| ())
    }

    fn tiktok_port(&self) -> Result<u16> {
        let set = || process_variable("DEMO_TIKTOK_PORT").filter(|value| !value.trim().is_empty());
        match (self.tiktok_port, set()) {
            (Some(port), _) => Ok(port),
            (None, Some(value)) => value.trim().parse().context("DEMO_TIKTOK_PORT is not a port"),
            (None, None) => Ok(5001),
        }
    }

    /// The app's settings, parsed like an operator's but from memory: .env is not read.
    fn config(&self, listener: &TcpListener, tiktok: &Url) -> Result<Config> {
        let key = load_or_create_key(&self.data.join("demo.key"))?;
        let port = listener.local_addr()?.port().to_string();
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let settings = HashMap::from([
            ("TIKTOK_CLIENT_KEY", CLIENT_KEY.to_owned()),
            ("TIKTOK_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("TIKTOK_REDIRECT_URI", format!("https://localhost:{port}/webhook")),
            ("TIKTOK_AUTHORIZE_URL", format!("{tiktok}v2/auth/authorize/")),
            ("TIKTOK_API_URL", tiktok.to_string()),
            ("STORE", self.store()),
            ("SQLITE_PATH", text(self.data.join("demo.db"))),
            ("JOURNAL_DIR", text(self.data.join("demo-journal"))),
            ("ENCRYPTION_KEYS", key),
            ("HOST", self.host.to_string()),
            ("PORT", port),
        ]);
        let inherited =
            |name: &str| FROM_ENVIRONMENT.contains(&name).then(|| process_variable(name)).flatten();
        let config = Config::read(&|name| settings.get(name).cloned().or_else(|| inherited(name)))?;
        if let StoreConfig::Supabase { url, .. } = &config.store {
            loopback(url.host_str().unwrap_or_default())
                .map_err(anyhow::Error::msg)
                .context("SUPABASE_URL is the address of another machine")?;
        }
        Ok(config)
    }

    fn store(&self) -> String {
        let set = || process_variable("STORE").filter(|value| !value.trim().is_empty());
        self.store.clone().or_else(set).unwrap_or_else(|| "sqlite".to_owned())
    }

    /// The text printed at the start.
    fn banner(&self, config: &Config, settings: &Settings) -> String {
        let app = listen::address("https", &config.host, config.port);
        let (tiktok, data) = (&settings.base_url, self.data.display());
        let kept = match &config.store {
            StoreConfig::Sqlite { path } => path.display().to_string(),
            StoreConfig::Supabase { url, .. } => format!("Supabase at {url}"),
        };
        format!(
            "{} runs here as a demo; it needs no TikTok account.\n\n  \
             Open       {app}\n  \
             TikTok     simulated at {tiktok}; {tiktok}simulator lists the failures that it can simulate\n  \
             Creators   twelve to log in as: a public and a private account, one without a picture,\n             \
             one whose name tries to break pages, some that may not post or log in, …\n  \
             Kept       in {kept}, sealed with {data}/demo.key\n\n\
             The browser will warn about the self-signed certificate. Continue to localhost.\n\
             Ctrl-C stops it.",
            config.site.app_name
        )
    }
}

/// The registration of the app at the simulated TikTok.
fn simulator_settings(config: &Config, base_url: Url) -> Result<Settings> {
    let redirect_uri = config.tiktok.redirect_uri.as_str();
    Ok(Settings {
        client_key: CLIENT_KEY.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        redirect_uris: vec![redirect_uri.to_owned()],
        webhook_url: Some(redirect_uri.parse()?),
        base_url,
        lifetimes: Lifetimes::Long,
        enabled_scopes: tiktok_simulator::SCOPES.split(',').map(str::to_owned).collect(),
        pkce: PkceDemand::LoopbackRedirect,
        token_marker: None,
    })
}

/// The encryption key of the demo; generated at the first start.
fn load_or_create_key(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(line) => Ok(line.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let line = keygen::generate_entry(None, &SystemClock, &SystemEntropy);
            tls::write_private_file(path, line.as_bytes())
                .with_context(|| format!("cannot write {}: make its folder writable", path.display()))?;
            Ok(line)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Parses a path; messages show it whole.
fn absolute(text: &str) -> io::Result<PathBuf> {
    std::path::absolute(text)
}

/// Parses a loopback address. In a demo anyone can log in as any creator, so no other machine may reach it.
fn loopback(text: &str) -> Result<IpAddr, &'static str> {
    let address = text.parse::<IpAddr>().ok().filter(IpAddr::is_loopback);
    address.ok_or("a demo is for this machine only: use 127.0.0.1 or ::1")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn demo_host_must_be_loopback() {
        assert!(loopback("::1").is_ok());
        for open in ["0.0.0.0", "::", "192.168.1.2", "localhost"] {
            assert!(loopback(open).is_err(), "{open}");
        }
    }

    #[test]
    fn demo_key_is_created_once_with_mode_0600() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/demo.key");
        let first = load_or_create_key(&path).unwrap();
        assert_eq!(load_or_create_key(&path).unwrap(), first);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn demo_config_needs_no_environment() {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demo {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tiktok_port: None,
            store: Some("sqlite".to_owned()),
            data: folder.path().to_owned(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let tiktok: Url = "http://127.0.0.1:5001".parse().unwrap();
        let config = demo.config(&listener, &tiktok).unwrap();
        assert_eq!(config.tiktok.authorize_url.as_str(), "http://127.0.0.1:5001/v2/auth/authorize/");
        assert_eq!(config.tiktok.redirect_uri.origin(), format!("https://localhost:{}", config.port));
        assert!(config.tiktok.pkce);
        let settings = simulator_settings(&config, tiktok).unwrap();
        assert_eq!(settings.redirect_uris, [config.tiktok.redirect_uri.as_str()]);
        assert!(demo.banner(&config, &settings).contains(&format!("https://localhost:{}", config.port)));
    }
}
