//! What clients may use of this process: connections, time, and logins. Tests replace the figures.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use ipnet::IpNet;

/// All limits of one process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Of connections.
    pub connections: ConnectionLimits,
    /// Of logins.
    pub logins: LoginLimits,
}

/// Limits of connections, and timeouts of clients that send nothing.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Open connections; [`Self::within`] lowers it where the process may open few files.
    pub total: usize,
    /// Open connections from one [`network`]. Proxies in `TRUSTED_PROXIES` have no limit of their own.
    pub per_network: usize,
    /// Timeout of the TLS handshake, and of the head of the first request after it.
    pub first_request: Duration,
    /// The least time for which a connection without a request is kept, and at most twice that. It exceeds the
    /// same timeout of common proxies (nginx 60 s, Traefik 90 s, Caddy 120 s): of the two ends the proxy must close
    /// first, or it sends a request into a closed connection.
    pub idle: Duration,
    /// The same for proxies in `TRUSTED_PROXIES`; load balancers of clouds keep connections for ten minutes.
    pub proxy_idle: Duration,
    /// Timeout of a request's body; the largest has 64 kB.
    pub body: Duration,
    /// Interval and timeout of HTTP/2 pings, which find out that a client is gone.
    pub ping: Duration,
    /// Concurrent requests on one HTTP/2 connection.
    pub streams: u32,
}

/// Limits of logins.
#[derive(Clone, Copy, Debug)]
pub struct LoginLimits {
    /// Logins started from one [`network`], but for those that were completed; an office or a mobile operator has many
    /// creators behind one address.
    pub starts: Rate,
    /// Logins started in all.
    pub starts_in_all: Rate,
    /// Callbacks from one [`network`], but for those that completed a login.
    pub callbacks: Rate,
    /// Callbacks in all.
    pub callbacks_in_all: Rate,
    /// Callbacks of one [`network`] that are handled at the same time: each may wait for TikTok.
    pub concurrent: usize,
    /// Callbacks that are handled at the same time in all.
    pub concurrent_in_all: usize,
}

/// A rate with bursts.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Requests that may come at once.
    pub burst: NonZeroU32,
    /// The interval at which one more is allowed.
    pub interval: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            total: 4096,
            per_network: 1024,
            first_request: Duration::from_secs(15),
            idle: Duration::from_secs(130),
            proxy_idle: Duration::from_mins(11),
            body: Duration::from_secs(20),
            ping: Duration::from_secs(20),
            streams: 64,
        }
    }
}

impl ConnectionLimits {
    /// These limits in a process that may open `files` files. Half of them are for connections; the other half are
    /// for the journal, SQLite, the logs and outgoing connections. One network gets a quarter of all connections at
    /// most.
    #[must_use]
    pub fn within(self, files: usize) -> Self {
        let total = self.total.min(files / 2).max(1);
        Self { total, per_network: self.per_network.min(total / 4).max(1), ..self }
    }
}

impl Default for LoginLimits {
    fn default() -> Self {
        Self {
            starts: Rate::new(60, Duration::from_secs(1)),
            starts_in_all: Rate::new(500, Duration::from_millis(10)),
            callbacks: Rate::new(60, Duration::from_secs(1)),
            callbacks_in_all: Rate::new(200, Duration::from_millis(20)),
            concurrent: 48,
            concurrent_in_all: 256,
        }
    }
}

impl Rate {
    /// `burst` requests at once (at least one), and one more after each `interval`.
    #[must_use]
    pub const fn new(burst: u32, interval: Duration) -> Self {
        let burst = match NonZeroU32::new(burst) {
            Some(burst) => burst,
            None => NonZeroU32::MIN,
        };
        Self { burst, interval }
    }
}

/// The network that counts as one client: an IPv4 address, or the /64 that a provider gives to one IPv6 customer.
#[must_use]
pub fn network(address: IpAddr) -> IpNet {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpNet::new(address.into(), 64).map_or(IpNet::from(IpAddr::V6(address)), |net| net.trunc())
        }
        IpAddr::V4(address) => IpAddr::V4(address).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_half_of_the_files() {
        let limits = ConnectionLimits::default();
        for (files, total, per_network) in
            [(256, 128, 32), (1024, 512, 128), (1_048_576, 4096, 1024), (1, 1, 1)]
        {
            let limits = limits.within(files);
            assert_eq!((limits.total, limits.per_network), (total, per_network), "{files}");
        }
    }

    #[test]
    fn ipv6_addresses_count_by_their_64_network() {
        let network = |address: &str| network(address.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8:0:0:ffff::2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
