//! The body of a webhook and its signature (`webhooks-events`, `webhooks-verification`).

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::clock::Seconds;
use super::creators::Person;

pub(crate) struct Event {
    pub(crate) name: String,
    /// Left out of the body where TikTok leaves it out.
    pub(crate) creator: Option<Person>,
    pub(crate) content: Value,
    pub(crate) create_time: Seconds,
    pub(crate) time_form: TimeForm,
}

/// The format of the time in a body. TikTok documents seconds as a number; its portal's test event has milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TimeForm {
    #[default]
    Seconds,
    Milliseconds,
    SecondsText,
    MillisecondsText,
}

impl TimeForm {
    fn write(self, milliseconds: u64) -> Value {
        let seconds = milliseconds / 1000;
        match self {
            Self::Seconds => json!(seconds),
            Self::Milliseconds => json!(milliseconds),
            Self::SecondsText => json!(seconds.to_string()),
            Self::MillisecondsText => json!(milliseconds.to_string()),
        }
    }
}

impl Event {
    pub(crate) const REMOVED: &str = "authorization.removed";
    /// The reasons of `authorization.removed` that the simulator itself gives; TikTok's run from 0 to 5.
    pub(crate) const BY_CREATOR: u8 = 1;
    pub(crate) const BY_DEVELOPER: u8 = 5;

    pub(crate) fn removed(creator: Person, reason: u8, now: Seconds) -> Self {
        Self {
            name: Self::REMOVED.to_owned(),
            creator: Some(creator),
            content: json!({"reason": reason}),
            create_time: now,
            time_form: TimeForm::default(),
        }
    }

    /// The request body. `content` is JSON serialized as a string, so that a receiver parses twice; content that
    /// is a string already is sent unchanged, well-formed or not.
    pub(crate) fn body(&self, client_key: &str) -> String {
        let content = match &self.content {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let mut body = Map::new();
        body.insert("client_key".to_owned(), json!(client_key));
        body.insert("event".to_owned(), json!(self.name));
        body.insert("create_time".to_owned(), self.time_form.write(self.create_time.saturating_mul(1000)));
        if let Some(creator) = self.creator {
            body.insert("user_openid".to_owned(), json!(creator.open_id(client_key)));
        }
        body.insert("content".to_owned(), json!(content));
        Value::Object(body).to_string()
    }
}

/// What the portal's test button sends: a time in milliseconds, and an `open_id` of no creator.
pub(crate) fn ping(client_key: &str, now_ms: u64) -> String {
    json!({
        "client_key": client_key,
        "event": "tiktok.ping",
        "create_time": now_ms,
        "user_openid": "act.example12345Example12345Example",
        "content": json!({"reason": "testing Webhook"}).to_string(),
    })
    .to_string()
}

/// The value of the `TikTok-Signature` header: `t=<unix seconds>,s=<hex HMAC-SHA256 of "t.body">`.
pub(crate) fn signature(secret: &str, time: Seconds, body: &str) -> String {
    let mut mac = hmac(secret.as_bytes());
    mac.update(format!("{time}.{body}").as_bytes());
    format!("t={time},s={}", hex::encode(mac.finalize().into_bytes()))
}

/// HMAC-SHA256 with a key of any length.
pub(crate) fn hmac(key: &[u8]) -> Hmac<Sha256> {
    #[expect(
        clippy::expect_used,
        reason = "RFC 2104 hashes long keys and pads short ones: no length is refused"
    )]
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Event, signature};
    use crate::creators::{self, Person};

    #[test]
    fn signature_matches_the_published_vector() {
        let expected = "t=1893456000,s=597d8ac5b3314dc8fbb524ed425227b68e16f1da5c7a4b1b11f7f6a91d08ff1d";
        assert_eq!(signature("example-secret", 1_893_456_000, r#"{"a":1}"#), expected);
    }

    #[test]
    fn event_content_is_json_inside_a_string() {
        let creator = Person::from(creators::find("public").unwrap());
        let body = Event::removed(creator, Event::BY_CREATOR, 7).body("key");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["content"], json!("{\"reason\":1}"));
        assert_eq!(body["user_openid"], json!(creator.open_id("key")));
        assert_eq!(body["create_time"], json!(7));
    }
}
