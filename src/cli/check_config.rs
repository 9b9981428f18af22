//! The `check-config` command: checks all settings without starting the app.

use anyhow::Result;
use creator_connect::server::{
    clock::SystemClock,
    config::{Config, TlsConfig},
    tls,
};

/// Prints the settings in force, or all their faults.
pub(crate) async fn run() -> Result<()> {
    let config = Config::from_env()?;
    for (variable, value) in config.summary() {
        println!("{variable:22} {value}");
    }
    // A configured certificate is only read here; a self-signed one is created at the start.
    if matches!(config.tls, TlsConfig::Files { .. }) {
        tls::certificate(&config.tls, &SystemClock).await?;
    }
    println!("\nAll settings are accepted.");
    Ok(())
}
