//! Events: TikTok's, as received, and our own, about a creator's connection.
//!
//! One table holds both, in the order in which they were stored. An event of TikTok's is first stored,
//! then handled; every event may then be forwarded to the operator's own address.

use std::str::FromStr;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{StoreError, text};
use crate::domain::{CreatorId, Malformed, OpenId, Timestamp};

/// How long the ledger knows a delivery, in seconds: longer than TikTok repeats one, and longer than the
/// oldest signature that is accepted.
pub(super) const LEDGER_SECONDS: i64 = 96 * 3600;

/// How long an event is kept, in seconds.
pub(super) const KEPT_SECONDS: i64 = 180 * 86_400;

/// Of each creator so many are kept, and what the ledger still needs.
pub(super) const KEPT_FOR_EACH: u32 = 1000;

/// Saves, claims, completes, lists and replays events.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Stores an event of TikTok's, whose digest is not in the ledger yet; `false`, and nothing stored,
    /// when it is: the delivery is a repetition.
    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError>;

    /// Claims stored events to be handled, oldest first, each for `lease_seconds` by the store's clock.
    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError>;

    /// Writes how handling ended; `false` when the fence is no longer the latest.
    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError>;

    /// Claims handled events, and our own, to be forwarded; of each creator the oldest alone.
    async fn claim_forwards(&self, limit: u32, lease_seconds: u32)
    -> Result<Vec<PendingForward>, StoreError>;

    /// Writes how forwarding ended; `false` when the fence is no longer the latest.
    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError>;

    /// Stored events: newest first, or oldest first with a bound `after`.
    async fn events(&self, query: &EventQuery) -> Result<Vec<ListedEvent>, StoreError>;

    /// Brings back an event that was set aside or given up, or forwards one again that was delivered;
    /// `false` when there is none, or it is on its way.
    async fn replay_event(&self, row: i64) -> Result<bool, StoreError>;

    /// A creator's recent events, newest first.
    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError>;
}

/// An event of TikTok's whose signature holds, about to be stored.
#[derive(Clone, Debug, Serialize)]
pub struct NewEvent {
    /// A random UUID: its name towards the operator, in `webhook-id`.
    #[serde(rename = "uid")]
    pub id: String,
    /// SHA-256 of the raw body, hex: TikTok's events have no id of their own.
    pub digest: String,
    /// The TikTok app that it is for.
    pub client_key: String,
    /// TikTok's name of it, as sent.
    pub name: String,
    /// The creator that it is about; TikTok leaves it out of some.
    #[serde(serialize_with = "text::open_id")]
    pub open_id: Option<OpenId>,
    /// TikTok's `create_time`.
    pub created_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// The body as it came.
    pub body: String,
}

/// A stored event, claimed to be handled.
#[derive(Clone, Debug, Deserialize)]
pub struct PendingEvent {
    /// The row; rows count up in the order of their storing.
    pub row: i64,
    /// Counts the claims.
    pub fence: i64,
    /// Our creator of the event's `open_id`, as they are known now.
    #[serde(rename = "creator_id")]
    pub creator: Option<CreatorId>,
    /// TikTok's name of it.
    pub name: String,
    /// TikTok's `create_time`.
    pub created_at: Timestamp,
    /// The body as it came.
    pub body: String,
    /// Claims so far, this one included.
    pub attempts: u32,
}

/// How handling ended.
#[derive(Clone, Debug)]
pub enum EventOutcome {
    /// Its effect is there.
    Handled {
        /// Whether it is to be forwarded now.
        forward: bool,
    },
    /// To be tried again so many seconds from now.
    Retry {
        /// Seconds.
        after: u32,
        /// What went wrong, for the operator; nothing personal.
        error: String,
    },
    /// Set aside: only `creator-connect events replay` brings it back.
    SetAside {
        /// What went wrong.
        error: String,
    },
}

/// A stored event, claimed to be forwarded. Of one creator's events only the oldest that is neither
/// delivered nor given up is ever claimed.
#[derive(Clone, Debug, Deserialize)]
pub struct PendingForward {
    /// The row.
    pub row: i64,
    /// Counts the claims.
    pub fence: i64,
    /// Its name towards the operator.
    #[serde(rename = "uid")]
    pub id: String,
    /// Who it is about.
    #[serde(rename = "creator_id")]
    pub creator: Option<CreatorId>,
    /// TikTok's name of it, or ours (`creator.connected`).
    pub name: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// When it was stored.
    pub received_at: Timestamp,
    /// TikTok's body as it came; of our own events a JSON object of what there is to say.
    pub body: String,
    /// Claims so far, this one included.
    pub attempts: u32,
}

