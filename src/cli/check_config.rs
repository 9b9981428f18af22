//! `check-config`: every setting, without starting.

use anyhow::Result;
use creator_connect::server::{
    clock::SystemClock,
    config::{Config, TlsConfig},
    tls,
};

/// Shows the settings in force, or every fault of them.
pub(crate) async fn show() -> Result<()> {
    let config = Config::from_env()?;
    for (variable, value) in config.summary() {
        println!("{variable:22} {value}");
    }
    // An own certificate is only read here; a self-made one is left to the start.
    if matches!(config.tls, TlsConfig::Files { .. }) {
        tls::certificate(&config.tls, &SystemClock).await?;
    }
    println!("\nEvery setting is accepted.");
    Ok(())
}
