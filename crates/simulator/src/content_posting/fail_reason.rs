//! Why a post failed, as `status/fetch` and `post.publish.failed` name it.

use serde::{Deserialize, Serialize};

/// The documented values of `fail_reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailReason {
    FileFormatCheckFailed,
    DurationCheckFailed,
    FrameRateCheckFailed,
    PictureSizeCheckFailed,
    Internal,
    VideoPullFailed,
    PhotoPullFailed,
    /// The app cancelled the download.
    PublishCancelled,
    /// The creator removed the app while the media was being transferred.
    AuthRemoved,
    SpamRiskTooManyPosts,
    SpamRiskUserBannedFromPosting,
    SpamRiskText,
    SpamRisk,
}
