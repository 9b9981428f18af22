//! A question to the process that runs on this machine: whether it lives, or is ready.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket},
    time::Duration,
};

use serde_json::Value;

use crate::server::{config::Listening, tls};

/// The process must answer within this time.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether the process answers at all.
    Alive,
    /// Whether it can serve requests.
    Ready,
}

impl Question {
    const fn path(self) -> &'static str {
        match self {
            Self::Alive => "/livez",
            Self::Ready => "/readyz",
        }
    }
}

/// The answer is no, or there is none.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The process says that it is not ready.
    #[error("not ready: {0}")]
    NotReady(String),
    /// Something else than the app answers.
    #[error("{0} answers with status {1}: it is not creator-connect")]
    Stranger(SocketAddr, u16),
    /// Nothing answers.
    #[error("no answer at {0} within {seconds} s: {1}", seconds = TIMEOUT.as_secs())]
    NoAnswer(SocketAddr, &'static str),
    /// `HOST` names another machine.
    #[error("HOST is not an address of this machine")]
    OtherMachine,
    /// The request cannot be made.
    #[error("the request cannot be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Asks the process that listens there, on this machine alone, and returns its verdict in a word.
///
/// Its certificate is not verified: it may be for another name, and the connection does not leave the machine.
///
/// # Errors
/// [`ProbeError`] says in one line what is wrong.
pub async fn ask(listening: &Listening, question: Question) -> Result<&'static str, ProbeError> {
    let address = own_address(listening).map_err(|_| ProbeError::OtherMachine)?;
    let scheme = if listening.tls { "https" } else { "http" };
    let client = tls::client_builder().tls_danger_accept_invalid_certs(true).no_proxy().timeout(TIMEOUT);
    let request = client.build()?.get(format!("{scheme}://{address}{}", question.path()));
    let response = request.send().await.map_err(|error| ProbeError::NoAnswer(address, reason(&error)))?;
    let status = response.status().as_u16();
    let body: Value = response.json().await.map_err(|_| ProbeError::Stranger(address, status))?;
    match (status, body.get("status").and_then(Value::as_str)) {
        (200, Some("alive")) => Ok("alive"),
        (200, Some("ready")) => Ok("ready"),
        (503, Some(_)) => Err(ProbeError::NotReady(failing(&body))),
        _ => Err(ProbeError::Stranger(address, status)),
    }
}

/// The address at which this machine reaches its own listener: loopback where that listens on every network.
fn own_address(listening: &Listening) -> io::Result<SocketAddr> {
    let addresses = (listening.host.as_str(), listening.port).to_socket_addrs()?;
    let own = addresses.map(reachable).find(|address| is_of_this_machine(address.ip()));
    own.ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// Whether packets to it stay here: only an own address can be bound.
fn is_of_this_machine(ip: IpAddr) -> bool {
    ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()
}

fn reason(error: &reqwest::Error) -> &'static str {
    match (error.is_timeout(), error.is_connect()) {
        (true, _) => "it does not respond",
        (_, true) => "nothing listens there, or TLS_MODE is not that of the process",
        _ => "the connection broke",
    }
}

/// The names of what fails, as far as they are plain words.
fn failing(body: &Value) -> String {
    let names = body.get("failing").and_then(Value::as_array).into_iter().flatten();
    let plain = |name: &&str| name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    names.filter_map(Value::as_str).filter(plain).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(host: &str) -> Option<String> {
        let listening = Listening { host: host.to_owned(), port: 5000, tls: true };
        own_address(&listening).ok().map(|address| address.to_string())
    }

    #[test]
    fn every_network_is_asked_at_loopback() {
        for (host, address) in [
            ("0.0.0.0", "127.0.0.1:5000"),
            ("::", "[::1]:5000"),
            ("127.0.0.1", "127.0.0.1:5000"),
            ("::1", "[::1]:5000"),
        ] {
            assert_eq!(own(host).as_deref(), Some(address), "{host}");
        }
    }

    #[test]
    fn other_machine_is_never_asked() {
        for host in ["192.0.2.1", "2001:db8::1"] {
            assert_eq!(own(host), None, "{host}");
        }
    }
}
