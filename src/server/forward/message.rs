//! Standard Webhooks messages, `{"type", "timestamp", "data"}`, and their signatures.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::Sha256;

use crate::{
    domain::Timestamp,
    server::{
        clock::rfc3339,
        store::PendingForward,
        tiktok::{webhook::SignedBody, webhook_event::WebhookEvent},
    },
};

/// One message; every delivery of an event has the same one.
pub(super) struct Message {
    /// The `webhook-id`, by which the receiver detects repetitions.
    pub(super) id: String,
    pub(super) body: String,
}

#[derive(Serialize)]
struct Body<'a, D> {
    r#type: &'a str,
    timestamp: String,
    data: D,
}

impl Message {
    /// Builds the message of `event`.
    pub(super) fn new(event: &PendingForward) -> Self {
        let body = match WebhookEvent::parse(SignedBody::from_store(&event.body)) {
            Ok(webhook_event) => body_json(event, webhook_event.forwarded_data(event.creator.as_ref())),
            Err(_) => own_event_json(event),
        };
        Self { id: event.id.clone(), body }
    }

    /// The `webhook-signature` header: a signature by each secret, the newest first.
    pub(super) fn signatures(&self, secrets: &[SecretSlice<u8>], now: Timestamp) -> String {
        let signatures: Vec<String> = secrets.iter().map(|secret| self.signature(secret, now)).collect();
        signatures.join(" ")
    }

    fn signature(&self, secret: &SecretSlice<u8>, now: Timestamp) -> String {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret()) else { return String::new() };
        let mac = mac.chain_update(format!("{}.{}.", self.id, now.0)).chain_update(&self.body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The body of one of the app's own events, whose data is JSON already.
fn own_event_json(event: &PendingForward) -> String {
    match serde_json::from_str::<&RawValue>(&event.body) {
        Ok(data) => body_json(event, data),
        Err(_) => body_json(event, &event.body),
    }
}

fn body_json(event: &PendingForward, data: impl Serialize) -> String {
    let body = Body { r#type: &event.name, timestamp: rfc3339(event.created_at), data };
    // It cannot fail: that would take a map with keys that are not text.
    serde_json::to_string(&body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::{Value, json};
    use standardwebhooks::Webhook;

    use super::*;
    use crate::server::clock::{Clock as _, SystemClock};

    fn event(name: &str, body: &str) -> PendingForward {
        PendingForward {
            row: 7,
            fence: 1,
            id: "0f1e2d3c-1111-4222-8333-abcdefabcdef".to_owned(),
            creator: Some("00000000-0000-4000-8000-00000000000a".parse().unwrap()),
            name: name.to_owned(),
            created_at: Timestamp(1_893_456_000),
            received_at: Timestamp(1_893_456_001),
            body: body.to_owned(),
            attempts: 1,
        }
    }

    #[test]
    fn tiktok_event_keeps_content_and_every_digit() {
        let body = r#"{"client_key":"awx7","event":"post.publish.publicly_available","create_time":1893456000,
            "user_openid":"someone","content":"{\"post_id\":9007199254740993, \"n\":18446744073709551617}"}"#;
        let message = Message::new(&event("post.publish.publicly_available", body));
        assert_eq!(
            message.body,
            r#"{"type":"post.publish.publicly_available","timestamp":"2030-01-01T00:00:00Z","data":{"creator":"00000000-0000-4000-8000-00000000000a","client_key":"awx7","user_openid":"someone","create_time":1893456000,"content":{"post_id":9007199254740993, "n":18446744073709551617}}}"#
        );
    }

    #[test]
    fn content_without_json_is_forwarded_as_text() {
        let body = json!({ "client_key": "k", "event": "e", "create_time": 1, "content": "not { json" });
        let message: Value =
            serde_json::from_str(&Message::new(&event("e", &body.to_string())).body).unwrap();
        assert_eq!(message["data"]["content"], json!("not { json"));
        assert_eq!(message["data"]["user_openid"], Value::Null);
    }

    #[test]
    fn own_event_keeps_its_data() {
        let own = r#"{"creator":"00000000-0000-4000-8000-00000000000a","cause":"by_creator"}"#;
        let message: Value =
            serde_json::from_str(&Message::new(&event("creator.disconnected", own)).body).unwrap();
        assert_eq!(message["type"], json!("creator.disconnected"));
        assert_eq!(message["data"], serde_json::from_str::<Value>(own).unwrap());
    }

    /// Whether the `standardwebhooks` crate accepts the message.
    fn verifies(message: &Message, now: Timestamp, signatures: &str, secret: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", message.id.parse().unwrap());
        headers.insert("webhook-timestamp", now.0.into());
        headers.insert("webhook-signature", signatures.parse().unwrap());
        Webhook::new(secret).unwrap().verify(message.body.as_bytes(), &headers).is_ok()
    }

    #[test]
    fn message_verifies_with_either_secret_only() {
        let (old, new) = ([7; 24], [8; 64]);
        let secrets = [new.to_vec(), old.to_vec()].map(SecretSlice::from);
        let message = Message::new(&event("creator.connected", r#"{"creator":"é"}"#));
        let now = SystemClock.now();
        let signatures = message.signatures(&secrets, now);
        let encoded = |secret: &[u8]| format!("whsec_{}", STANDARD.encode(secret));
        assert!(verifies(&message, now, &signatures, &encoded(&new)));
        assert!(verifies(&message, now, &signatures, &encoded(&old)));
        assert!(!verifies(&message, now, &signatures, &encoded(&[9; 24])));
        assert!(!verifies(&message, now.plus_seconds(1), &signatures, &encoded(&new)));
        let changed = Message { body: message.body.replace('é', "e"), id: message.id.clone() };
        assert!(!verifies(&changed, now, &signatures, &encoded(&new)));
    }
}
