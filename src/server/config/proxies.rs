//! Whose `X-Forwarded-*` headers are believed.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;

use super::Problem;

/// The networks of the operator's own proxies; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether `peer` is one of them. An IPv4 address that arrives in IPv6 form counts as IPv4.
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
        entries.map(|(index, entry)| network(index + 1, entry)).collect::<Result<_, _>>().map(Self)
    }
}

fn network(place: usize, entry: &str) -> Result<IpNet, Problem> {
    let remedy = "List the proxies' networks or addresses, as in 10.0.0.0/8,192.0.2.7.";
    let single = || entry.parse::<IpAddr>().map(IpNet::from);
    let refuse =
        |why: &str| Err(Problem::new(format!("is not a list of networks: entry {place} {why}"), remedy));
    match entry.parse::<IpNet>().or_else(|_| single()) {
        Err(_) => refuse("is neither a network nor an address"),
        // Whoever trusts everybody lets every visitor choose their own address.
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
    fn networks_and_single_addresses_are_trusted() {
        let proxies: TrustedProxies = "10.0.0.0/8, 192.0.2.7, fd00::/8".parse().unwrap();
        for peer in ["10.1.2.3", "192.0.2.7", "fd00::1", "::ffff:10.1.2.3"] {
            assert!(proxies.trusts(peer.parse().unwrap()), "{peer}");
        }
        for peer in ["11.0.0.1", "192.0.2.8", "::1"] {
            assert!(!proxies.trusts(peer.parse().unwrap()), "{peer}");
        }
    }

    #[test]
    fn names_and_the_whole_internet_are_refused() {
        for list in ["proxy.example", "10.0.0.0/33", "0.0.0.0/0", "10.0.0.1,::/0"] {
            assert!(list.parse::<TrustedProxies>().is_err(), "{list}");
        }
    }
}
