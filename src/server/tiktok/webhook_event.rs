//! Parses TikTok's webhook events (<https://developers.tiktok.com/doc/webhooks-events>).
//!
//! TikTok writes the content as JSON inside a JSON string. It is parsed twice, and kept as it is where it is
//! something else. Numbers stay text: post ids exceed 2^53, up to which all JSON parsers agree.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{timestamp, webhook::SignedBody};
use crate::domain::{Activity, ActivityKind, CreatorId, Malformed, OpenId, RemovalReason, Timestamp};

/// Name of the event that a grant has ended.
pub const AUTHORIZATION_REMOVED: &str = "authorization.removed";

/// Name of the event that the test button of TikTok's portal sends. The user that it names is no creator.
const PING: &str = "tiktok.ping";

/// Limit of a name's length; TikTok's are shorter.
const MAX_NAME_CHARS: usize = 128;

/// Fields that name an event's subject, the most specific first.
const SUBJECT_FIELDS: [&str; 4] = ["post_id", "publish_id", "share_id", "request_id"];

/// A parsed event.
#[derive(Debug)]
pub struct WebhookEvent {
    /// Client key of the TikTok app that the event is for.
    pub client_key: String,
    /// The event's name in TikTok's spelling.
    pub name: String,
    /// The time of the event by TikTok's clock.
    pub created_at: Timestamp,
    /// The creator that the event is about; TikTok omits it from some events.
    pub open_id: Option<OpenId>,
    /// The event's other data.
    pub content: Content,
}

/// An event's content.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// JSON, byte for byte.
    Json(Box<RawValue>),
    /// Text that is not JSON.
    Text(String),
}

/// The fields of a body; others are ignored.
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
    /// Parses a body whose signature was verified.
    ///
    /// # Errors
    /// [`Malformed`] when the client key, the name or the time is missing.
    pub fn parse(body: SignedBody<'_>) -> Result<Self, Malformed> {
        let malformed = |why| Malformed { what: "event", why };
        let body: Body<'_> = serde_json::from_slice(body.bytes())
            .map_err(|_| malformed("it is JSON with client_key, event and create_time"))?;
        if !is_valid_name(&body.event) {
            return Err(malformed("its name has 1 to 128 characters, none of them a control character"));
        }
        let open_id = body.user_openid.and_then(scalar_text).and_then(|id| id.parse().ok());
        Ok(Self {
            client_key: body.client_key,
            name: body.event,
            created_at: scalar_text(body.create_time)
                .and_then(|time| timestamp::parse(&time))
                .ok_or(malformed("its create_time is a timestamp"))?,
            open_id,
            content: Content::parse(body.content),
        })
    }

    /// The reason why the grant ended, if this is [`AUTHORIZATION_REMOVED`]; an unreadable reason is an unknown one.
    #[must_use]
    pub fn removal(&self) -> Option<RemovalReason> {
        let number = || self.content.field("reason")?.parse().ok();
        (self.name == AUTHORIZATION_REMOVED).then(|| RemovalReason::of_number(number().unwrap_or(0)))
    }

    /// The creator that the event is stored for. A test event concerns nobody, whomever it names.
    #[must_use]
    pub fn concerns(&self) -> Option<&OpenId> {
        self.open_id.as_ref().filter(|_| self.name != PING)
    }

    /// The event as the creator's profile shows it.
    #[must_use]
    pub fn activity(&self) -> Activity {
        let what = match (self.name.as_str(), self.removal()) {
            (_, Some(reason)) => ActivityKind::Removed(reason),
            ("video.upload.failed", _) => ActivityKind::UploadFailed,
            ("video.publish.completed", _) => ActivityKind::VideoPublished,
            ("portability.download.ready", _) => ActivityKind::DataReady,
            ("post.publish.failed", _) => ActivityKind::PostFailed,
            ("post.publish.complete", _) => ActivityKind::PostComplete,
            ("post.publish.inbox_delivered", _) => ActivityKind::PostInInbox,
            ("post.publish.publicly_available", _) => ActivityKind::PostPublic,
            // TikTok's misspelling, and the correct spelling that may replace it.
            (
                "post.publish.no_longer_publicaly_available" | "post.publish.no_longer_publicly_available",
                _,
            ) => ActivityKind::PostHidden,
            (name, _) => ActivityKind::Other(name.to_owned()),
        };
        let reason = self.content.field("reason").filter(|_| what == ActivityKind::PostFailed);
        Activity {
            reference: SUBJECT_FIELDS
                .iter()
                .find_map(|name| self.content.field(name))
                .filter(|id| is_plain(id)),
            reason: reason.filter(|reason| is_plain(reason)),
            what,
            at: self.created_at,
        }
    }
    /// The data to forward to the operator's receiver.
    #[must_use]
    pub fn forwarded_data<'a>(&'a self, creator: Option<&'a CreatorId>) -> ForwardedData<'a> {
        ForwardedData {
            creator,
            client_key: &self.client_key,
            user_openid: self.open_id.as_ref().map(OpenId::as_str),
            create_time: self.created_at.0,
            content: &self.content,
        }
    }
}

/// The data of a forwarded event: TikTok's field names, the parsed content, and this app's id of the creator.
#[derive(Serialize)]
pub struct ForwardedData<'a> {
    creator: Option<&'a CreatorId>,
    client_key: &'a str,
    user_openid: Option<&'a str>,
    create_time: i64,
    content: &'a Content,
}

impl Content {
    /// Parses the content, twice if it is a string; missing content is an empty text.
    fn parse(raw: Option<&RawValue>) -> Self {
        let Some(raw) = raw else { return Self::Text(String::new()) };
        match scalar_text(raw).filter(|_| raw.get().starts_with('"')) {
            Some(inner) => serde_json::from_str(&inner).map_or(Self::Text(inner), Self::Json),
            None => Self::Json(raw.to_owned()),
        }
    }

    /// A field's text, if the content is an object and the field a string or a number; a number keeps all its
    /// digits.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        let Self::Json(raw) = self else { return None };
        let fields: HashMap<String, &RawValue> = serde_json::from_str(raw.get()).ok()?;
        fields.get(name).and_then(|value| scalar_text(value))
    }
}

/// A string's text, or a number's digits.
fn scalar_text(raw: &RawValue) -> Option<String> {
    let raw = raw.get();
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        Some(b'-' | b'0'..=b'9') => Some(raw.to_owned()),
        _ => None,
    }
}

fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS && !name.chars().any(char::is_control)
}

/// Whether a text may be shown on a page: TikTok's ids and codes have no other characters.
fn is_plain(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests;
