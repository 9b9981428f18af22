//! The parsed fields of a certificate.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use x509_parser::{extensions::GeneralName, prelude::parse_x509_certificate};

use crate::domain::Timestamp;

/// The fields of a certificate that commands show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The file of the certificate.
    pub file: PathBuf,
    /// The host names and addresses that it covers.
    pub names: Vec<String>,
    /// The expiry.
    pub expires_at: Timestamp,
    /// SHA-256 of the certificate, as browsers show it: `AB:CD:…`.
    pub fingerprint: String,
}

impl Certificate {
    /// Parses a certificate; `None` if it is invalid.
    pub(super) fn read(file: &Path, der: &CertificateDer<'_>) -> Option<Self> {
        let (_, parsed) = parse_x509_certificate(der).ok()?;
        let alternatives = parsed.subject_alternative_name().ok()?;
        let names = alternatives
            .map_or_else(Vec::new, |names| names.value.general_names.iter().filter_map(name).collect());
        let expires_at = Timestamp(parsed.validity().not_after.timestamp());
        Some(Self { file: file.to_owned(), names, expires_at, fingerprint: fingerprint(der) })
    }
}

fn name(general: &GeneralName<'_>) -> Option<String> {
    match general {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = || <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from);
    v4().or_else(v6)
}

fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}
