//! The creators who can log in: each one is a special case.

mod cast;

use sha2::{Digest, Sha256};

#[derive(Debug)]
pub(crate) struct Creator {
    /// Names the creator in forms, orders and avatar paths.
    pub(crate) slug: &'static str,
    pub(crate) nickname: &'static str,
    pub(crate) username: &'static str,
    pub(crate) special: Text,
    /// A 240x240 PNG.
    pub(crate) avatar: Option<&'static [u8]>,
    pub(crate) behaviour: Behaviour,
    pub(crate) private: bool,
    pub(crate) comment_disabled: bool,
    pub(crate) verified: bool,
    pub(crate) max_video_seconds: u32,
    pub(crate) bio: &'static str,
    pub(crate) counts: Counts,
}

#[derive(Debug)]
pub(crate) struct Counts {
    pub(crate) followers: u64,
    pub(crate) following: u64,
    pub(crate) likes: u64,
    pub(crate) videos: u64,
}

/// What is special about a creator.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) english: &'static str,
    pub(crate) french: &'static str,
}

/// How TikTok treats this creator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Plain,
    /// Not a target user of the sandbox.
    Outsider,
    /// May not use third-party logins at all.
    Ineligible,
    /// Creator info responds with HTTP 200 and this code, the init calls with 403.
    MayNotPost(&'static str),
    /// Creator info responds with HTTP 500.
    CreatorInfoDown,
    /// User info has no more than `open_id` and `display_name`.
    Minimal,
}

/// A creator who may consent: one of the cast, or one of any number of generated ones with the profile of the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// How TikTok treats them, and what its APIs return of them.
    pub(crate) profile: &'static Creator,
    number: Option<u32>,
}

impl Person {
    pub(crate) fn generated(number: u32) -> Self {
        Self { profile: &cast::CREATORS[0], number: Some(number) }
    }

    /// The slug of one of the cast, or a name that is no slug.
    pub(crate) fn name(&self) -> String {
        self.number.map_or_else(|| self.profile.slug.to_owned(), |number| format!("made-up-{number}"))
    }

    /// The same creator has another `open_id` for every app.
    pub(crate) fn open_id(&self, client_key: &str) -> String {
        dashed(&format!("open_id {client_key} {}", self.name()))
    }

    /// A number that ids of this creator's videos are made from.
    pub(crate) fn id_seed(&self) -> u32 {
        Sha256::digest(self.name()).first_chunk().map_or(0, |head| u32::from_be_bytes(*head))
    }

    pub(crate) fn union_id(&self) -> String {
        dashed(&format!("union_id {}", self.name()))
    }
}

impl From<&'static Creator> for Person {
    fn from(profile: &'static Creator) -> Self {
        Self { profile, number: None }
    }
}

impl PartialEq for Person {
    fn eq(&self, other: &Self) -> bool {
        (self.profile.slug, self.number) == (other.profile.slug, other.number)
    }
}

pub(crate) fn all() -> &'static [Creator] {
    &cast::CREATORS
}

pub(crate) fn find(slug: &str) -> Option<&'static Creator> {
    cast::CREATORS.iter().find(|creator| creator.slug == slug)
}

/// A hash written like a UUID.
fn dashed(seed: &str) -> String {
    let digest = Sha256::digest(seed);
    let mut bytes = digest.iter();
    let mut part = |length: usize| hex::encode(bytes.by_ref().take(length).copied().collect::<Vec<u8>>());
    [part(4), part(2), part(2), part(2), part(6)].join("-")
}
