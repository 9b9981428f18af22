//! What an event of TikTok's says (<https://developers.tiktok.com/doc/webhooks-events>).
//!
//! TikTok writes the content as JSON inside a string of JSON. It is read twice, and kept as it is where it
//! is something else. Numbers stay text: ids of posts go beyond the 2^53 up to which every reader agrees.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::webhook::SignedBody;
use crate::domain::{Activity, CreatorId, Happening, Malformed, OpenId, RemovalReason, Timestamp};

/// The event by which TikTok says that a grant has ended.
pub const REMOVED: &str = "authorization.removed";

/// A longer name is none of TikTok's.
const LONGEST_NAME: usize = 128;

/// The last second of the year 9999.
const LAST_MOMENT: i64 = 253_402_300_799;

/// Where an event names what it is about, the most telling first.
const REFERENCES: [&str; 4] = ["post_id", "publish_id", "share_id", "request_id"];

/// One event, read.
#[derive(Debug)]
pub struct WebhookEvent {
    /// The TikTok app that it is for.
    pub client_key: String,
    /// Its name, as TikTok spells it.
    pub name: String,
    /// When it happened, by TikTok's clock.
    pub created_at: Timestamp,
    /// Whom it is about; TikTok leaves it out of some.
    pub open_id: Option<OpenId>,
    /// What else it says.
    pub content: Content,
}

/// An event's content.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// JSON, to the letter.
    Json(Box<RawValue>),
    /// Text that is no JSON.
    Text(String),
}

/// The body as it is written; what it has beside these is left alone.
#[derive(Deserialize)]
struct Body<'a> {
    client_key: String,
    event: String,
    #[serde(borrow)]
    create_time: &'a RawValue,
    #[serde(borrow)]
    user_openid: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

impl WebhookEvent {
    /// Reads a body whose signature holds.
    ///
    /// # Errors
    /// [`Malformed`] when it lacks the app, the name or the time.
    pub fn read(body: SignedBody<'_>) -> Result<Self, Malformed> {
        let malformed = |why| Malformed { what: "event", why };
        let body: Body<'_> = serde_json::from_slice(body.bytes())
            .map_err(|_| malformed("it is JSON with client_key, event and create_time"))?;
        if !is_name(&body.event) {
            return Err(malformed("its name has 1 to 128 characters, none of them a control character"));
        }
        let open_id = body.user_openid.and_then(text).and_then(|id| id.parse().ok());
        Ok(Self {
            client_key: body.client_key,
            name: body.event,
            created_at: moment(body.create_time).ok_or(malformed("its create_time is a moment"))?,
            open_id,
            content: Content::read(body.content),
        })
    }

    /// Why the grant ended, if this is [`REMOVED`]; a reason that cannot be read is an unknown one.
    #[must_use]
    pub fn removal(&self) -> Option<RemovalReason> {
        let number = || self.content.field("reason")?.parse().ok();
        (self.name == REMOVED).then(|| RemovalReason::of_number(number().unwrap_or(0)))
    }

    /// The event as a creator may see it.
    #[must_use]
    pub fn activity(&self) -> Activity {
        let what = match (self.name.as_str(), self.removal()) {
            (_, Some(reason)) => Happening::Removed(reason),
            ("video.upload.failed", _) => Happening::UploadFailed,
            ("video.publish.completed", _) => Happening::VideoPublished,
            ("portability.download.ready", _) => Happening::DataReady,
            ("post.publish.failed", _) => Happening::PostFailed,
            ("post.publish.complete", _) => Happening::PostComplete,
            ("post.publish.inbox_delivered", _) => Happening::PostInInbox,
            ("post.publish.publicly_available", _) => Happening::PostPublic,
            // TikTok's own spelling, and the one that it may be mended to.
            (
                "post.publish.no_longer_publicaly_available" | "post.publish.no_longer_publicly_available",
                _,
            ) => Happening::PostHidden,
            (name, _) => Happening::Other(name.to_owned()),
        };
        let reason = self.content.field("reason").filter(|_| what == Happening::PostFailed);
        Activity {
            reference: REFERENCES.iter().find_map(|name| self.content.field(name)).filter(|id| is_plain(id)),
            reason: reason.filter(|reason| is_plain(reason)),
            what,
            at: self.created_at,
        }
    }
}

/// An event as it is passed on: TikTok's names, the content read, and our own id of the creator.
#[derive(Serialize)]
pub struct Passed<'a> {
    creator: Option<&'a CreatorId>,
    client_key: &'a str,
    user_openid: Option<&'a str>,
    create_time: i64,
    content: &'a Content,
}

impl WebhookEvent {
    /// What is passed on of the event.
    #[must_use]
    pub fn passed<'a>(&'a self, creator: Option<&'a CreatorId>) -> Passed<'a> {
        Passed {
            creator,
            client_key: &self.client_key,
            user_openid: self.open_id.as_ref().map(OpenId::as_str),
            create_time: self.created_at.0,
            content: &self.content,
        }
    }
}

impl Content {
    /// Reads it twice if it is a string; nothing is an empty text.
    fn read(raw: Option<&RawValue>) -> Self {
        let Some(raw) = raw else { return Self::Text(String::new()) };
        match text(raw).filter(|_| raw.get().starts_with('"')) {
            Some(inner) => serde_json::from_str(&inner).map_or(Self::Text(inner), Self::Json),
            None => Self::Json(raw.to_owned()),
        }
    }

    /// A field of an object, where that is a string or a number; a number keeps all its digits.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        let Self::Json(raw) = self else { return None };
        let fields: HashMap<String, &RawValue> = serde_json::from_str(raw.get()).ok()?;
        fields.get(name).and_then(|value| text(value))
    }
}

/// A string's text, or a number's digits.
fn text(raw: &RawValue) -> Option<String> {
    let raw = raw.get();
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        Some(b'-' | b'0'..=b'9') => Some(raw.to_owned()),
        _ => None,
    }
}

/// Seconds as a number, or as the digits of one.
fn moment(raw: &RawValue) -> Option<Timestamp> {
    let seconds: i64 = text(raw)?.parse().ok()?;
    (0..=LAST_MOMENT).contains(&seconds).then_some(Timestamp(seconds))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control)
}

/// Whether it may stand on a page: TikTok's ids and codes have no more than this.
fn is_plain(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests;
