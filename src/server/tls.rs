//! TLS: creation, reading, renewal and reload of the certificate, and the authorities that clients trust.

mod authorities;
mod certificate;
mod material;
mod private_file;
mod self_signed;

use std::{sync::Arc, time::Duration};

use axum_server::tls_rustls::RustlsConfig;
use tokio::sync::Notify;

pub use authorities::{
    AUTHORITIES_REMEDY, Authorities, NoAuthorities, authorities, client_builder, install_crypto_provider,
    require_authorities,
};
pub use certificate::Certificate;
pub use material::TlsError;
pub use private_file::write as write_private_file;

use self::material::{Digest, Material};
use super::{clock::Clock, config::TlsConfig, heartbeats::Heartbeat};
use crate::domain::Timestamp;

/// The interval between two checks of [`keep_fresh`].
const CHECK_INTERVAL: Duration = Duration::from_secs(3600);
/// A certificate that expires within this number of days is logged as a warning at each check.
const WARN_DAYS: i64 = 14;

/// The TLS configuration of the listener; `None` if TLS is off. Creates or renews a self-signed certificate.
///
/// # Errors
///
/// When the certificate cannot be read, created or used; the error names the file and the remedy.
pub async fn rustls_config(tls: &TlsConfig, clock: &dyn Clock) -> Result<Option<RustlsConfig>, TlsError> {
    let Some(material) = current(tls, clock.now()).await? else {
        return Ok(None);
    };
    let config = RustlsConfig::from_config(Arc::new(material.server_config()?));
    Ok(Some(config))
}

/// The current certificate, created or renewed if self-signed; `None` if TLS is off.
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

/// The result of one renewal check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The served certificate is the current one.
    Unchanged,
    /// Another certificate is served from now on.
    Replaced,
}

/// The digest of the last served certificate, to detect a change.
#[derive(Debug, Default)]
pub struct Seen(Option<Digest>);

/// One check: renews a self-signed certificate that is due, reads changed files and serves them.
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
) -> Result<Renewal, TlsError> {
    let now = clock.now();
    let Some(material) = current(tls, now).await? else {
        return Ok(Renewal::Unchanged);
    };
    let digest = material.digest();
    let first = seen.0.is_none();
    if seen.0 == Some(digest) {
        warn_before_expiry(&material, now)?;
        return Ok(Renewal::Unchanged);
    }
    served.reload_from_config(Arc::new(material.server_config()?));
    seen.0 = Some(digest);
    warn_before_expiry(&material, now)?;
    Ok(if first { Renewal::Unchanged } else { Renewal::Replaced })
}

/// Checks at once, then every hour and at each `reload`, until the task is aborted; a failed check is logged and
/// retried.
pub async fn keep_fresh(
    tls: &TlsConfig,
    served: &RustlsConfig,
    clock: &dyn Clock,
    reload: &Notify,
    heartbeat: &Heartbeat,
) {
    let mut seen = Seen::default();
    let mut is_requested = false;
    loop {
        heartbeat.beat();
        match renew_step(tls, served, clock, &mut seen).await {
            Ok(Renewal::Unchanged) if is_requested => tracing::info!("the TLS certificate has not changed"),
            Ok(Renewal::Unchanged) => {}
            Ok(Renewal::Replaced) => tracing::info!("serving a new TLS certificate"),
            Err(error) => {
                tracing::error!(%error, "TLS certificate not renewed: the former one is served");
            }
        }
        is_requested = tokio::time::timeout(CHECK_INTERVAL, reload.notified()).await.is_ok();
    }
}

/// The current certificate and key, read or created on a blocking thread.
async fn current(tls: &TlsConfig, now: Timestamp) -> Result<Option<Material>, TlsError> {
    let tls = tls.clone();
    let work = move || match &tls {
        TlsConfig::Off => Ok(None),
        TlsConfig::Files { cert, key } => Material::read(cert, key).map(Some),
        TlsConfig::SelfSigned { dir, names } => self_signed::current(dir, names, now).map(Some),
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| TlsError::Interrupted)?
}

fn warn_before_expiry(material: &Material, now: Timestamp) -> Result<(), TlsError> {
    let certificate = material.certificate()?;
    let days = certificate.expires_at.seconds_since(now).div_euclid(86_400);
    if days < WARN_DAYS {
        tracing::warn!(days, file = %material.cert_path.display(), "the TLS certificate expires soon");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
