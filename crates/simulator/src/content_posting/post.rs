//! One post, from init to its final status.

use serde::{Serialize, Serializer};

use super::fail_reason::FailReason;
use super::upload_task::UploadTask;
use crate::clock::Seconds;
use crate::creators::Person;

/// A posting action, identified by its `publish_id`.
pub(crate) struct Post {
    pub(crate) publish_id: String,
    pub(crate) creator: Person,
    pub(crate) mode: PostMode,
    pub(crate) title: String,
    pub(crate) transfer: Transfer,
    pub(crate) created_at: Seconds,
    pub(crate) status: Status,
    /// Set if the status is `Failed`.
    pub(crate) fail_reason: Option<FailReason>,
    /// Set once everyone can see the post.
    pub(crate) public: Option<PublicPost>,
    /// Makes the post fail after the transfer; ordered for its init call.
    pub(crate) ordered_failure: Option<FailReason>,
    /// When the next step is due; none: the post waits for the app or the creator, or is finished.
    pub(crate) due_at: Option<Seconds>,
}

/// How a post gets from the app to the creator's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PostMode {
    /// It is published at once, for everyone or for fewer.
    Direct { public: bool },
    /// It is a draft in the creator's inbox.
    Inbox,
}

/// How the media gets to TikTok.
pub(crate) enum Transfer {
    /// `FILE_UPLOAD`: the app sends the file.
    Upload(UploadTask),
    /// `PULL_FROM_URL`: TikTok fetches the file. Nothing is fetched here.
    Download,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    ProcessingUpload,
    ProcessingDownload,
    SendToUserInbox,
    PublishComplete,
    Failed,
}

#[derive(Clone, Copy)]
pub(crate) struct PublicPost {
    pub(crate) post_id: u64,
    pub(crate) posted_at: Seconds,
}

impl Status {
    /// As TikTok writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ProcessingUpload => "PROCESSING_UPLOAD",
            Self::ProcessingDownload => "PROCESSING_DOWNLOAD",
            Self::SendToUserInbox => "SEND_TO_USER_INBOX",
            Self::PublishComplete => "PUBLISH_COMPLETE",
            Self::Failed => "FAILED",
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl PostMode {
    /// `publish_type` of the webhooks.
    pub(crate) fn publish_type(self) -> &'static str {
        match self {
            Self::Direct { .. } => "DIRECT_POST",
            Self::Inbox => "INBOX_SHARE",
        }
    }
}

impl Transfer {
    /// The status of a post whose media is being transferred.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Upload(_) => Status::ProcessingUpload,
            Self::Download => Status::ProcessingDownload,
        }
    }
}

impl Post {
    /// Whether the media is still being transferred or checked.
    pub(crate) fn is_processing(&self) -> bool {
        matches!(self.status, Status::ProcessingUpload | Status::ProcessingDownload)
    }

    pub(crate) fn fail(&mut self, reason: FailReason) {
        self.status = Status::Failed;
        self.fail_reason = Some(reason);
        self.due_at = None;
    }

    /// The post is published. A public one is moderated before everyone can see it, which takes as long as its
    /// processing.
    pub(crate) fn complete(&mut self, public: bool, now: Seconds, processing_seconds: Seconds) {
        self.status = Status::PublishComplete;
        self.due_at = public.then_some(now + processing_seconds);
    }
}
