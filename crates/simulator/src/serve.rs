//! Serves the simulator on a listener that only this machine can reach.

use std::future::Future;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::clock;
use super::routes::router;
use super::settings::App;

/// Of the graceful shutdown: a call that was ordered to hang must not keep the process alive.
const GRACE_MS: u64 = 1000;

/// Why the simulator does not serve.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listener is reachable from other machines.
    #[error(
        "the TikTok simulator serves loopback addresses only, not {0}: anyone could log in as anyone there"
    )]
    NotLoopback(SocketAddr),
    /// The listener failed.
    #[error("the TikTok simulator cannot serve: {0}")]
    Io(#[from] std::io::Error),
}

/// Serves until `shutdown` completes, then gives open requests a second to finish.
///
/// # Errors
/// `NotLoopback` before anything is served; `Io` if the listener fails.
pub async fn run(
    listener: TcpListener,
    app: impl Into<App>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(Error::NotLoopback(address));
    }
    let (stopping, stopped) = oneshot::channel();
    let signal = async move {
        shutdown.await;
        stopping.send(()).ok();
    };
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(signal);
    tokio::select! {
        result = async { serving.await } => Ok(result?),
        () = grace_period_over(stopped) => Ok(()),
    }
}

/// Pending for ever if serving ended without a signal: the other branch reports why.
async fn grace_period_over(stopped: oneshot::Receiver<()>) {
    match stopped.await {
        Ok(()) => clock::sleep(GRACE_MS).await,
        Err(_) => std::future::pending().await,
    }
}
