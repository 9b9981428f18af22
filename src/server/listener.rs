//! The listening socket: connections within the limits, TLS, HTTP/1 and HTTP/2.
//!
//! A connection is accepted only when a slot is free, so there are never more than the limit; the others wait in the
//! kernel's queue. When the last slot is taken, and when one network has too many, the connection that waits longest
//! for its client is closed, of the network that has the most. Clients that hold connections open thus close each
//! other's, and a client that sends its request at once is served. A connection whose request is being handled is
//! never closed for another.

mod connection;
mod files;
mod registry;

use std::{io, net, sync::Arc, time::Duration};

use axum::{Router, extract::connect_info::Connected};
use axum_server::{
    AddrListener, Address, Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

pub use self::registry::{Activity, RequestGuard};
use self::{connection::Connection, registry::Registry};
use super::{
    config::TrustedProxies,
    limits::{ConnectionLimits, network},
};

/// The interval at which a full listener looks for a connection to close again: all may have been busy before.
const RETRY: Duration = Duration::from_millis(100);

/// The largest head of a request.
const LARGEST_HEAD_BYTES: u32 = 32 * 1024;

/// The other end of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub address: net::SocketAddr,
    /// Whether requests of this connection are being handled.
    pub activity: Activity,
}

/// Serves `router` on `socket` until `handle` shuts it down; `TLS` with a certificate, else plain HTTP.
///
/// # Errors
/// When the socket cannot be used.
pub async fn serve(
    socket: net::TcpListener,
    certificate: Option<RustlsConfig>,
    router: Router,
    handle: Handle<Peer>,
    policy: Policy,
) -> io::Result<()> {
    let policy = Policy { limits: policy.limits.within(files::raise_limit()), ..policy };
    let limits = policy.limits;
    tracing::debug!(total = limits.total, per_network = limits.per_network, "limits of connections");
    let service = router.into_make_service_with_connect_info::<Peer>();
    let server = Server::<Peer>::from_listener(Listener::new(socket, policy)?).handle(handle);
    match certificate {
        Some(certificate) => {
            let acceptor = RustlsAcceptor::new(certificate).handshake_timeout(limits.first_request);
            with_protocols(server.acceptor(acceptor), &limits).serve(service).await
        }
        None => with_protocols(server, &limits).serve(service).await,
    }
}

/// Whose connections are accepted, and how many.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The limits.
    pub limits: ConnectionLimits,
    /// Peers that connect for many clients.
    pub proxies: TrustedProxies,
}

/// Sets the limits that hyper enforces. [`Connection`] has the timeouts, because hyper has none for an idle HTTP/2
/// client that answers pings.
fn with_protocols<A>(mut server: Server<Peer, A>, limits: &ConnectionLimits) -> Server<Peer, A> {
    let builder = server.http_builder();
    builder.http1().max_buf_size(LARGEST_HEAD_BYTES as usize);
    builder
        .http2()
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(LARGEST_HEAD_BYTES)
        .keep_alive_interval(limits.ping)
        .keep_alive_timeout(limits.ping);
    server
}

/// A socket that accepts connections within the limits; public because [`Address`] names it.
pub struct Listener {
    socket: TcpListener,
    policy: Policy,
    slots: Arc<Semaphore>,
    registry: Arc<Registry>,
}

impl Listener {
    fn new(socket: net::TcpListener, policy: Policy) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let slots = Arc::new(Semaphore::new(policy.limits.total));
        Ok(Self { socket: TcpListener::from_std(socket)?, policy, slots, registry: Arc::default() })
    }

    /// Waits for a free slot. While there is none, connections that wait for their clients are closed.
    async fn slot(&self) -> io::Result<OwnedSemaphorePermit> {
        loop {
            if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
                return Ok(slot);
            }
            self.registry.make_room();
            if let Ok(slot) = tokio::time::timeout(RETRY, Arc::clone(&self.slots).acquire_owned()).await {
                return slot.map_err(io::Error::other);
            }
        }
    }

    /// `None`, which closes the connection, when all others of its network are busy.
    fn admit(
        &self,
        stream: TcpStream,
        address: net::SocketAddr,
        slot: OwnedSemaphorePermit,
    ) -> Option<(Connection, Peer)> {
        let limits = &self.policy.limits;
        let is_proxy = self.policy.proxies.trusts(address.ip());
        let (most, idle) =
            if is_proxy { (usize::MAX, limits.proxy_idle) } else { (limits.per_network, limits.idle) };
        let registration = self.registry.register(network(address.ip()), most)?;
        let activity = registration.activity.clone();
        let connection = Connection::new(stream, registration, slot, limits.first_request, idle);
        Some((connection, Peer { address, activity }))
    }
}

impl AddrListener<Connection, Peer> for Listener {
    /// Never called: the command line binds the socket, for its messages.
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// `TCP_NODELAY` on every connection: a streamed page would otherwise stall for 40 ms.
    async fn accept_stream(&self) -> io::Result<(Connection, Peer)> {
        loop {
            let slot = self.slot().await?;
            let (stream, address) = self.socket.accept().await?;
            stream.set_nodelay(true)?;
            if let Some(admitted) = self.admit(stream, address, slot) {
                return Ok(admitted);
            }
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        Ok(Peer { address: self.socket.local_addr()?, activity: Activity::default() })
    }
}

impl Address for Peer {
    type Stream = Connection;
    type Listener = Listener;
}

impl Connected<Self> for Peer {
    fn connect_info(peer: Self) -> Self {
        peer
    }
}
