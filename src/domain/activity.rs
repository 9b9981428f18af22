//! The recent activity of a creator, as their profile shows it.

use serde::{Deserialize, Serialize};

use super::{RemovalReason, Timestamp};

/// Something that happened, here or at TikTok.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// What.
    pub what: ActivityKind,
    /// When it happened; for TikTok's events by TikTok's clock.
    pub at: Timestamp,
    /// TikTok's id of the post or file that it is about, every digit of it; plain ASCII.
    pub reference: Option<String>,
    /// TikTok's own word for why it failed, as `spam_risk_text`; plain ASCII.
    pub reason: Option<String>,
}

/// What can happen to a creator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// They connected for the first time.
    Connected,
    /// They connected again.
    Reconnected,
    /// The connection was ended.
    Disconnected,
    /// The connection broke in a way that only they can mend.
    NeedsReconnect,
    /// What was wrong with the connection is over.
    Recovered,
    /// TikTok ended the connection.
    Removed(RemovalReason),
    /// A video did not reach TikTok.
    UploadFailed,
    /// They published a video that was shared to TikTok.
    VideoPublished,
    /// A copy of their TikTok data can be fetched.
    DataReady,
    /// A post failed.
    PostFailed,
    /// A post was published.
    PostComplete,
    /// A post waits in their TikTok inbox.
    PostInInbox,
    /// A post can be seen by everybody.
    PostPublic,
    /// A post can no longer be seen by everybody.
    PostHidden,
    /// An event that we do not know, by TikTok's name of it.
    Other(String),
}

impl ActivityKind {
    /// One of each, for tables and tests.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let removed = RemovalReason::ALL.iter().copied().map(Self::Removed);
        let plain = [
            Self::Connected,
            Self::Reconnected,
            Self::Disconnected,
            Self::NeedsReconnect,
            Self::Recovered,
            Self::UploadFailed,
            Self::VideoPublished,
            Self::DataReady,
            Self::PostFailed,
            Self::PostComplete,
            Self::PostInInbox,
            Self::PostPublic,
            Self::PostHidden,
            Self::Other("simulator.unknown_event".to_owned()),
        ];
        plain.into_iter().chain(removed).collect()
    }
}
