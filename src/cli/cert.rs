//! `cert`: the TLS certificate.

use anyhow::Result;
use creator_connect::server::{
    clock::{SystemClock, rfc3339},
    config::TlsConfig,
    tls,
};

/// Makes or renews a self-made certificate, reads an own one, and shows it.
pub(crate) async fn show() -> Result<()> {
    let settings = TlsConfig::from_env()?;
    match tls::certificate(&settings, &SystemClock).await? {
        None => println!("TLS_MODE=off: there is no certificate."),
        Some(certificate) => {
            println!("file         {}", certificate.file.display());
            println!("names        {}", certificate.names.join(", "));
            println!("ends         {}", rfc3339(certificate.ends_at));
            println!("fingerprint  SHA-256 {}", certificate.fingerprint);
        }
    }
    Ok(())
}