/// How forwarding ended.
#[derive(Clone, Debug)]
pub enum ForwardOutcome {
    /// The operator's address took it.
    Delivered,
    /// To be tried again so many seconds from now.
    Retry {
        /// Seconds.
        after: u32,
        /// What went wrong.
        error: String,
    },
    /// Given up: only `creator-connect events replay` brings it back.
    Dead {
        /// What went wrong.
        error: String,
    },
}

/// Which events are listed. Every field narrows the list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EventQuery {
    /// The event's name towards the operator.
    #[serde(rename = "uid")]
    pub id: Option<String>,
    /// Those in one status.
    pub status: Option<EventStatus>,
    /// Those of one name.
    pub name: Option<String>,
    /// Those about one creator.
    #[serde(rename = "creator_id")]
    pub creator: Option<CreatorId>,
    /// Those before this row.
    pub before: Option<i64>,
    /// Those after this row, oldest first.
    pub after: Option<i64>,
    /// So many.
    pub limit: u32,
}

impl EventQuery {
    /// The newest `limit` events.
    #[must_use]
    pub const fn newest(limit: u32) -> Self {
        Self { id: None, status: None, name: None, creator: None, before: None, after: None, limit }
    }
}

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    /// Stored, not handled yet.
    Waiting,
    /// Handled; forwarded too, where forwarding is configured.
    Done,
    /// Handling was given up.
    SetAside,
    /// Handled, and forwarding waits or is retried.
    Forwarding,
    /// Forwarding was given up.
    Undelivered,
}

impl EventStatus {
    /// Each of them.
    pub const ALL: [Self; 5] =
        [Self::Waiting, Self::Done, Self::SetAside, Self::Forwarding, Self::Undelivered];

    /// The name as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::SetAside => "set_aside",
            Self::Forwarding => "forwarding",
            Self::Undelivered => "undelivered",
        }
    }
}

impl FromStr for EventStatus {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or(Malformed { what: "event status", why: "it is none of the known names" })
    }
}

/// How a claim ended, as both stores write it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CompletedEvent {
    pub(super) row: i64,
    pub(super) fence: i64,
    /// Where the row must stand.
    pub(super) stage: EventStatus,
    /// Where it stands then.
    pub(super) status: EventStatus,
    /// Until its next try, in seconds.
    pub(super) after: u32,
    pub(super) error: Option<String>,
}

impl CompletedEvent {
    /// Of an event that was claimed to be handled.
    pub(super) fn handling(row: i64, fence: i64, outcome: &EventOutcome) -> Self {
        let (status, after, error) = match outcome {
            EventOutcome::Handled { forward: true } => (EventStatus::Forwarding, 0, None),
            EventOutcome::Handled { forward: false } => (EventStatus::Done, 0, None),
            EventOutcome::Retry { after, error } => (EventStatus::Waiting, *after, Some(error)),
            EventOutcome::SetAside { error } => (EventStatus::SetAside, 0, Some(error)),
        };
        Self { row, fence, stage: EventStatus::Waiting, status, after, error: error.cloned() }
    }

    /// Of an event that was claimed to be forwarded.
    pub(super) fn forwarding(row: i64, fence: i64, outcome: &ForwardOutcome) -> Self {
        let (status, after, error) = match outcome {
            ForwardOutcome::Delivered => (EventStatus::Done, 0, None),
            ForwardOutcome::Retry { after, error } => (EventStatus::Forwarding, *after, Some(error)),
            ForwardOutcome::Dead { error } => (EventStatus::Undelivered, 0, Some(error)),
        };
        Self { row, fence, stage: EventStatus::Forwarding, status, after, error: error.cloned() }
    }
}

/// An event as `creator-connect events` lists it.
#[derive(Clone, Debug, Deserialize)]
pub struct ListedEvent {
    /// The row, by which it is shown and replayed.
    pub row: i64,
    /// Its name towards the operator.
    #[serde(rename = "uid")]
    pub id: String,
    /// Where it stands.
    pub status: EventStatus,
    /// TikTok's name of it, or ours.
    pub name: String,
    /// Who it is about.
    #[serde(rename = "creator_id")]
    pub creator: Option<CreatorId>,
    /// When it happened.
    pub created_at: Timestamp,
    /// When it was stored.
    pub received_at: Timestamp,
    /// Tries to handle it.
    pub attempts: u32,
    /// Tries to forward it.
    pub forward_attempts: u32,
    /// What went wrong last.
    pub error: Option<String>,
    /// The body as it came.
    pub body: String,
}

/// Something that happened to a creator, for their profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// TikTok's name of it, or ours.
    pub name: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// TikTok's body as it came, or what we say of our own.
    pub body: String,
}
