//! Where the app listens and with which certificate.

use std::{net::IpAddr, path::PathBuf};

use super::{Faults, Problem, VARIABLES, reader::Reader};

/// The folder of the self-made certificate.
const CERTIFICATES: &str = "certs";
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// How connections are protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsConfig {
    /// A certificate that the app makes for itself.
    SelfSigned {
        /// Where it is kept.
        dir: PathBuf,
        /// The host names and addresses it is for.
        names: Vec<String>,
    },
    /// The operator's own certificate.
    Files {
        /// The certificate chain, PEM.
        cert: PathBuf,
        /// Its private key, PEM.
        key: PathBuf,
    },
    /// None: a proxy in front does it.
    Off,
}

impl TlsConfig {
    /// Reads this section alone from `variables`, which gives a value by name.
    ///
    /// # Errors
    ///
    /// Every fault of its settings, together.
    pub fn read(variables: &dyn Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let mut reader = Reader::new(variables);
        let host = reader.or("HOST", "0.0.0.0", host);
        match read(&mut reader, host.as_deref()) {
            Some(tls) if reader.is_content() => Ok(tls),
            _ => Err(reader.into_faults(&VARIABLES)),
        }
    }
}

/// Reads `HOST`: a name or an address; square brackets around IPv6 may be left out.
pub(super) fn host(value: &str) -> Result<String, Problem> {
    let bare = value.trim_start_matches('[').trim_end_matches(']');
    let name = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    if bare.parse::<IpAddr>().is_ok() || bare.chars().all(name) {
        return Ok(bare.to_owned());
    }
    Err(Problem::new(
        "is neither a host name nor an address",
        "Use 0.0.0.0 for all networks, 127.0.0.1 for this machine.",
    ))
}

/// Reads `PORT`.
pub(super) fn port(value: &str) -> Result<u16, Problem> {
    let port = value.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| Problem::new("is not a port", "Use a number from 1 to 65535."))
}

/// Reads the section; `None` when a fault was noted.
pub(super) fn read(reader: &mut Reader<'_>, host: Option<&str>) -> Option<TlsConfig> {
    let mode = reader.optional("TLS_MODE");
    let mode = mode.as_deref().unwrap_or("self-signed");
    if mode == "files" {
        return files(reader);
    }
    for variable in ["TLS_CERT", "TLS_KEY"] {
        if reader.optional(variable).is_some() {
            reader.fault(
                variable,
                Problem::new("is set but not used", "Set TLS_MODE=files too, or leave it out."),
            );
        }
    }
    match mode {
        "off" => Some(TlsConfig::Off),
        "self-signed" => Some(TlsConfig::SelfSigned { dir: CERTIFICATES.into(), names: names(host?) }),
        _ => {
            reader.fault("TLS_MODE", Problem::new("is not a known mode", "Use self-signed, files or off."));
            None
        }
    }
}

fn files(reader: &mut Reader<'_>) -> Option<TlsConfig> {
    let remedy = "TLS_MODE=files needs the path of a PEM file here.";
    let cert = reader.required_as("TLS_CERT", remedy, super::path);
    let key = reader.required_as("TLS_KEY", remedy, super::path);
    Some(TlsConfig::Files { cert: cert?, key: key? })
}

/// This machine's names, and the host's own unless it stands for every address.
fn names(host: &str) -> Vec<String> {
    let mut names = LOCAL_NAMES.map(str::to_owned).to_vec();
    let wildcard = host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    if !wildcard && !LOCAL_NAMES.contains(&host) {
        names.push(host.to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_names_the_host_unless_it_is_every_address() {
        for host in ["0.0.0.0", "::", "localhost", "127.0.0.1"] {
            assert_eq!(names(host), LOCAL_NAMES, "{host}");
        }
        assert_eq!(names("studio.local"), ["localhost", "127.0.0.1", "::1", "studio.local"]);
    }

    #[test]
    fn hosts_are_names_and_addresses() {
        assert_eq!(host("[::1]").unwrap(), "::1");
        for good in ["0.0.0.0", "::", "studio.local"] {
            assert!(host(good).is_ok(), "{good}");
        }
        for bad in ["https://studio.local", "a b", "studio.local:5000"] {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ports_are_1_to_65535() {
        assert_eq!(port("5000").unwrap(), 5000);
        for bad in ["0", "65536", "-1", "http", "5000 "] {
            assert!(port(bad).is_err(), "{bad}");
        }
    }
}
