//! Verifies signatures of webhook events (<https://developers.tiktok.com/doc/webhooks-verification>).
//!
//! The signature covers the raw bytes, and nothing parses them before it is verified: a body can be parsed
//! only as a [`SignedBody`], which [`Signature::verify`] returns.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::{TikTok, timestamp};
use crate::domain::{Malformed, Timestamp};

/// Name of the header with the signature; header names are case-insensitive.
pub const HEADER: &str = "tiktok-signature";

/// Limit of the header's length; a valid one has under a hundred bytes.
const MAX_HEADER_BYTES: usize = 512;

/// Error of parsing or verifying a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The header does not have the documented form.
    #[error("the header TikTok-Signature is malformed: {0}")]
    Malformed(&'static str),
    /// No configured secret gives this signature.
    #[error("the signature does not match the body with any configured secret")]
    Wrong,
}

/// The parsed header `TikTok-Signature`: `t=<unix seconds>,s=<hex>`; milliseconds are understood too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The text of `t`, which is what was signed.
    time_text: String,
    time: Timestamp,
    mac: [u8; 32],
}

/// A body whose signature was verified, now or before it was stored.
#[derive(Clone, Copy, Debug)]
pub struct SignedBody<'a>(&'a [u8]);

impl Signature {
    /// Parses the header. Unknown parts are skipped, because TikTok may add some; a repeated `t` or `s` is
    /// refused, because two parsers could use two different ones.
    ///
    /// # Errors
    /// [`BadSignature::Malformed`].
    pub fn parse(header: &str) -> Result<Self, BadSignature> {
        if header.len() > MAX_HEADER_BYTES {
            return Err(BadSignature::Malformed("it is too long"));
        }
        let (mut time, mut mac) = (None, None);
        for part in header.split(',') {
            let Some((name, value)) = part.split_once('=') else { continue };
            let duplicate = match name.trim() {
                "t" => time.replace(value.trim()),
                "s" => mac.replace(value.trim()),
                _ => None,
            };
            if duplicate.is_some() {
                return Err(BadSignature::Malformed("a part comes twice"));
            }
        }
        let time_text = time.ok_or(BadSignature::Malformed("it has no t"))?;
        let mac = mac.ok_or(BadSignature::Malformed("it has no s"))?;
        let time = timestamp::parse(time_text).ok_or(BadSignature::Malformed("its t is not a timestamp"))?;
        Ok(Self { time_text: time_text.to_owned(), time, mac: parse_mac(mac)? })
    }

    /// The time of signing by TikTok's clock. Do not rely on it before the signature is verified.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Verifies the signature of `body` with each of `secrets`, in constant time. Two secrets are valid while
    /// the secret is rotated.
    ///
    /// # Errors
    /// [`BadSignature::Wrong`].
    pub fn verify<'a>(
        &self,
        secrets: &[SecretString],
        body: &'a [u8],
    ) -> Result<SignedBody<'a>, BadSignature> {
        let matches = |secret: &SecretString| {
            let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
                return false;
            };
            let mac = mac.chain_update(self.time_text.as_bytes()).chain_update(b".").chain_update(body);
            mac.verify_slice(&self.mac).is_ok()
        };
        if secrets.iter().any(matches) { Ok(SignedBody(body)) } else { Err(BadSignature::Wrong) }
    }
}

impl<'a> SignedBody<'a> {
    /// Wraps a body from the store, where only verified bodies are saved.
    #[must_use]
    pub const fn from_store(body: &'a str) -> Self {
        Self(body.as_bytes())
    }

    /// SHA-256 in hex; it identifies a delivery, because TikTok's events have no id.
    #[must_use]
    pub fn digest(self) -> String {
        hex::encode(Sha256::digest(self.0))
    }

    /// The body as UTF-8 text.
    ///
    /// # Errors
    /// [`Malformed`] when it is not UTF-8.
    pub fn text(self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.0).map_err(|_| Malformed { what: "event", why: "it is UTF-8" })
    }

    /// The raw bytes.
    pub(super) const fn bytes(self) -> &'a [u8] {
        self.0
    }
}

impl TikTok {
    /// Verifies a signature with this app's secrets.
    ///
    /// # Errors
    /// [`BadSignature::Wrong`].
    pub fn verify<'a>(&self, signature: &Signature, body: &'a [u8]) -> Result<SignedBody<'a>, BadSignature> {
        signature.verify(&self.event_secrets, body)
    }
}

fn parse_mac(text: &str) -> Result<[u8; 32], BadSignature> {
    let mut mac = [0; 32];
    hex::decode_to_slice(text, &mut mac)
        .map_err(|_| BadSignature::Malformed("its s is not 64 hexadecimal digits"))?;
    Ok(mac)
}

#[cfg(test)]
mod tests;
