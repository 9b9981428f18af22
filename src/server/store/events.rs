//! What the store knows of events: TikTok's, as they came, and our own, about a creator's connection.
//!
//! One table holds both, in the order in which they were stored. An event of TikTok's is first stored,
//! then handled; every event may then be forwarded to the operator's own address.

use crate::domain::{CreatorId, OpenId, Timestamp};

/// An event of TikTok's whose signature holds, about to be stored.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// A random UUID: its name towards the operator, in `webhook-id`.
    pub id: String,
    /// SHA-256 of the raw body, hex: TikTok's events have no id of their own.
    pub digest: String,
    /// The TikTok app that it is for.
    pub client_key: String,
    /// TikTok's name of it, as sent.
    pub name: String,
    /// The creator that it is about; TikTok leaves it out of some.
    pub open_id: Option<OpenId>,
    /// TikTok's `create_time`.
    pub created_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// The body as it came.
    pub body: String,
}

/// A stored event, claimed to be handled.
#[derive(Clone, Debug)]
pub struct PendingEvent {
    /// The row; rows count up in the order of their storing.
    pub row: i64,
    /// Counts the claims.
    pub fence: i64,
    /// Our creator of the event's `open_id`, as they are known now.
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
    Handled,
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
#[derive(Clone, Debug)]
pub struct PendingForward {
    /// The row.
    pub row: i64,
    /// Counts the claims.
    pub fence: i64,
    /// Its name towards the operator.
    pub id: String,
    /// Who it is about.
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

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventStatus {
    /// Stored, not handled yet.
    Waiting,
    /// Handled; forwarded too, where that is asked for.
    Done,
    /// Handling was given up.
    SetAside,
    /// Handled, and forwarding waits or is retried.
    Forwarding,
    /// Forwarding was given up.
    Undelivered,
}

/// An event as `creator-connect events` lists it.
#[derive(Clone, Debug)]
pub struct ListedEvent {
    /// The row, by which it is shown and replayed.
    pub row: i64,
    /// Its name towards the operator.
    pub id: String,
    /// Where it stands.
    pub status: EventStatus,
    /// TikTok's name of it, or ours.
    pub name: String,
    /// Who it is about.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// TikTok's name of it, or ours.
    pub name: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// TikTok's body as it came, or what we say of our own.
    pub body: String,
}
