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
use tiktok_simulator::{App, Lifetimes, PkceDemand, Registration, Settings};
use url::Url;

use super::{keygen, keys, listen, signals::Shutdown};

const CLIENT_KEY: &str = "demo-client-key";
/// Not a secret: only the simulator of the demo accepts it.
const CLIENT_SECRET: &str = "demo-client-secret";
/// The variables that the demo reads from the environment.
const FROM_ENVIRONMENT: [&str; 14] = [
    "DEBUG",
    "LOG_DIR",
    "LOG_FORMAT",
    "CERT_DIR",
    "APP_NAME",
    "OPERATOR_NAME",
    "OPERATOR_URL",
    "OPERATOR_CONTACT",
    "EMBED_ORIGINS",
    "TIKTOK_SCOPES",
    "RETURN_URL",
    "SITE_ROOT",
    "SUPABASE_URL",
    "SUPABASE_KEY",
];

/// Serves the whole app over https with a simulated TikTok, on this machine only. It needs no setup;
/// grants are kept between starts
#[derive(Args)]
#[command(after_help = format!("Read from the environment: {}.", FROM_ENVIRONMENT.join(", ")))]
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
        let config = self.config(&listener, &tiktok, &process_variable)?;
        let _logs = telemetry::init(config.debug, &config.logs)?;
        tls::install_crypto_provider();
        let simulated = simulated_app(&config, tiktok)?;
        let api_keys = load_or_create(&self.api_keys_file(), keys::demo_line)?;
        let api_key = api_keys.split_whitespace().next().unwrap_or_default();
        println!("{}", self.banner(&config, &simulated.settings, api_key));
        let state = tokio::select! {
            () = shutdown.clone().requested() => return Ok(()),
            state = startup::build(config) => state?,
        };
        let app = async { Ok(startup::run(listener, state, shutdown.clone().requested()).await?) };
        let stopped = shutdown.clone().requested();
        let simulator = async { Ok(tiktok_simulator::run(tiktok_listener, simulated, stopped).await?) };
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
    fn config(
        &self,
        listener: &TcpListener,
        tiktok: &Url,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Config> {
        let encryption_key = || keygen::generate_entry(None, &SystemClock, &SystemEntropy);
        let key = load_or_create(&self.data.join("demo.key"), encryption_key)?;
        let api_keys = self.api_keys_file();
        load_or_create(&api_keys, keys::demo_line)?;
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
            ("API_KEYS_FILE", text(api_keys)),
            ("HOST", self.host.to_string()),
            ("PORT", port),
        ]);
        let inherited = |name: &str| FROM_ENVIRONMENT.contains(&name).then(|| environment(name)).flatten();
        let mut config = Config::read(&|name| settings.get(name).cloned().or_else(|| inherited(name)))?;
        if let StoreConfig::Supabase { url, .. } = &config.store {
            loopback(url.host_str().unwrap_or_default())
                .map_err(anyhow::Error::msg)
                .context("SUPABASE_URL is the address of another machine")?;
        }
        config.api.is_demo = true;
        Ok(config)
    }

    /// The file with the demo's API key.
    fn api_keys_file(&self) -> PathBuf {
        self.data.join("demo-api-keys")
    }

    fn store(&self) -> String {
        let set = || process_variable("STORE").filter(|value| !value.trim().is_empty());
        self.store.clone().or_else(set).unwrap_or_else(|| "sqlite".to_owned())
    }

    /// The text printed at the start.
    fn banner(&self, config: &Config, settings: &Settings, api_key: &str) -> String {
        let app = listen::address("https", &config.host, config.port);
        let (tiktok, data) = (&settings.base_url, self.data.display());
        let kept = match &config.store {
            StoreConfig::Sqlite { path } => path.display().to_string(),
            StoreConfig::Supabase { url, .. } => format!("Supabase at {url}"),
        };
        format!(
            "{} runs here as a demo; it needs no TikTok account.\n\n  \
             Open       {app}\n  \
             API        {app}/api/v1/docs; the key of this demo, good nowhere else, is\n             \
             {api_key}\n  \
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
fn simulated_app(config: &Config, base_url: Url) -> Result<App> {
    let redirect_uri = config.tiktok.redirect_uri.as_str();
    let registration = Registration { app_name: config.site.app_name.clone(), ..Registration::default() };
    let settings = Settings {
        client_key: CLIENT_KEY.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        redirect_uris: vec![redirect_uri.to_owned()],
        webhook_url: Some(redirect_uri.parse()?),
        base_url,
        lifetimes: Lifetimes::Long,
        enabled_scopes: tiktok_simulator::SCOPES.split(',').map(str::to_owned).collect(),
        pkce: PkceDemand::LoopbackRedirect,
        token_marker: None,
    };
    Ok(App { settings, registration })
}

/// The line of a file of the demo; generated at the first start.
fn load_or_create(path: &Path, generate: impl FnOnce() -> String) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(line) => Ok(line.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let line = generate();
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
        let first = load_or_create(&path, keys::demo_line).unwrap();
        assert_eq!(load_or_create(&path, keys::demo_line).unwrap(), first);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    fn demo(data: &Path) -> Demo {
        Demo {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tiktok_port: None,
            store: Some("sqlite".to_owned()),
            data: data.to_owned(),
        }
    }

    fn tiktok() -> Url {
        "http://127.0.0.1:5001".parse().unwrap()
    }

    #[test]
    fn demo_scopes_and_app_name_come_from_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let environment = |name: &str| match name {
            "TIKTOK_SCOPES" => Some("user.info.basic,video.upload".to_owned()),
            "APP_NAME" => Some("Scheduler".to_owned()),
            "TIKTOK_CLIENT_KEY" => Some("a-real-key".to_owned()),
            _ => None,
        };
        let config = demo(folder.path()).config(&listener, &tiktok(), &environment).unwrap();
        assert_eq!(config.tiktok.scopes.to_string(), "user.info.basic,video.upload");
        let app = simulated_app(&config, tiktok()).unwrap();
        assert_eq!(app.registration.app_name, "Scheduler");
        assert_eq!(app.settings.client_key, CLIENT_KEY, "real credentials are not used");
    }

    #[test]
    fn demo_config_needs_no_environment() {
        let folder = tempfile::tempdir().unwrap();
        let demo = demo(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let config = demo.config(&listener, &tiktok(), &|_| None).unwrap();
        assert_eq!(config.tiktok.authorize_url.as_str(), "http://127.0.0.1:5001/v2/auth/authorize/");
        assert_eq!(config.tiktok.redirect_uri.origin(), format!("https://localhost:{}", config.port));
        assert!(config.tiktok.pkce);
        let app = simulated_app(&config, tiktok()).unwrap();
        assert_eq!(app.settings.redirect_uris, [config.tiktok.redirect_uri.as_str()]);
        assert_eq!(app.registration.app_name, config.site.app_name);
        assert!(
            demo.banner(&config, &app.settings, "cct_key")
                .contains(&format!("https://localhost:{}", config.port))
        );
    }
}
