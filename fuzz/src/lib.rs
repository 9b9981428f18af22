//! Signs event bodies as TikTok does, for the fuzz targets.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use sha2::Sha256;

/// The client secret with which events are signed.
pub const SECRET: &str = "the-secret-of-the-fuzzer";

/// [`SECRET`] in the type that the app's settings use.
pub fn secrets() -> [SecretString; 1] {
    [SecretString::from(SECRET)]
}

/// The `TikTok-Signature` header of a body; `time` is signed as it is.
pub fn signature(time: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length");
    let mac = mac.chain_update(time).chain_update(".").chain_update(body);
    format!("t={time},s={}", hex::encode(mac.finalize().into_bytes()))
}
