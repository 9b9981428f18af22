//! The shutdown signals of the process.

use tokio::signal::unix::{self, SignalKind};

/// Completes when the process gets SIGTERM or SIGINT (Ctrl-C).
///
/// Any number of tasks may wait at once; each one is notified.
pub(super) async fn signal() {
    tokio::select! {
        () = received(SignalKind::terminate()) => {}
        () = received(SignalKind::interrupt()) => {}
    }
}

/// Waits for one signal. If no handler can be installed, the signal keeps its default effect and ends the process.
async fn received(kind: SignalKind) {
    match unix::signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
