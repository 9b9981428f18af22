//! The `serve` command: the app with the operator's settings.

use std::{net::TcpListener, sync::Arc, time::Duration};

use anyhow::Result;
use creator_connect::server::{
    config::{Config, TlsConfig},
    metrics::panics::count_panics,
    startup,
    state::AppState,
    telemetry::{self, Reopener},
};
use tokio::{signal::unix::Signal, sync::Notify};

use super::{
    listen,
    signals::{self, Shutdown},
};

/// The time that a start which was cancelled has to write its log.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(1);

/// An app that is ready to serve.
struct Started {
    listener: TcpListener,
    state: AppState,
    /// Its address for a browser on this machine.
    address: String,
    logs: telemetry::Guard,
}

/// Serves until a shutdown signal.
pub(crate) async fn run() -> Result<()> {
    // First of all: a signal may come while a disk or the store is slow.
    let (shutdown, hangup) = (Shutdown::install()?, signals::hangup()?);
    // On a task of its own: what blocks its thread must not delay a signal.
    let mut starting = tokio::spawn(start());
    let started = tokio::select! {
        started = &mut starting => started??,
        () = shutdown.clone().requested() => {
            tracing::info!("stopped before the start was complete");
            starting.abort();
            drop(tokio::time::timeout(CANCEL_TIMEOUT, starting).await);
            return Ok(());
        }
    };
    println!("creator-connect is at {}", started.address);
    let certificate = Arc::clone(&started.state.reload_certificate);
    tokio::spawn(reload_at(hangup, certificate, started.logs.reopener.clone()));
    startup::run(started.listener, started.state, shutdown.requested()).await?;
    Ok(())
}

async fn start() -> Result<Started> {
    let config = Config::from_env()?;
    let logs = telemetry::init(config.debug, &config.logs)?;
    count_panics();
    let listener = listen::bind(&config.host, config.port, "PORT")?;
    let scheme = if config.tls == TlsConfig::Off { "http" } else { "https" };
    let address = listen::address(scheme, &config.host, config.port);
    let state = startup::build(config).await?;
    Ok(Started { listener, state, address, logs })
}

/// At each SIGHUP, reads the certificate again and opens the log files again.
async fn reload_at(mut hangup: Signal, certificate: Arc<Notify>, logs: Reopener) {
    while hangup.recv().await.is_some() {
        logs.request();
        tracing::info!("SIGHUP: log files opened again; the TLS certificate is read again");
        certificate.notify_one();
    }
}
