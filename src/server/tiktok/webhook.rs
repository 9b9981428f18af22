//! How TikTok signs its events (<https://developers.tiktok.com/doc/webhooks-verification>).
//!
//! The signature is taken over the bytes that came, and nothing reads them before it holds: a body
//! can be read only as a [`SignedBody`], and that is what [`Signature::verify`] gives.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::TikTok;
use crate::domain::{Malformed, Timestamp};

/// The header that carries the signature; names of headers have no case.
pub const HEADER: &str = "tiktok-signature";

/// A good header has under a hundred characters.
const LONGEST_HEADER: usize = 512;

/// Moments have ten digits until the year 2286.
const MOST_DIGITS: usize = 12;

/// Why a signature proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The header is not of the documented form.
    #[error("the header TikTok-Signature is malformed: {0}")]
    Malformed(&'static str),
    /// None of our secrets gives this signature.
    #[error("the signature fits neither the body nor any secret of ours")]
    Wrong,
}

/// What the header `TikTok-Signature` says: `t=<unix seconds>,s=<hex>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `t` to the letter, as it was signed.
    time_text: String,
    time: Timestamp,
    mac: [u8; 32],
}

/// A body that TikTok signed, or that was stored because TikTok had signed it.
#[derive(Clone, Copy, Debug)]
pub struct SignedBody<'a>(&'a [u8]);

impl Signature {
    /// Reads the header. Parts that we do not know are passed over, as TikTok may add some; one of ours
    /// that comes twice is refused, because two readers could take two different ones.
    ///
    /// # Errors
    /// [`BadSignature::Malformed`].
    pub fn parse(header: &str) -> Result<Self, BadSignature> {
        if header.len() > LONGEST_HEADER {
            return Err(BadSignature::Malformed("it is too long"));
        }
        let (mut time, mut mac) = (None, None);
        for part in header.split(',') {
            let Some((name, value)) = part.split_once('=') else { continue };
            let earlier = match name.trim() {
                "t" => time.replace(value.trim()),
                "s" => mac.replace(value.trim()),
                _ => None,
            };
            if earlier.is_some() {
                return Err(BadSignature::Malformed("a part comes twice"));
            }
        }
        let time_text = time.ok_or(BadSignature::Malformed("it has no t"))?;
        let mac = mac.ok_or(BadSignature::Malformed("it has no s"))?;
        Ok(Self { time_text: time_text.to_owned(), time: moment(time_text)?, mac: hex_mac(mac)? })
    }

    /// When TikTok signed, by its clock. Believe it only once the signature holds.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Holds the signature against `body` with each of `secrets`, in constant time. During a change of the
    /// secret two are good.
    ///
    /// # Errors
    /// [`BadSignature::Wrong`].
    pub fn verify<'a>(
        &self,
        secrets: &[SecretString],
        body: &'a [u8],
    ) -> Result<SignedBody<'a>, BadSignature> {
        let holds = |secret: &SecretString| {
            let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
                return false;
            };
            let mac = mac.chain_update(self.time_text.as_bytes()).chain_update(b".").chain_update(body);
            mac.verify_slice(&self.mac).is_ok()
        };
        if secrets.iter().any(holds) { Ok(SignedBody(body)) } else { Err(BadSignature::Wrong) }
    }
}

impl<'a> SignedBody<'a> {
    /// A body that comes from the store, which takes signed ones only.
    #[must_use]
    pub const fn from_store(body: &'a str) -> Self {
        Self(body.as_bytes())
    }

    /// SHA-256, hex: what one delivery is known by, for TikTok's events have no id.
    #[must_use]
    pub fn digest(self) -> String {
        hex::encode(Sha256::digest(self.0))
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`Malformed`] when it is not UTF-8, as JSON is.
    pub fn text(self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.0).map_err(|_| Malformed { what: "event", why: "it is UTF-8" })
    }

    /// The bytes as they came.
    pub(super) const fn bytes(self) -> &'a [u8] {
        self.0
    }
}

impl TikTok {
    /// Holds a signature against this app's secrets.
    ///
    /// # Errors
    /// [`BadSignature::Wrong`].
    pub fn verify<'a>(&self, signature: &Signature, body: &'a [u8]) -> Result<SignedBody<'a>, BadSignature> {
        signature.verify(&self.event_secrets, body)
    }
}

fn moment(text: &str) -> Result<Timestamp, BadSignature> {
    let absurd = BadSignature::Malformed("its t is no moment");
    if text.is_empty() || text.len() > MOST_DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(absurd);
    }
    text.parse().map(Timestamp).map_err(|_| absurd)
}

fn hex_mac(text: &str) -> Result<[u8; 32], BadSignature> {
    let mut mac = [0; 32];
    hex::decode_to_slice(text, &mut mac)
        .map_err(|_| BadSignature::Malformed("its s is not 64 hexadecimal digits"))?;
    Ok(mac)
}

#[cfg(test)]
mod tests;
