//! Deliveries of events, signed by the test itself: the simulator would not send every one of them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{App, Browser, CLIENT_KEY, CLIENT_SECRET, Page};

/// The header `TikTok-Signature` for `body`.
pub(crate) fn signature(secret: &str, time: i64, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(format!("{time}.{body}"));
    format!("t={time},s={}", hex::encode(mac.finalize().into_bytes()))
}

/// A body that names no user.
pub(crate) fn body(name: &str, time: i64, content: &Value) -> String {
    let content = content.to_string();
    json!({ "client_key": CLIENT_KEY, "event": name, "create_time": time, "content": content }).to_string()
}

impl Browser {
    /// Posts a delivery with that signature.
    pub(crate) async fn deliver(&self, signature: &str, body: &str) -> Page {
        let headers = [("content-type", "application/json"), ("tiktok-signature", signature)];
        self.post_body("/webhook", &headers, body).await
    }
}

impl App {
    /// Posts a delivery whose signature is `age` seconds old by the app's clock.
    pub(crate) async fn deliver_signed(&self, age: i64, body: &str) -> Page {
        let time = self.later(0).plus_seconds(-age).0;
        self.browser().deliver(&signature(CLIENT_SECRET, time, body), body).await
    }
}
