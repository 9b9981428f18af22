//! One video: invented, or posted through the Content Posting API.

use serde_json::{Value, json};

use crate::avatars;
use crate::clock::Seconds;
use crate::content_posting::posts::Posts;
use crate::creators::Person;
use crate::simulator::Simulator;

/// How long the URL of a cover is valid.
const COVER_LIFETIME: Seconds = 6 * 3600;
/// When the newest invented video was posted: 2025-10-09. Each older one came a day earlier.
const NEWEST: Seconds = 1_760_000_000;
const DAY: Seconds = 86_400;

/// The fields of the video object.
pub(super) const FIELDS: [&str; 15] = [
    "id",
    "create_time",
    "cover_image_url",
    "share_url",
    "video_description",
    "duration",
    "height",
    "width",
    "title",
    "embed_html",
    "embed_link",
    "like_count",
    "comment_count",
    "share_count",
    "view_count",
];

pub(super) struct Video {
    pub(super) id: u64,
    title: String,
    posted_at: Seconds,
    /// The other counts are fractions of it.
    view_count: u64,
}

impl Video {
    /// The public videos of a creator, newest first. A private account has none.
    pub(super) fn all_of(posts: &Posts, creator: Person) -> Vec<Self> {
        if creator.profile.private {
            return Vec::new();
        }
        let posted = posts.public_of(creator).map(|(post, public)| Self {
            id: public.post_id,
            title: post.title.clone(),
            posted_at: public.posted_at,
            view_count: 0,
        });
        let invented = (0..creator.profile.counts.videos).map(|number| Self::invented(creator, number));
        let mut videos: Vec<Self> = posted.chain(invented).collect();
        videos.sort_by_key(|video| std::cmp::Reverse((video.posted_at, video.id)));
        videos
    }

    fn invented(creator: Person, number: u64) -> Self {
        let posted_at = NEWEST.saturating_sub(number * DAY);
        let id = (posted_at << 32) + u64::from(creator.id_seed());
        Self {
            id,
            title: format!("Video {}", creator.profile.counts.videos - number),
            posted_at,
            view_count: 1000 + number,
        }
    }

    pub(super) fn posted_at_ms(&self) -> u64 {
        self.posted_at * 1000
    }

    /// The value of one of `FIELDS`.
    pub(super) fn field(&self, simulator: &Simulator, creator: Person, field: &str) -> Value {
        let embed_link = format!("https://www.tiktok.example/player/v1/{}", self.id);
        match field {
            "id" => json!(self.id.to_string()),
            "create_time" => json!(self.posted_at),
            "cover_image_url" => json!(avatars::signed_url(simulator, creator.profile, COVER_LIFETIME)),
            "share_url" => {
                json!(format!("https://www.tiktok.example/@{}/video/{}", creator.profile.username, self.id))
            }
            "title" | "video_description" => json!(self.title),
            "duration" => json!(30),
            "height" => json!(1024),
            "width" => json!(576),
            "embed_html" => json!(format!(r#"<iframe src="{embed_link}"></iframe>"#)),
            "embed_link" => json!(embed_link),
            "view_count" => json!(self.view_count),
            "like_count" => json!(self.view_count / 10),
            "comment_count" => json!(self.view_count / 100),
            _ => json!(self.view_count / 200),
        }
    }
}
