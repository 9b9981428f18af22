//! The certificate authorities that this process trusts: the machine's, in every client.

use std::sync::OnceLock;

use reqwest::{Client, ClientBuilder, redirect};
use rustls::{
    RootCertStore,
    crypto::{CryptoProvider, ring},
};

/// Supabase refuses a secret key from what looks like a browser.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// What to do about a machine without certificate authorities.
pub const AUTHORITIES_REMEDY: &str = "Install the package ca-certificates, or name a file of certificates in \
                                      SSL_CERT_FILE (a folder of them in SSL_CERT_DIR), in the environment";

/// The certificate authorities of this machine, as far as they can be read.
#[derive(Debug)]
pub struct Authorities {
    /// How many there are.
    pub count: usize,
    /// Why others could not be read.
    pub errors: Vec<String>,
}

/// Reads them, once: those of `SSL_CERT_FILE` and `SSL_CERT_DIR` if one is set, else the operating system's.
pub fn authorities() -> &'static Authorities {
    static AUTHORITIES: OnceLock<Authorities> = OnceLock::new();
    AUTHORITIES.get_or_init(|| {
        let loaded = rustls_native_certs::load_native_certs();
        // As rustls-platform-verifier does, by which each client verifies.
        let (count, _) = RootCertStore::empty().add_parsable_certificates(loaded.certs);
        Authorities { count, errors: loaded.errors.iter().map(ToString::to_string).collect() }
    })
}

/// The machine has no certificate authorities.
#[derive(Debug, thiserror::Error)]
#[error(
    "There are no certificate authorities on this machine, so the servers of {settings} cannot be verified{cause}. \
     {AUTHORITIES_REMEDY}."
)]
pub struct NoAuthorities {
    settings: String,
    cause: String,
}

/// Refuses a machine without certificate authorities; `settings` are those with an `https` URL.
///
/// # Errors
/// When there is one and no authority.
pub fn require_authorities(settings: &[&str]) -> Result<(), NoAuthorities> {
    let Authorities { count, errors } = authorities();
    if settings.is_empty() || *count > 0 {
        return Ok(());
    }
    let cause = errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
    Err(NoAuthorities { settings: settings.join(", "), cause })
}

/// A client that trusts the machine's certificate authorities. Redirects are off: no response may send a secret
/// elsewhere.
pub fn client_builder() -> ClientBuilder {
    install_crypto_provider();
    let builder = Client::builder().redirect(redirect::Policy::none()).user_agent(USER_AGENT);
    // The verifier of the machine's authorities cannot be made without any; a client of http URLs needs none.
    if authorities().count > 0 { builder } else { builder.tls_certs_only([]) }
}

/// Installs ring as the default TLS provider of the process, for clients that do not name one.
///
/// Calling it again changes nothing.
pub fn install_crypto_provider() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have installed it first.
        ring::default_provider().install_default().ok();
    }
}
