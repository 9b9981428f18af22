//! Binding the listening socket.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, TcpListener},
};

use anyhow::{Context as _, Result};

/// Binds `port` on `host`; `setting` names what sets the port, for the remedy in the error.
pub(super) fn bind(host: &str, port: u16, setting: &str) -> Result<TcpListener> {
    TcpListener::bind((host, port)).with_context(|| format!("cannot listen on {host}, port {port}")).map_err(
        |error| {
            let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
            error.context(remedy(kind, port, setting))
        },
    )
}

fn remedy(kind: Option<ErrorKind>, port: u16, setting: &str) -> String {
    match kind {
        Some(ErrorKind::AddrInUse) => {
            format!(
                "Port {port} is in use by another program: stop that one, or set {setting} to another port"
            )
        }
        Some(ErrorKind::PermissionDenied) => {
            format!("Port {port} needs more rights than this user has: set {setting} to a port from 1024 on")
        }
        _ => "The host is not a name or address of this machine: set HOST to 0.0.0.0 or 127.0.0.1".to_owned(),
    }
}

/// The address to open in a browser on this machine.
pub(super) fn address(scheme: &str, host: &str, port: u16) -> String {
    match host.parse::<IpAddr>() {
        Ok(ip) if ip.is_unspecified() || ip.is_loopback() => format!("{scheme}://localhost:{port}"),
        Ok(IpAddr::V6(ip)) => format!("{scheme}://[{ip}]:{port}"),
        _ => format!("{scheme}://{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_in_use_error_names_setting() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let message = format!("{:#}", bind("127.0.0.1", port, "PORT").unwrap_err());
        assert!(message.starts_with(&format!("Port {port} is in use")), "{message}");
        assert!(message.contains("set PORT to another port"), "{message}");
    }

    #[test]
    fn foreign_host_error_names_setting() {
        let message = format!("{:#}", bind("192.0.2.1", 0, "PORT").unwrap_err());
        assert!(message.contains("set HOST"), "{message}");
    }

    #[test]
    fn printed_address_is_reachable_locally() {
        assert_eq!(address("https", "0.0.0.0", 5000), "https://localhost:5000");
        assert_eq!(address("https", "::1", 5000), "https://localhost:5000");
        assert_eq!(address("http", "fd00::1", 80), "http://[fd00::1]:80");
        assert_eq!(address("https", "studio.local", 5000), "https://studio.local:5000");
    }
}
