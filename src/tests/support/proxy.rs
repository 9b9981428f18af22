//! A TCP proxy that stops forwarding when a test says so, as a network does that loses packets.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// A running proxy.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The number of connections, from the first on, of which it swallows every byte.
    silenced: watch::Sender<usize>,
    connections: watch::Sender<Connections>,
    served: JoinHandle<()>,
}

/// The numbers of connections that clients opened and closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Connections {
    pub(crate) opened: usize,
    pub(crate) closed: usize,
}

impl Proxy {
    /// Forwards connections to `target`.
    pub(crate) async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (silenced, connections) = (watch::Sender::default(), watch::Sender::default());
        let served = tokio::spawn(serve(listener, target, silenced.clone(), connections.clone()));
        Self { address, silenced, connections, served }
    }

    /// Swallows every byte of the connections that are open now, without closing them.
    pub(crate) fn silence(&self) {
        self.silenced.send_replace(self.connections.borrow().opened);
    }

    /// The connections so far.
    pub(crate) fn connections(&self) -> Connections {
        *self.connections.borrow()
    }

    /// Waits until clients have closed this many connections.
    pub(crate) async fn closed(&self, count: usize) {
        self.connections.subscribe().wait_for(|connections| connections.closed >= count).await.unwrap();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.served.abort();
    }
}

async fn serve(
    listener: TcpListener,
    target: SocketAddr,
    silenced: watch::Sender<usize>,
    connections: watch::Sender<Connections>,
) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let mut number = 0;
        connections.send_modify(|connections| {
            number = connections.opened;
            connections.opened += 1;
        });
        let (silenced, connections) = (silenced.subscribe(), connections.clone());
        tokio::spawn(async move {
            let server = TcpStream::connect(target).await.unwrap();
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            let responses = tokio::spawn(forward(from_server, to_client, silenced.clone(), number));
            forward(from_client, to_server, silenced, number).await;
            responses.abort();
            connections.send_modify(|connections| connections.closed += 1);
        });
    }
}

/// Forwards until the sender has no more.
async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    silenced: watch::Receiver<usize>,
    number: usize,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let is_silenced = number < *silenced.borrow();
        if !is_silenced && to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
