//! Settings of events: the maximum age of a delivery, and the target of forwarded events.

use std::{fmt, net::IpAddr, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::SecretSlice;
use url::{Host, Url};

use super::{Problem, address, parse_bool, reader::Reader};

/// The settings of events.
#[derive(Debug)]
pub struct EventsConfig {
    /// The maximum age of a signature in seconds; older deliveries are refused.
    pub max_age_seconds: i64,
    /// The target of forwarded events; `None` if they are not forwarded.
    pub forward: Option<Arc<ForwardConfig>>,
}

/// The target of forwarded events.
pub struct ForwardConfig {
    /// The receiver's URL. Its path may be its only protection, so it is not shown.
    pub url: Url,
    /// The signing secrets: each message is signed with all of them, so that a secret can be rotated.
    pub secrets: Vec<SecretSlice<u8>>,
    /// The addresses to which the host name may resolve.
    pub reach: Reach,
}

/// The addresses to which a host name may resolve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only, none of the operator's networks.
    Public,
    /// Private addresses only, because the connection is not encrypted.
    Private,
    /// All addresses.
    Anywhere,
}

impl Reach {
    /// Whether a connection to `ip` is allowed.
    #[must_use]
    pub fn admits(self, ip: IpAddr) -> bool {
        match self {
            Self::Public => address::is_public(ip),
            Self::Private => !address::is_public(ip),
            Self::Anywhere => true,
        }
    }
}

impl ForwardConfig {
    /// The part of the URL that may be shown: scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl fmt::Debug for ForwardConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForwardConfig({}/…, {:?})", self.origin(), self.reach)
    }
}

/// Longer than TikTok retries a delivery (72 h), shorter than the ledger remembers it.
const DEFAULT_AGE: &str = "80h";

/// An hour less than the ledger remembers a delivery: one whose signature is from the future, as far as clocks may
/// differ, is stored before it is signed, and its copy must be too old before the ledger forgets it.
const LONGEST_AGE_SECONDS: i64 = 95 * 3600;

const URL_REMEDY: &str =
    "Write it like https://host.example/path; http only with EVENT_FORWARD_ALLOW_PRIVATE=true.";
const SECRET_REMEDY: &str =
    "Write whsec_ and the base64 of 24 to 64 random bytes, as `openssl rand -base64 32` prints them.";

/// Reads the section; `None` if a fault was recorded.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<EventsConfig> {
    let age = reader.with_default("EVENT_MAX_AGE", DEFAULT_AGE, age);
    let private = reader.with_default("EVENT_FORWARD_ALLOW_PRIVATE", "false", parse_bool);
    let forward = if let Some(url) = reader.optional("EVENT_FORWARD_URL").ok()? {
        Some(Arc::new(forward(reader, &url, private?)?))
    } else {
        refuse_secret_without_url(reader);
        None
    };
    Some(EventsConfig { max_age_seconds: age?, forward })
}

fn forward(reader: &mut Reader<'_>, url: &str, private: bool) -> Option<ForwardConfig> {
    let url = reader.record("EVENT_FORWARD_URL", target(url, private));
    let secrets = reader.required_as("EVENT_FORWARD_SECRET", SECRET_REMEDY, secrets);
    let (url, reach) = url?;
    Some(ForwardConfig { url, secrets: secrets?, reach })
}

/// A secret without a URL is a mistake: nothing would be forwarded.
fn refuse_secret_without_url(reader: &mut Reader<'_>) {
    if let Ok(Some(_)) = reader.optional("EVENT_FORWARD_SECRET") {
        let remedy = "Set EVENT_FORWARD_URL too, or remove it.";
        reader.fault("EVENT_FORWARD_SECRET", Problem::new("is set without EVENT_FORWARD_URL", remedy));
    }
}

