//! The signals of the process: SIGTERM and SIGINT (Ctrl-C) stop it, SIGHUP makes it read files again.

use anyhow::{Context as _, Result};
use tokio::{
    signal::unix::{self, Signal, SignalKind},
    sync::watch,
};

/// A request to stop; clones are notified together.
#[derive(Clone)]
pub(super) struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Installs the handlers. From here on a signal only completes [`Self::requested`], also for process 1 of a
    /// container, which signals without a handler do not reach. Signals after the first change nothing.
    pub(super) fn install() -> Result<Self> {
        let (mut terminate, mut interrupt) =
            (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
        let (requested, shutdown) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            requested.send_replace(true);
            // The sender is kept, as are the handlers.
            std::future::pending::<()>().await;
        });
        Ok(Self(shutdown))
    }

    /// Completes when the process has been asked to stop.
    pub(super) async fn requested(mut self) {
        // An error would mean that the task above is gone, which ends with the process.
        drop(self.0.wait_for(|requested| *requested).await);
    }
}

/// SIGHUP, from here on.
pub(super) fn hangup() -> Result<Signal> {
    listen(SignalKind::hangup())
}

fn listen(kind: SignalKind) -> Result<Signal> {
    unix::signal(kind).context("cannot install a signal handler")
}
