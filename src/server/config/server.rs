//! Settings of the listener: host, port, TLS and trusted proxies.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use ipnet::IpNet;

use super::{
    Faults, Problem, RedirectUri, VARIABLES,
    reader::Reader,
    sources::{self, Found},
};

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
        sources::working_folder().read(Self::read_found)
    }

    fn read_found(variables: &dyn Fn(&str) -> Option<Found>) -> Result<Self, Faults> {
        let mut reader = Reader::new(variables);
        let host = reader.with_default("HOST", "0.0.0.0", host);
        // Its own faults are those of other commands.
        let redirect_uri = variables("TIKTOK_REDIRECT_URI").and_then(|found| found.text.trim().parse().ok());
        match read_tls(&mut reader, host.as_deref(), redirect_uri.as_ref()) {
            Some(tls) if reader.has_no_faults() => Ok(tls),
            _ => Err(reader.into_faults(&VARIABLES)),
        }
    }
}

/// Who may see counts of creators and states of the process in `GET /health`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthDetails {
    /// The operator alone: no answer to strangers has them.
    Operator,
    /// Everyone.
    Public,
}

impl FromStr for HealthDetails {
    type Err = Problem;

    fn from_str(value: &str) -> Result<Self, Problem> {
        match value {
            "operator" => Ok(Self::Operator),
            "public" => Ok(Self::Public),
            _ => Err(Problem::new("is neither operator nor public", "Use operator or public.")),
        }
    }
}

impl fmt::Display for HealthDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Operator => "operator",
            Self::Public => "public",
        })
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

/// Reads `METRICS_ADDR`; empty is off.
pub(super) fn metrics_addr(value: &str) -> Result<Option<SocketAddr>, Problem> {
    let remedy = "Use an address and a port, as 127.0.0.1:9464; leave it out to serve no metrics.";
    let refuse = || Problem::new("is not an address with a port", remedy);
    if value.is_empty() {
        return Ok(None);
    }
    value.parse::<SocketAddr>().ok().filter(|address| address.port() != 0).map(Some).ok_or_else(refuse)
}

/// Reads the section; `None` if a fault was recorded. A self-signed certificate is for the `host` that is listened on
/// and for that of the redirect URI, to which browsers come.
pub(super) fn read_tls(
    reader: &mut Reader<'_>,
    host: Option<&str>,
    redirect_uri: Option<&RedirectUri>,
) -> Option<TlsConfig> {
    let dir = reader.with_default("CERT_DIR", "certs", super::path);
    let mode = reader.with_default("TLS_MODE", "self-signed", mode)?;
    if mode == Mode::Files {
        return files(reader);
    }
    for variable in ["TLS_CERT", "TLS_KEY"] {
        if let Ok(Some(_)) = reader.optional(variable) {
            let remedy = "Set TLS_MODE=files too, or leave it out.";
            reader.fault(variable, Problem::new("is set but not used", remedy));
        }
    }
    if mode == Mode::Off {
        return Some(TlsConfig::Off);
    }
    let public = redirect_uri.map(RedirectUri::host);
    Some(TlsConfig::SelfSigned { dir: dir?, names: names(host?, public.as_deref()) })
}

/// The setting `TLS_MODE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    SelfSigned,
    Files,
    Off,
}

/// Reads `TLS_MODE`.
pub(super) fn mode(value: &str) -> Result<Mode, Problem> {
    match value {
        "self-signed" => Ok(Mode::SelfSigned),
        "files" => Ok(Mode::Files),
        "off" => Ok(Mode::Off),
        _ => Err(Problem::new("is not a known mode", "Use self-signed, files or off.")),
    }
}

fn files(reader: &mut Reader<'_>) -> Option<TlsConfig> {
    let remedy = "TLS_MODE=files needs the path of a PEM file here.";
    let cert = reader.required_as("TLS_CERT", remedy, super::path);
    let key = reader.required_as("TLS_KEY", remedy, super::path);
    Some(TlsConfig::Files { cert: cert?, key: key? })
}

/// The loopback names, the host unless it is the unspecified address, and the public host.
fn names(host: &str, public: Option<&str>) -> Vec<String> {
    let mut names = LOCAL_NAMES.map(str::to_owned).to_vec();
    let wildcard = host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    for name in [(!wildcard).then_some(host), public].into_iter().flatten() {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
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
    fn certificate_names_include_specific_and_public_host() {
        for host in ["0.0.0.0", "::", "localhost", "127.0.0.1"] {
            assert_eq!(names(host, None), LOCAL_NAMES, "{host}");
            assert_eq!(names(host, Some("localhost")), LOCAL_NAMES, "{host}");
        }
        assert_eq!(names("studio.local", None), ["localhost", "127.0.0.1", "::1", "studio.local"]);
        let both = names("studio.local", Some("studio.example"));
        assert_eq!(both, ["localhost", "127.0.0.1", "::1", "studio.local", "studio.example"]);
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