/// The URL, and the addresses to which its host may resolve: the resolver checks this at each connection.
fn target(value: &str, private: bool) -> Result<(Url, Reach), Problem> {
    let refuse = |problem: &str| Err(Problem::new(problem, URL_REMEDY));
    let Ok(url) = Url::parse(value) else { return refuse("is not an absolute address") };
    let reach = match (url.scheme(), private) {
        ("https", false) => Reach::Public,
        ("https", true) => Reach::Anywhere,
        ("http", true) => Reach::Private,
        _ => return refuse("is not https"),
    };
    let literal = match url.host() {
        Some(Host::Ipv4(ip)) => Some(ip.into()),
        Some(Host::Ipv6(ip)) => Some(ip.into()),
        Some(Host::Domain(_)) => None,
        None => return refuse("names no host"),
    };
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return refuse("has a user name, a password or a fragment");
    }
    match literal {
        Some(ip) if !reach.admits(ip) => Err(out_of_reach(reach)),
        _ => Ok((url, reach)),
    }
}

fn out_of_reach(reach: Reach) -> Problem {
    if reach == Reach::Private {
        return Problem::new("is a public address with http", "Use https: http does not encrypt events.");
    }
    let remedy = "Set EVENT_FORWARD_ALLOW_PRIVATE=true if the receiver is in your own network.";
    Problem::new("is an address in a private network", remedy)
}

/// Parses a comma-separated list of secrets, the newest first.
fn secrets(list: &str) -> Result<Vec<SecretSlice<u8>>, Problem> {
    let bytes = |text: &str| {
        let bytes = STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| SecretSlice::from(bytes))
    };
    let secrets: Option<Vec<_>> = list.split(',').map(bytes).collect();
    secrets.ok_or_else(|| Problem::new("is not a secret of Standard Webhooks", SECRET_REMEDY))
}

/// Parses a duration with its unit, like `80h`, to seconds.
fn age(text: &str) -> Result<i64, Problem> {
    let remedy = "Write it like 80h or 3d: from 5m to 95h; the ledger remembers a delivery for 96h.";
    let seconds = || {
        let (at, unit) = text.char_indices().next_back()?;
        let number: i64 = text.get(..at)?.parse().ok()?;
        let unit = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        number.checked_mul(unit)
    };
    let seconds = seconds().ok_or_else(|| Problem::new("is not a duration", remedy))?;
    if !(300..=LONGEST_AGE_SECONDS).contains(&seconds) {
        return Err(Problem::new("is too short or too long", remedy));
    }
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn event_max_age_requires_unit_and_limits() {
        for (text, seconds) in
            [("80h", 288_000), ("3d", 259_200), ("300s", 300), ("5m", 300), ("95h", 342_000)]
        {
            assert_eq!(age(text).unwrap(), seconds, "{text}");
        }
        for bad in ["", "h", "80", "80 h", "-1h", "1.5h", "96h", "299s", "9999999999999999d", "5é"] {
            assert!(age(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn forward_url_requires_https_or_permission() {
        for (url, alone, allowed) in [
            ("https://hooks.example/in?key=1", true, true),
            ("https://8.8.8.8/in", true, true),
            ("http://hooks.example/in", false, true),
            ("http://8.8.8.8/in", false, false),
            ("http://127.0.0.1:9/in", false, true),
            ("http://n8n:5678/webhook", false, true),
            ("https://10.0.0.1/in", false, true),
            ("https://[::1]/in", false, true),
            ("https://[::ffff:127.0.0.1]/in", false, true),
            ("https://0x7f.1/in", false, true),
            ("https://me:pw@hooks.example/in", false, false),
            ("https://hooks.example/in#a", false, false),
            ("ftp://hooks.example/in", false, false),
            ("hooks.example/in", false, false),
            ("data:text/plain,x", false, false),
        ] {
            assert_eq!((target(url, false).is_ok(), target(url, true).is_ok()), (alone, allowed), "{url}");
        }
    }

    #[test]
    fn forward_secret_requires_prefix_and_length() {
        let good = format!("whsec_{}", STANDARD.encode([7; 24]));
        let two = secrets(&format!("{good}, whsec_{}", STANDARD.encode([8; 64]))).unwrap();
        assert_eq!(two.iter().map(|secret| secret.expose_secret().len()).collect::<Vec<_>>(), [24, 64]);
        for bad in [
            "",
            "whsec_",
            good.trim_start_matches("whsec_"),
            &format!("whsec_{}", STANDARD.encode([7; 23])),
            &format!("{good},"),
        ] {
            assert!(secrets(bad).is_err(), "{bad}");
        }
    }
}
