//! The JSON bodies of the Content Posting API, parsed and checked.

use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::envelope::ApiError;

/// TikTok writes MB; its example of a file of 4 MB has 4,194,304 bytes.
const MB: u64 = 1024 * 1024;
const MIN_CHUNK_SIZE: u64 = 5 * MB;
const MAX_CHUNK_SIZE: u64 = 64 * MB;
const MAX_CHUNK_COUNT: u64 = 1000;
const MAX_VIDEO_SIZE: u64 = 4 * 1024 * MB;
const MAX_VIDEO_TITLE: usize = 2200;
const MAX_PHOTO_TITLE: usize = 90;
const MAX_DESCRIPTION: usize = 4000;
const MAX_PHOTOS: usize = 35;

/// `video/init/` and `inbox/video/init/`.
#[derive(Deserialize)]
pub(crate) struct VideoRequest {
    /// Of direct posts alone.
    pub(crate) post_info: Option<PostInfo>,
    pub(crate) source_info: VideoSource,
}

/// `content/init/`.
#[derive(Deserialize)]
pub(crate) struct PhotoRequest {
    /// `PHOTO` is the only one.
    #[serde(rename = "media_type")]
    _media_type: MediaType,
    pub(crate) post_mode: PhotoMode,
    #[serde(default)]
    pub(crate) post_info: PostInfo,
    pub(crate) source_info: PhotoSource,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PostInfo {
    pub(crate) privacy_level: Option<String>,
    pub(crate) title: String,
    pub(crate) description: String,
}

#[derive(Deserialize)]
#[serde(tag = "source")]
pub(crate) enum VideoSource {
    #[serde(rename = "FILE_UPLOAD")]
    FileUpload(Chunks),
    #[serde(rename = "PULL_FROM_URL")]
    PullFromUrl { video_url: String },
}

/// How a file is divided into chunks.
#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Chunks {
    /// In bytes.
    pub(crate) video_size: u64,
    /// In bytes; of every chunk but the last, which may be larger.
    pub(crate) chunk_size: u64,
    pub(crate) total_chunk_count: u64,
}

#[derive(Deserialize)]
#[serde(tag = "source")]
pub(crate) enum PhotoSource {
    #[serde(rename = "PULL_FROM_URL")]
    PullFromUrl { photo_images: Vec<String>, photo_cover_index: usize },
}

#[derive(Deserialize)]
enum MediaType {
    #[serde(rename = "PHOTO")]
    Photo,
}

/// The reference's table spells `DIRECT POST`, its examples `DIRECT_POST`; the latter works in the field.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PhotoMode {
    DirectPost,
    MediaUpload,
}

/// `status/fetch/` and `cancel/`.
#[derive(Deserialize)]
pub(crate) struct PublishId {
    pub(crate) publish_id: String,
}

/// A JSON body with that content type; anything else is `invalid_param`.
pub(crate) fn parse<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, ApiError> {
    let media = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    if !media.to_ascii_lowercase().starts_with(b"application/json") {
        return Err(ApiError::invalid_param("Content-Type must be application/json"));
    }
    serde_json::from_slice(body).map_err(|error| ApiError::invalid_param(&error.to_string()))
}

impl Chunks {
    /// Errors: `invalid_param`; `invalid_file_upload` for a file that is too large. TikTok lists the latter for all
    /// its APIs and does not say where it occurs.
    pub(crate) fn check(self) -> Result<(), ApiError> {
        let Self { video_size, chunk_size, total_chunk_count } = self;
        let is_small = video_size < MIN_CHUNK_SIZE;
        let fitting_size = (MIN_CHUNK_SIZE..=MAX_CHUNK_SIZE).contains(&chunk_size);
        let problem = match video_size.checked_div(chunk_size) {
            _ if video_size > MAX_VIDEO_SIZE => {
                return Err(ApiError::new("invalid_file_upload", "the video is larger than 4 GB"));
            }
            _ if video_size == 0 => "video_size must be positive",
            None => "chunk_size must be positive",
            Some(_) if is_small && chunk_size != video_size => "a video below 5 MB is one chunk",
            Some(_) if !is_small && !fitting_size => "chunk_size must be between 5 MB and 64 MB",
            Some(count) if count != total_chunk_count => {
                "total_chunk_count must be video_size divided by chunk_size, rounded down"
            }
            Some(0) => "chunk_size must not exceed video_size",
            Some(count) if count > MAX_CHUNK_COUNT => "there may be at most 1000 chunks",
            Some(1) if video_size > MAX_CHUNK_SIZE => "a video above 64 MB needs more than one chunk",
            Some(_) => return Ok(()),
        };
        Err(ApiError::invalid_param(problem))
    }
}

