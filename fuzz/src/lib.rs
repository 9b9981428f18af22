//! Signs webhook events for the fuzz targets, as TikTok does.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use sha2::Sha256;

/// The secret that signs events.
pub const SECRET: &str = "the-secret-of-the-fuzzer";

/// The secrets that the app verifies with.
pub fn secrets() -> [SecretString; 1] {
    [SecretString::from(SECRET)]
}

/// The header `TikTok-Signature` of a body; `time` is signed as text.
pub fn signature(time: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length");
    let mac = mac.chain_update(time).chain_update(".").chain_update(body);
    format!("t={time},s={}", hex::encode(mac.finalize().into_bytes()))
}
