//! What the clients for TikTok and for the operator's receiver have in common.

use std::time::Duration;

use reqwest::ClientBuilder;

use super::tls;

/// How a client detects that a connection has died silently: a router or firewall forgot it, and neither side was
/// notified. Without this a request on such a connection waits for its whole timeout, and the next one does so too.
#[derive(Clone, Copy, Debug)]
pub struct KeepAlive {
    /// The interval between two HTTP/2 pings.
    pub interval: Duration,
    /// The connection is closed if a ping is not answered within this time. It has to be generous: a refresh that
    /// is in flight on a connection that was closed in error leaves its grant unsure.
    pub timeout: Duration,
    /// A connection without requests is closed after this time.
    pub idle: Duration,
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(20),
            idle: Duration::from_secs(60),
        }
    }
}

/// A client that follows no redirect, so that no response can send a secret elsewhere.
pub fn builder(keep_alive: KeepAlive) -> ClientBuilder {
    tls::client_builder()
        .http2_keep_alive_interval(keep_alive.interval)
        .http2_keep_alive_timeout(keep_alive.timeout)
        .http2_keep_alive_while_idle(true)
        .pool_idle_timeout(keep_alive.idle)
}
