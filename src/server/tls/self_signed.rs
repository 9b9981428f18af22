//! The self-signed certificate of the app.

use std::{io, path::Path};

use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{
    material::{Material, TlsError},
    private_file,
};
use crate::domain::Timestamp;

const DAY: i64 = 86_400;
/// Browsers accept no longer lifetime (CA/Browser Forum, Baseline Requirements 6.3.2).
const LIFETIME: i64 = 397 * DAY;
/// The certificate is renewed when this time or less is left.
const RENEW_BEFORE: i64 = 30 * DAY;
/// The start of validity lies in the past, because clocks of other machines may lag.
const BACKDATED: i64 = 3600;

/// The certificate of `dir` for `names`, created if there is no usable one.
///
/// Names that it has beyond these are no reason to renew: two start commands share one folder.
pub(super) fn current(dir: &Path, names: &[String], now: Timestamp) -> Result<Material, TlsError> {
    let cert_path = dir.join("cert.pem");
    let key_path = dir.join("key.pem");
    match Material::read(&cert_path, &key_path) {
        Ok(material) if is_usable(&material, names, now) => Ok(material),
        Err(TlsError::Read { path, source }) if source.kind() != io::ErrorKind::NotFound => {
            Err(TlsError::Read { path, source })
        }
        _ => {
            let material = make(dir, names, now)?;
            write(&material)?;
            Ok(material)
        }
    }
}

/// Whether it can be used, is for all `names` and has more than 30 days left.
fn is_usable(material: &Material, names: &[String], now: Timestamp) -> bool {
    let Ok(certificate) = material.certificate() else { return false };
    let complete = names.iter().all(|name| certificate.names.contains(name));
    let fresh = certificate.expires_at.seconds_since(now) > RENEW_BEFORE;
    complete && fresh && material.server_config().is_ok()
}

fn make(dir: &Path, names: &[String], now: Timestamp) -> Result<Material, TlsError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "creator-connect");
    params.not_before = to_offset_date_time(now.plus_seconds(-BACKDATED));
    params.not_after = to_offset_date_time(now.plus_seconds(LIFETIME - BACKDATED));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(Material {
        cert: params.self_signed(&key)?.pem().into_bytes(),
        key: Zeroizing::new(key.serialize_pem().into_bytes()),
        cert_path: dir.join("cert.pem"),
        key_path: dir.join("key.pem"),
    })
}

/// A timestamp out of range becomes 1970: such a certificate is renewed at the next check.
fn to_offset_date_time(timestamp: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(timestamp.0).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The key first: a certificate without its key is renewed at the next start, and so is a pair
/// of which only one half is new.
fn write(material: &Material) -> Result<(), TlsError> {
    let write = |path: &Path, content: &[u8]| {
        private_file::write(path, content).map_err(|source| TlsError::Write { path: path.to_owned(), source })
    };
    write(&material.key_path, &material.key)?;
    write(&material.cert_path, &material.cert)
}
