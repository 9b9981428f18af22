//! The upload of one file in chunks (`content-posting-api-media-transfer-guide`).

use super::request::Chunks;
use crate::clock::Seconds;

/// How long an `upload_url` is valid.
pub(crate) const VALID_SECONDS: Seconds = 3600;

/// The upload behind an `upload_url`.
pub(crate) struct UploadTask {
    /// Authorizes the upload; part of the URL.
    pub(crate) token: String,
    pub(crate) chunks: Chunks,
    pub(crate) uploaded_bytes: u64,
    pub(crate) expires_at: Seconds,
}

/// The header `Content-Range: bytes {first}-{last}/{total}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) total: u64,
}

impl ContentRange {
    /// None unless it is a range of at least one byte within its total.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let range = Self { first: first.parse().ok()?, last: last.parse().ok()?, total: total.parse().ok()? };
        (range.first <= range.last && range.last < range.total).then_some(range)
    }

    pub(crate) fn length(self) -> u64 {
        self.last - self.first + 1
    }
}

impl UploadTask {
    pub(crate) fn new(token: String, chunks: Chunks, now: Seconds) -> Self {
        Self { token, chunks, uploaded_bytes: 0, expires_at: now + VALID_SECONDS }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.uploaded_bytes == self.chunks.video_size
    }

    /// The expected range: chunks are sequential, each of the size that the init call announced, and the last one has
    /// the rest. None if the upload is complete.
    pub(crate) fn next_range(&self) -> Option<ContentRange> {
        let Chunks { video_size, chunk_size, total_chunk_count } = self.chunks;
        let first = self.uploaded_bytes;
        let is_last = first / chunk_size + 1 >= total_chunk_count;
        let end = if is_last { video_size } else { first + chunk_size };
        (!self.is_complete()).then_some(ContentRange { first, last: end - 1, total: video_size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(uploaded_bytes: u64) -> UploadTask {
        let chunks = Chunks { video_size: 50_000_123, chunk_size: 10_000_000, total_chunk_count: 5 };
        UploadTask { uploaded_bytes, ..UploadTask::new(String::new(), chunks, 0) }
    }

    #[test]
    fn next_range_follows_the_documented_example() {
        let range = |first, last| Some(ContentRange { first, last, total: 50_000_123 });
        assert_eq!(task(0).next_range(), range(0, 9_999_999));
        assert_eq!(task(30_000_000).next_range(), range(30_000_000, 39_999_999));
        assert_eq!(task(40_000_000).next_range(), range(40_000_000, 50_000_122));
        assert_eq!(task(50_000_123).next_range(), None);
    }

    #[test]
    fn content_range_parses_bytes_within_a_total() {
        let range = ContentRange { first: 5, last: 9, total: 10 };
        assert_eq!(ContentRange::parse("bytes 5-9/10"), Some(range));
        assert_eq!(range.length(), 5);
        for bad in ["", "5-9/10", "bytes 9-5/10", "bytes 5-10/10", "bytes 5-9/*", "bytes -9/10", "bytes 5-9"]
        {
            assert_eq!(ContentRange::parse(bad), None, "{bad}");
        }
    }
}
