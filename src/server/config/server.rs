//! Settings of the listener: host, port, TLS and trusted proxies.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr};

use ipnet::IpNet;

use super::{
    Faults, Problem, VARIABLES,
    reader::{self, Reader},
};

/// The folder of the self-signed certificate.
const CERTIFICATES: &str = "certs";
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The TLS mode, with its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsConfig {
    /// A self-signed certificate that the app creates.
    SelfSigned {
        /// Its folder.
        dir: PathBuf,
        /// The host names and addresses that it covers.
        names: Vec<String>,
    },
    /// A certificate of the operator.
    Files {
        /// The certificate chain, PEM.
        cert: PathBuf,
        /// Its private key, PEM.
        key: PathBuf,
    },
    /// No TLS: a proxy in front terminates it.
    Off,
}

impl TlsConfig {
    /// Reads these settings alone, as [`Config::from_env`](super::Config::from_env) does.
    ///
    /// # Errors
    ///
    /// All faults of these settings.
    pub fn from_env() -> Result<Self, Faults> {
        reader::with_environment(Self::read)
    }

    /// Reads these settings alone from `variables`, which gives a value by name.
    ///
    /// # Errors
    ///
    /// Every fault of its settings, together.
    pub fn read(variables: &dyn Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let mut reader = Reader::new(variables);
        let host = reader.with_default("HOST", "0.0.0.0", host);
        match read_tls(&mut reader, host.as_deref()) {
            Some(tls) if reader.has_no_faults() => Ok(tls),
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

/// Reads the section; `None` if a fault was recorded.
pub(super) fn read_tls(reader: &mut Reader<'_>, host: Option<&str>) -> Option<TlsConfig> {
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

/// The loopback names, and the host unless it is the unspecified address.
fn names(host: &str) -> Vec<String> {
    let mut names = LOCAL_NAMES.map(str::to_owned).to_vec();
    let wildcard = host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    if !wildcard && !LOCAL_NAMES.contains(&host) {
        names.push(host.to_owned());
    }
    names
}

/// The networks of trusted proxies, whose `X-Forwarded-*` headers are used; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether `peer` is a trusted proxy. An IPv4 address that arrives in IPv6 form counts as IPv4.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|network| network.contains(&peer))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for TrustedProxies {
    type Err = Problem;

    /// Reads comma-separated networks (`10.0.0.0/8`) and single addresses.
    fn from_str(list: &str) -> Result<Self, Problem> {
        let entries = list.split(',').map(str::trim).enumerate().filter(|(_, entry)| !entry.is_empty());
        entries.map(|(index, entry)| parse_network(index + 1, entry)).collect::<Result<_, _>>().map(Self)
    }
}

fn parse_network(place: usize, entry: &str) -> Result<IpNet, Problem> {
    let remedy = "List the proxies' networks or addresses, as in 10.0.0.0/8,192.0.2.7.";
    let single = || entry.parse::<IpAddr>().map(IpNet::from);
    let refuse =
        |why: &str| Err(Problem::new(format!("is not a list of networks: entry {place} {why}"), remedy));
    match entry.parse::<IpNet>().or_else(|_| single()) {
        Err(_) => refuse("is neither a network nor an address"),
        // With every peer trusted, each client could choose its own address.
        Ok(network) if network.prefix_len() == 0 => refuse("trusts the whole internet"),
        Ok(network) => Ok(network),
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&networks.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_names_include_specific_host() {
        for host in ["0.0.0.0", "::", "localhost", "127.0.0.1"] {
            assert_eq!(names(host), LOCAL_NAMES, "{host}");
        }
        assert_eq!(names("studio.local"), ["localhost", "127.0.0.1", "::1", "studio.local"]);
    }

    #[test]
    fn host_is_name_or_address() {
        assert_eq!(host("[::1]").unwrap(), "::1");
        for good in ["0.0.0.0", "::", "studio.local"] {
            assert!(host(good).is_ok(), "{good}");
        }
        for bad in ["https://studio.local", "a b", "studio.local:5000"] {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn port_is_1_to_65535() {
        assert_eq!(port("5000").unwrap(), 5000);
        for bad in ["0", "65536", "-1", "http", "5000 "] {
            assert!(port(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn proxy_in_listed_network_is_trusted() {
        let proxies: TrustedProxies = "10.0.0.0/8, 192.0.2.7, fd00::/8".parse().unwrap();
        for peer in ["10.1.2.3", "192.0.2.7", "fd00::1", "::ffff:10.1.2.3"] {
            assert!(proxies.trusts(peer.parse().unwrap()), "{peer}");
        }
        for peer in ["11.0.0.1", "192.0.2.8", "::1"] {
            assert!(!proxies.trusts(peer.parse().unwrap()), "{peer}");
        }
    }

    #[test]
    fn proxy_names_and_whole_internet_are_refused() {
        for list in ["proxy.example", "10.0.0.0/33", "0.0.0.0/0", "10.0.0.1,::/0"] {
            assert!(list.parse::<TrustedProxies>().is_err(), "{list}");
        }
    }
}