impl PostInfo {
    pub(crate) fn check_video(&self) -> Result<(), ApiError> {
        check_length("title", &self.title, MAX_VIDEO_TITLE)
    }

    pub(crate) fn check_photo(&self) -> Result<(), ApiError> {
        check_length("title", &self.title, MAX_PHOTO_TITLE)?;
        check_length("description", &self.description, MAX_DESCRIPTION)
    }
}

impl PhotoSource {
    /// The URLs of 1 to 35 photos, one of which is the cover.
    pub(crate) fn images(&self) -> Result<&[String], ApiError> {
        let Self::PullFromUrl { photo_images, photo_cover_index } = self;
        if !(1..=MAX_PHOTOS).contains(&photo_images.len()) {
            return Err(ApiError::invalid_param("photo_images must have 1 to 35 URLs"));
        }
        if *photo_cover_index >= photo_images.len() {
            return Err(ApiError::invalid_param("photo_cover_index is not the index of a photo"));
        }
        Ok(photo_images)
    }
}

/// Lengths count UTF-16 units.
fn check_length(name: &str, text: &str, max: usize) -> Result<(), ApiError> {
    if text.encode_utf16().count() <= max {
        return Ok(());
    }
    Err(ApiError::invalid_param(&format!("{name} is longer than {max}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(video_size: u64, chunk_size: u64, total_chunk_count: u64) -> bool {
        Chunks { video_size, chunk_size, total_chunk_count }.check().is_ok()
    }

    #[test]
    fn chunks_within_the_documented_limits_are_accepted() {
        assert!(is_accepted(50_000_123, 10_000_000, 5), "the documented example");
        assert!(is_accepted(4 * MB, 4 * MB, 1), "a small video as a whole");
        assert!(is_accepted(64 * MB, 64 * MB, 1));
        assert!(is_accepted(1, 1, 1));
        assert!(is_accepted(MAX_VIDEO_SIZE, MAX_CHUNK_SIZE, 64));
    }

    #[test]
    fn chunks_outside_the_documented_limits_are_refused() {
        for (size, chunk, count, problem) in [
            (0, 0, 0, "no bytes"),
            (50_000_123, 0, 1, "no chunk size"),
            (50_000_123, 10_000_000, 6, "rounded up"),
            (50_000_123, 4 * MB, 11, "chunks too small"),
            (200 * MB, 65 * MB, 3, "chunks too large"),
            (4 * MB, 2 * MB, 2, "a small video in pieces"),
            (10 * MB, 20 * MB, 0, "a chunk larger than the video"),
            (100 * MB, 64 * MB, 1, "a large video as a whole"),
            (MAX_VIDEO_SIZE + 1, MAX_CHUNK_SIZE, 64, "more than 4 GB"),
        ] {
            assert!(!is_accepted(size, chunk, count), "{problem}");
        }
    }

    #[test]
    fn title_length_counts_utf16_units() {
        let info = |title: &str| PostInfo { title: title.to_owned(), ..PostInfo::default() };
        assert!(info(&"🎬".repeat(1100)).check_video().is_ok());
        assert!(info(&"🎬".repeat(1101)).check_video().is_err());
        assert!(info(&"a".repeat(91)).check_photo().is_err());
    }
}
