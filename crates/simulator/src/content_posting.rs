//! The Content Posting API: videos and photos that are posted directly or sent to the creator's inbox as a draft
//! (`content-posting-api-reference-direct-post`, `-upload-video`, `-photo-post`, `-get-video-status`,
//! `content-posting-api-media-transfer-guide`).

pub(crate) mod cancel;
mod checks;
pub(crate) mod control;
mod events;
pub(crate) mod fail_reason;
pub(crate) mod init;
pub(crate) mod lifecycle;
pub(crate) mod post;
pub(crate) mod posts;
mod request;
pub(crate) mod status;
pub(crate) mod upload;
mod upload_task;
