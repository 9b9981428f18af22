//! A certificate chain with its key, read from files, and the errors of both.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::certificate::Certificate;

/// SHA-256 over certificate and key, to detect a change.
pub(super) type Digest = [u8; 32];

/// An error of the certificate or key; each message names the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}. Check that the file is there and that this user may read it.", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file or its folder cannot be written.
    #[error("cannot write {}: {source}. Make its folder (CERT_DIR) writable for this user.", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// There is no certificate in a file.
    #[error("{} holds no PEM certificate. It has to begin with -----BEGIN CERTIFICATE-----.", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// There is no private key in a file.
    #[error("{} holds no PEM private key. It has to have a -----BEGIN PRIVATE KEY----- block.", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// Certificate and key cannot be used together.
    #[error("{} and {} cannot be used together: {source}. Use the key that belongs to the certificate.",
        cert.display(), key.display())]
    Unusable {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// The error of rustls.
        source: rustls::Error,
    },
    /// A certificate could not be created.
    #[error("cannot make a certificate: {0}. Check that HOST is a plain host name or an address.")]
    Make(#[from] rcgen::Error),
    /// The process is stopping.
    #[error("the work on the certificate was interrupted. Start again.")]
    Interrupted,
}

/// A certificate chain and its key in PEM, with their files.
pub(super) struct Material {
    pub(super) cert_path: PathBuf,
    pub(super) key_path: PathBuf,
    pub(super) cert: Vec<u8>,
    pub(super) key: Zeroizing<Vec<u8>>,
}

impl Material {
    /// Reads both files as they are.
    pub(super) fn read(cert_path: &Path, key_path: &Path) -> Result<Self, TlsError> {
        let read =
            |path: &Path| fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source });
        Ok(Self {
            cert: read(cert_path)?,
            key: Zeroizing::new(read(key_path)?),
            cert_path: cert_path.to_owned(),
            key_path: key_path.to_owned(),
        })
    }

    /// The server configuration: TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
    pub(super) fn server_config(&self) -> Result<ServerConfig, TlsError> {
        let chain = self.chain()?;
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|_| TlsError::NoKey { path: self.key_path.clone() })?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|source| self.unusable(source))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// The parsed first certificate of the chain.
    pub(super) fn certificate(&self) -> Result<Certificate, TlsError> {
        let chain = self.chain()?;
        let leaf = chain.first().and_then(|leaf| Certificate::read(&self.cert_path, leaf));
        leaf.ok_or_else(|| self.no_certificate())
    }

    fn chain(&self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        let chain = CertificateDer::pem_slice_iter(&self.cert).collect::<Result<Vec<_>, _>>();
        chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| self.no_certificate())
    }

    fn no_certificate(&self) -> TlsError {
        TlsError::NoCertificate { path: self.cert_path.clone() }
    }

    fn unusable(&self, source: rustls::Error) -> TlsError {
        TlsError::Unusable { cert: self.cert_path.clone(), key: self.key_path.clone(), source }
    }

    /// The digest of certificate and key.
    pub(super) fn digest(&self) -> Digest {
        let parts = Sha256::new().chain_update(&self.cert).chain_update([0]).chain_update(&*self.key);
        parts.finalize().into()
    }
}
