//! The listener of `METRICS_ADDR`.

use std::{io, net::SocketAddr};

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use tokio::net::TcpListener;

use super::{
    exposition::{CONTENT_TYPE, exposition},
    parts::Parts,
};

/// The listener cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("Metrics cannot be served at {address}: {source}. Check METRICS_ADDR.")]
pub struct MetricsError {
    address: SocketAddr,
    source: io::Error,
}

/// A bound socket for scrapes: plain HTTP, for a network that only the operator reaches.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Binds the address.
    ///
    /// # Errors
    /// When that fails.
    pub async fn bind(address: SocketAddr) -> Result<Self, MetricsError> {
        let bound = TcpListener::bind(address).await;
        bound.map(Self).map_err(|source| MetricsError { address, source })
    }

    /// Answers scrapes until this future is dropped.
    pub async fn serve(self, parts: Parts) {
        let router = Router::new().route("/metrics", get(metrics)).with_state(parts);
        if let Err(error) = axum::serve(self.0, router).await {
            tracing::error!(%error, "the listener of METRICS_ADDR ended");
        }
    }
}

async fn metrics(State(parts): State<Parts>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], exposition(&parts).await)
}
