//! Whether posts to a creator's account are possible.

use super::{ConnectionState, FetchOutcome, Profile, Scope};

/// Whether the operator can post to the account now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostingStatus {
    /// Posts are possible.
    Ready,
    /// The creator did not grant the scope.
    NotAllowed,
    /// TikTok says that the scope is not granted any more.
    Withdrawn,
    /// TikTok has banned the account from posting.
    Blocked,
    /// The creator's daily limit is reached.
    LimitReached,
    /// The daily limit of the app's creators is reached.
    AppLimitReached,
    /// TikTok has not said it.
    Unknown,
}

impl PostingStatus {
    /// Every status, for tables and tests.
    pub const ALL: [Self; 7] = [
        Self::Ready,
        Self::NotAllowed,
        Self::Withdrawn,
        Self::Blocked,
        Self::LimitReached,
        Self::AppLimitReached,
        Self::Unknown,
    ];

    /// Whether the creator can enable posts by granting the scope.
    #[must_use]
    pub const fn needs_permission(self) -> bool {
        matches!(self, Self::NotAllowed | Self::Withdrawn)
    }

    /// Whether the stored limits of posts say what is possible.
    #[must_use]
    pub const fn has_limits(self) -> bool {
        !matches!(self, Self::NotAllowed | Self::Withdrawn | Self::Blocked)
    }
}

impl Profile {
    /// Whether posts are possible; `None` without a working connection, and where the app does not ask to post.
    #[must_use]
    pub fn posting_status(&self) -> Option<PostingStatus> {
        if matches!(self.state, ConnectionState::NeedsReconnect | ConnectionState::Disconnected) {
            return None;
        }
        if self.missing.contains(Scope::VIDEO_PUBLISH) {
            return Some(PostingStatus::NotAllowed);
        }
        self.granted.contains(Scope::VIDEO_PUBLISH).then(|| match self.creator_info {
            FetchOutcome::PermissionMissing => PostingStatus::Withdrawn,
            FetchOutcome::BannedFromPosting => PostingStatus::Blocked,
            FetchOutcome::TooManyPosts => PostingStatus::LimitReached,
            FetchOutcome::AppCapReached => PostingStatus::AppLimitReached,
            FetchOutcome::Known => PostingStatus::Ready,
            // What TikTok said last holds until it says something else.
            _ if self.posting.is_some() => PostingStatus::Ready,
            _ => PostingStatus::Unknown,
        })
    }
}
