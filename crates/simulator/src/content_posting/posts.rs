//! All posts, and their ids.

use std::collections::BTreeMap;

use super::post::{Post, PostMode, PublicPost, Status, Transfer};
use crate::clock::Seconds;
use crate::creators::Person;

const DAY: Seconds = 86_400;

/// By the number in their ids, which increases.
#[derive(Default)]
pub(crate) struct Posts {
    posts: BTreeMap<u64, Post>,
    /// How many ids were issued.
    ids: u64,
}

impl Posts {
    /// An id as TikTok's are: the time in the upper half, so that it exceeds 2^53.
    pub(crate) fn next_id(&mut self, now: Seconds) -> u64 {
        self.ids += 1;
        (now << 32) + self.ids
    }

    pub(crate) fn add(&mut self, id: u64, post: Post) {
        self.posts.insert(id, post);
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Post> {
        self.posts.values()
    }

    pub(crate) fn find(&mut self, publish_id: &str) -> Option<&mut Post> {
        let (_, id) = publish_id.rsplit_once('.')?;
        self.posts.get_mut(&id.parse().ok()?).filter(|post| post.publish_id == publish_id)
    }

    /// The post of an upload, if its token is right.
    pub(crate) fn find_upload(&mut self, upload_id: &str, upload_token: &str) -> Option<&mut Post> {
        let post = self.posts.get_mut(&upload_id.parse().ok()?)?;
        let fits = matches!(&post.transfer, Transfer::Upload(task) if task.token == upload_token);
        fits.then_some(post)
    }

    /// How many drafts of the last 24 hours are neither published nor failed.
    pub(crate) fn pending_shares(&self, creator: Person, now: Seconds) -> usize {
        let pending = |post: &&Post| {
            let is_over = matches!(post.status, Status::PublishComplete | Status::Failed);
            post.creator == creator
                && post.mode == PostMode::Inbox
                && !is_over
                && now < post.created_at.saturating_add(DAY)
        };
        self.all().filter(pending).count()
    }

    pub(crate) fn of(&self, creator: Person) -> impl Iterator<Item = &Post> {
        self.all().filter(move |post| post.creator == creator)
    }

    /// What everyone can see of a creator's posts, oldest first.
    pub(crate) fn public_of(&self, creator: Person) -> impl Iterator<Item = (&Post, PublicPost)> {
        self.of(creator).filter_map(|post| post.public.map(|public| (post, public)))
    }
}
