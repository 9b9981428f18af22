//! A TCP connection that is closed when its client sends nothing, or when the listener needs its slot.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::Sleep,
};

use super::registry::Registration;

/// Bytes that a client must take for a response to count as progress: more than pings and acknowledgements have.
const PROGRESS_BYTES: usize = 4096;

/// One accepted connection. The timer runs below TLS and HTTP, so it covers whatever a client leaves half done: the
/// handshake, the head of a request, the wait for the next one.
///
/// Fields are dropped in their order: the slot is free only when the socket is closed.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    registration: Registration,
    _slot: OwnedSemaphorePermit,
    timer: Pin<Box<Sleep>>,
    idle: Duration,
    /// The client's progress when the timer was set.
    seen: u64,
    written: usize,
    closed: bool,
}

impl Connection {
    /// A connection that is closed without a request within `first_request`, and later without one for `idle`.
    pub(super) fn new(
        stream: TcpStream,
        registration: Registration,
        slot: OwnedSemaphorePermit,
        first_request: Duration,
        idle: Duration,
    ) -> Self {
        let seen = registration.activity.progress();
        let timer = Box::pin(tokio::time::sleep(first_request));
        Self { stream, registration, _slot: slot, timer, idle, seen, written: 0, closed: false }
    }

    /// An error once the connection is to be closed; else the task is woken when that may be the case.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.closed || Pin::new(&mut self.registration.close).poll(cx).is_ready() {
            return self.close(io::ErrorKind::ConnectionAborted);
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            let activity = &self.registration.activity;
            if !activity.is_busy() && activity.progress() == self.seen {
                return self.close(io::ErrorKind::TimedOut);
            }
            self.seen = activity.progress();
            self.timer.set(tokio::time::sleep(self.idle));
        }
        Ok(())
    }

    fn close(&mut self, why: io::ErrorKind) -> io::Result<()> {
        self.closed = true;
        Err(why.into())
    }

    /// A slow download is no idle connection.
    fn count(&mut self, written: usize) {
        self.written += written;
        if self.written >= PROGRESS_BYTES {
            self.written = 0;
            self.registration.activity.record_progress();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        written.map_ok(|bytes| {
            self.count(bytes);
            bytes
        })
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        written.map_ok(|bytes| {
            self.count(bytes);
            bytes
        })
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{io::AsyncReadExt as _, net::TcpListener, sync::Semaphore};

    use super::*;
    use crate::server::listener::registry::Registry;

    #[tokio::test]
    async fn connection_outlives_its_timeout_during_a_request() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let slot = Arc::new(Semaphore::new(1)).acquire_owned().await.unwrap();
        let registration =
            Arc::new(Registry::default()).register("127.0.0.1/32".parse().unwrap(), 1).unwrap();
        let request = registration.activity.begin_request();
        let timeout = Duration::from_millis(1);
        let mut connection = Connection::new(stream, registration, slot, timeout, timeout);
        let mut byte = [0];
        let read = tokio::time::timeout(Duration::from_millis(50), connection.read(&mut byte)).await;
        assert!(read.is_err(), "it is still open");
        drop(request);
        assert_eq!(connection.read(&mut byte).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(connection.read(&mut byte).await.is_err(), "it stays closed");
    }
}
