//! When to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Ready when the process is asked to stop: SIGTERM, or Ctrl-C at the console.
///
/// Any number of these may wait at once; each one hears it.
pub(super) async fn asked() {
    tokio::select! {
        () = heard(SignalKind::terminate()) => {}
        () = heard(SignalKind::interrupt()) => {}
    }
}

/// A signal that cannot be listened for keeps its usual effect: it ends the process.
async fn heard(kind: SignalKind) {
    match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
