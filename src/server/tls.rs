//! The certificate that connections are protected with: made, read, renewed, reloaded.

mod certificate;
mod material;
mod private_file;
mod self_signed;

use std::{sync::Arc, time::Duration};

use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::{CryptoProvider, ring};

pub use certificate::Certificate;
pub use material::TlsError;
pub use private_file::write as write_private_file;

use self::material::{Digest, Material};
use super::{clock::Clock, config::TlsConfig};
use crate::domain::Timestamp;

/// How long [`keep_fresh`] waits between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3600);
/// An own certificate that ends within so many days is warned of at each look.
const WARN_DAYS: i64 = 14;

/// Makes ring the process's choice for TLS, for clients that do not name one themselves.
///
/// Calling it again changes nothing.
pub fn install_crypto_provider() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been faster; it chose the same.
        ring::default_provider().install_default().ok();
    }
}

/// What the listener needs for TLS; `None` when it is off. Makes or renews a self-made certificate.
///
/// # Errors
///
/// When the certificate cannot be read, made or used; the error names the file and the remedy.
pub async fn rustls_config(tls: &TlsConfig, clock: &dyn Clock) -> Result<Option<RustlsConfig>, TlsError> {
    let Some(material) = current(tls, clock.now()).await? else {
        return Ok(None);
    };
    let config = RustlsConfig::from_config(Arc::new(material.server_config()?));
    Ok(Some(config))
}

/// The certificate in force, made or renewed where it is self-made; `None` when TLS is off.
///
/// # Errors
///
/// As [`rustls_config`].
pub async fn certificate(tls: &TlsConfig, clock: &dyn Clock) -> Result<Option<Certificate>, TlsError> {
    let Some(material) = current(tls, clock.now()).await? else {
        return Ok(None);
    };
    material.server_config()?;
    material.certificate().map(Some)
}

/// What one look at the certificate found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The served certificate is the current one.
    Same,
    /// Another certificate is served from now on.
    Replaced,
}

/// What the last look saw, so that the next one can tell a change.
#[derive(Debug, Default)]
pub struct Seen(Option<Digest>);

/// One look: renews a self-made certificate that is due, reads changed files, serves them.
///
/// A certificate that cannot be used is an error and leaves the served one as it is.
///
/// # Errors
///
/// As [`rustls_config`].
pub async fn renew_step(
    tls: &TlsConfig,
    served: &RustlsConfig,
    clock: &dyn Clock,
    seen: &mut Seen,
) -> Result<Look, TlsError> {
    let now = clock.now();
    let Some(material) = current(tls, now).await? else {
        return Ok(Look::Same);
    };
    let digest = material.digest();
    let first = seen.0.is_none();
    if seen.0 == Some(digest) {
        warn_of_end(&material, now)?;
        return Ok(Look::Same);
    }
    served.reload_from_config(Arc::new(material.server_config()?));
    seen.0 = Some(digest);
    warn_of_end(&material, now)?;
    Ok(if first { Look::Same } else { Look::Replaced })
}

/// Looks at once and then every hour, for ever; a failed look is logged and tried again.
pub async fn keep_fresh(tls: &TlsConfig, served: &RustlsConfig, clock: &dyn Clock) {
    let mut seen = Seen::default();
    loop {
        match renew_step(tls, served, clock, &mut seen).await {
            Ok(Look::Same) => {}
            Ok(Look::Replaced) => tracing::info!("a new TLS certificate is served"),
            Err(error) => tracing::error!(%error, "the TLS certificate could not be renewed"),
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// The material in force, read and made off the threads that answer requests.
async fn current(tls: &TlsConfig, now: Timestamp) -> Result<Option<Material>, TlsError> {
    let tls = tls.clone();
    let work = move || match &tls {
        TlsConfig::Off => Ok(None),
        TlsConfig::Files { cert, key } => Material::read(cert, key).map(Some),
        TlsConfig::SelfSigned { dir, names } => self_signed::current(dir, names, now).map(Some),
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| TlsError::Interrupted)?
}

fn warn_of_end(material: &Material, now: Timestamp) -> Result<(), TlsError> {
    let certificate = material.certificate()?;
    let days = certificate.ends_at.seconds_since(now).div_euclid(86_400);
    if days < WARN_DAYS {
        tracing::warn!(days, file = %material.cert_path.display(), "the TLS certificate ends soon");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
