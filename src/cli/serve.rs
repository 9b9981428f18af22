//! `serve`: the app with the operator's settings.

use anyhow::Result;
use creator_connect::server::{
    config::{Config, TlsConfig},
    startup, telemetry,
};

use super::{listen, stop};

/// Serves until it is asked to stop.
pub(crate) async fn from_env() -> Result<()> {
    let config = Config::from_env()?;
    let _logs = telemetry::init(config.debug, &config.log_dir)?;
    let listener = listen::on(&config.host, config.port, "PORT")?;
    let scheme = if config.tls == TlsConfig::Off { "http" } else { "https" };
    let address = listen::address(scheme, &config.host, config.port);
    let state = startup::build(config).await?;
    println!("creator-connect is at {address}");
    startup::run(listener, state, stop::asked()).await?;
    Ok(())
}
