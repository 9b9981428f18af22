//! The `serve` command: the app with the operator's settings.

use anyhow::Result;
use creator_connect::server::{
    config::{Config, TlsConfig},
    startup, telemetry,
};

use super::{listen, shutdown};

/// Serves until a shutdown signal.
pub(crate) async fn run() -> Result<()> {
    let config = Config::from_env()?;
    let _logs = telemetry::init(config.debug, &config.logs)?;
    let listener = listen::bind(&config.host, config.port, "PORT")?;
    let scheme = if config.tls == TlsConfig::Off { "http" } else { "https" };
    let address = listen::address(scheme, &config.host, config.port);
    let state = startup::build(config).await?;
    println!("creator-connect is at {address}");
    startup::run(listener, state, shutdown::signal()).await?;
    Ok(())
}
