//! Where the app listens, for a command that asks the running process.

use super::{Faults, VARIABLES, reader::Reader, server, sources};

/// The settings of the listener: `HOST`, `PORT`, and whether it speaks TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether TLS is on.
    pub tls: bool,
}

impl Listening {
    /// Reads these three settings, as [`Config::from_env`](super::Config::from_env) does, and no others: lines of
    /// `.env` with a mistake are those of other commands.
    ///
    /// # Errors
    ///
    /// The faults of these settings.
    pub fn from_env() -> Result<Self, Faults> {
        let file = sources::working_folder();
        let find = |name: &str| file.find(name);
        let mut reader = Reader::new(&find);
        let host = reader.with_default("HOST", "0.0.0.0", server::host);
        let port = reader.with_default("PORT", "5000", server::port);
        let mode = reader.with_default("TLS_MODE", "self-signed", server::mode);
        match (host, port, mode) {
            (Some(host), Some(port), Some(mode)) => Ok(Self { host, port, tls: mode != server::Mode::Off }),
            _ => Err(reader.into_faults(&VARIABLES)),
        }
    }
}
