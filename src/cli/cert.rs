//! The `cert` command: creates, renews and shows the TLS certificate.

use anyhow::Result;
use creator_connect::server::{
    clock::{SystemClock, rfc3339},
    config::TlsConfig,
    tls,
};

/// Creates or renews a self-signed certificate, or reads the configured one, and prints it.
pub(crate) async fn run() -> Result<()> {
    let settings = TlsConfig::from_env()?;
    match tls::certificate(&settings, &SystemClock).await? {
        None => println!("TLS_MODE=off: there is no certificate."),
        Some(certificate) => {
            println!("file         {}", certificate.file.display());
            println!("names        {}", certificate.names.join(", "));
            println!("ends         {}", rfc3339(certificate.expires_at));
            println!("fingerprint  SHA-256 {}", certificate.fingerprint);
        }
    }
    Ok(())
}
