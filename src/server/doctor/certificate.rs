//! Checks of the TLS certificate: readable, matching its key, valid for the host, not about to expire.

use std::{fs, path::Path};

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use x509_parser::prelude::parse_x509_certificate;

use super::{Finding, files};
use crate::{
    domain::Timestamp,
    server::{
        clock::Clock,
        config::{RedirectUri, TlsConfig},
        tls::{self, Certificate},
    },
};

const SUBJECT: &str = "certificate";
const WARN_DAYS: i64 = 14;
const RENEW: &str = "Put a new certificate and its key into the files of TLS_CERT and TLS_KEY.";
const OWN: &str = "Set TLS_MODE=files with a certificate of a public authority, or TLS_MODE=off behind a proxy that has one.";

/// Checks the certificate that the app would serve, without creating one.
pub(super) async fn check_certificate(tls: &TlsConfig, redirect: &RedirectUri, clock: &dyn Clock) -> Finding {
    match tls {
        TlsConfig::Off => Finding::ok(SUBJECT, "none here: a proxy in front has it (TLS_MODE=off)"),
        TlsConfig::SelfSigned { .. } if !redirect.is_loopback() => Finding::warn(
            SUBJECT,
            format!("a self-made one: every browser warns of {}", redirect.origin()),
            OWN,
        ),
        TlsConfig::SelfSigned { dir, .. } if !dir.join("cert.pem").exists() => {
            files::check_writable(SUBJECT, dir, "CERT_DIR")
        }
        // Reading both files is all that `Files` does.
        TlsConfig::SelfSigned { dir, names } => {
            let (cert, key) = (dir.join("cert.pem"), dir.join("key.pem"));
            match outdated(&cert, &key, names, clock).await {
                Some(finding) => finding,
                None => check_files(&cert, &key, redirect, clock).await,
            }
        }
        TlsConfig::Files { cert, key } => check_files(cert, key, redirect, clock).await,
    }
}

/// The finding about a self-signed certificate that lacks one of `names`: the next start makes another.
async fn outdated(cert: &Path, key: &Path, names: &[String], clock: &dyn Clock) -> Option<Finding> {
    let files = TlsConfig::Files { cert: cert.to_owned(), key: key.to_owned() };
    let certificate = tls::certificate(&files, clock).await.ok().flatten()?;
    let lacks = names.iter().find(|name| !certificate.names.contains(name))?;
    let file = certificate.file.display();
    Some(Finding::ok(SUBJECT, format!("{file} is not for {lacks}: the next start makes another")))
}

async fn check_files(cert: &Path, key: &Path, redirect: &RedirectUri, clock: &dyn Clock) -> Finding {
    let files = TlsConfig::Files { cert: cert.to_owned(), key: key.to_owned() };
    match tls::certificate(&files, clock).await {
        Ok(Some(certificate)) => evaluate(&certificate, redirect, clock.now()),
        Ok(None) => Finding::not_checked(SUBJECT, "there is none"),
        Err(error) => {
            // The last sentence of the error is the remedy.
            let message = error.to_string();
            let (text, remedy) = message.rsplit_once(". ").unwrap_or((&message, RENEW));
            Finding::fail(SUBJECT, text, remedy)
        }
    }
}

fn evaluate(certificate: &Certificate, redirect: &RedirectUri, now: Timestamp) -> Finding {
    let file = certificate.file.display();
    let days = certificate.expires_at.seconds_since(now).div_euclid(86_400);
    let origin = redirect.origin();
    match days {
        ..0 => Finding::fail(SUBJECT, format!("{file} has expired"), RENEW),
        0..WARN_DAYS => Finding::warn(SUBJECT, format!("{file} ends in {days} days"), RENEW),
        _ if !covers_host(&certificate.names, &origin) => Finding::warn(
            SUBJECT,
            format!("{file} is for {}, not for {origin}", certificate.names.join(", ")),
            "Take a certificate that has the host of TIKTOK_REDIRECT_URI, unless a proxy in front has it.",
        ),
        _ if !redirect.is_loopback() && is_self_signed(&certificate.file) => Finding::warn(
            SUBJECT,
            format!("{file} is signed by itself: every browser warns of {origin}"),
            OWN,
        ),
        _ => Finding::ok(SUBJECT, format!("{file} fits its key and ends in {days} days")),
    }
}

/// Whether one of `names`, which may begin with `*.`, is the host of `origin`.
fn covers_host(names: &[String], origin: &str) -> bool {
    let Ok(url) = url::Url::parse(origin) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let fits = |name: &String| match name.strip_prefix("*.") {
        Some(domain) => host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(domain)),
        None => name.eq_ignore_ascii_case(host),
    };
    names.iter().any(fits)
}

fn is_self_signed(file: &Path) -> bool {
    let leaf = fs::read(file).ok().and_then(|pem| CertificateDer::from_pem_slice(&pem).ok());
    let parsed = leaf.as_deref().and_then(|der| parse_x509_certificate(der).ok());
    parsed.is_some_and(|(_, certificate)| certificate.issuer() == certificate.subject())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcard_covers_one_label() {
        let names = ["*.studio.example".to_owned(), "other.example".to_owned(), "::1".to_owned()];
        for origin in ["https://app.studio.example", "https://Other.example:8443", "https://[::1]:5000"] {
            assert!(covers_host(&names, origin), "{origin}");
        }
        for origin in ["https://studio.example", "https://a.b.studio.example", "https://else.example"] {
            assert!(!covers_host(&names, origin), "{origin}");
        }
    }
}
