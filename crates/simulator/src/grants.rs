//! Codes, grants and tokens: who let the app do what, and for how long (`oauth-user-access-token-management`).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::clock::Seconds;
use super::creators::{Creator, Person};
use super::history::{Asked, Digest, Fate, History, Outcome, digest};
use super::mint::Mint;
use super::settings::Lifetimes;

/// How long an authorization code may wait for its exchange. TikTok documents no figure; field reports speak of
/// seconds to minutes, so the shortest is taken.
pub(crate) const CODE_SECONDS: Seconds = 60;

#[derive(Default)]
pub(crate) struct Grants {
    /// Whom a person sees under "manage apps", by creator slug.
    pub(crate) authorised: BTreeMap<&'static str, Authorisation>,
    /// In order of issue; never removed, so that an index stays valid.
    pub(crate) list: Vec<Grant>,
    codes: HashMap<String, Code>,
    tokens: Tokens,
}

/// From a token to its grant's place in the list.
#[derive(Default)]
struct Tokens {
    access: HashMap<String, Access>,
    /// Every refresh token there ever was, so that one that comes again is known for what it is.
    refresh: HashMap<Digest, Refresh>,
}

/// A creator's consent, as it stands now.
pub(crate) struct Authorisation {
    pub(crate) creator: &'static Creator,
    pub(crate) scopes: Vec<String>,
    pub(crate) since: Seconds,
}

#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) creator: &'static Creator,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) expires_at: Seconds,
}

/// What one consent has led to.
pub(crate) struct Grant {
    pub(crate) creator: Person,
    /// Shared: a hundred thousand grants have the same few.
    pub(crate) scopes: Arc<[String]>,
    pub(crate) issued_at: Seconds,
    pub(crate) access_expires_at: Seconds,
    /// Absolute: refreshing does not move it.
    pub(crate) refresh_expires_at: Seconds,
    /// How often it was refreshed.
    pub(crate) generation: u32,
    pub(crate) ended: bool,
    /// Of the one refresh token that lives.
    pub(crate) digest: Digest,
    pub(crate) history: History,
}

struct Access {
    grant: usize,
    expires_at: Seconds,
}

#[derive(Clone, Copy)]
struct Refresh {
    grant: usize,
    /// Of the grant, when this token was issued.
    generation: u32,
}

/// A pair of tokens just made.
pub(crate) struct Issued {
    pub(crate) grant: usize,
    pub(crate) creator: Person,
    pub(crate) scopes: Arc<[String]>,
    pub(crate) access_token: String,
    pub(crate) expires_in: Seconds,
    pub(crate) refresh_token: String,
    pub(crate) refresh_expires_in: Seconds,
}

/// What tokens are made with.
pub(crate) struct Terms<'a> {
    pub(crate) mint: &'a Mint,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) rotate: bool,
    pub(crate) now_ms: u64,
}

impl Terms<'_> {
    pub(crate) fn now(&self) -> Seconds {
        self.now_ms / 1000
    }
}

impl Grants {
    /// Records what a creator said yes to; it replaces what they said before.
    pub(crate) fn consent(&mut self, creator: &'static Creator, scopes: Vec<String>, now: Seconds) {
        let consent = Authorisation { creator, scopes, since: now };
        self.authorised.insert(creator.slug, consent);
    }

    pub(crate) fn add_code(&mut self, text: String, code: Code) {
        self.codes.insert(text, code);
    }

    /// Takes the code out, so that no code serves twice, not even after a failed exchange.
    pub(crate) fn take_code(&mut self, text: &str, now: Seconds) -> Option<Code> {
        self.codes.remove(text).filter(|code| now < code.expires_at)
    }

    /// Gives a grant with its first tokens. Older grants of the creator stay alive: TikTok documents no end for them.
    pub(crate) fn open(&mut self, creator: Person, scopes: Arc<[String]>, terms: &Terms<'_>) -> Issued {
        let now = terms.now();
        let mut grant = Grant {
            creator,
            scopes,
            issued_at: now,
            access_expires_at: 0,
            refresh_expires_at: now + terms.lifetimes.refresh_seconds(),
            generation: 0,
            ended: false,
            digest: Digest::default(),
            history: History::default(),
        };
        let issued = self.tokens.issue(self.list.len(), &mut grant, terms.mint.refresh_token(), terms);
        self.list.push(grant);
        issued
    }

    /// New tokens for a live refresh token, which dies at once if it is rotated. The access token before stays usable
    /// until its own expiry: TikTok does not say, and this is the kinder reading. `answer` is what will become of them.
    pub(crate) fn renew(&mut self, refresh_token: &str, terms: &Terms<'_>, answer: Fate) -> Option<Issued> {
        let digest = digest(refresh_token);
        let token = *self.tokens.refresh.get(&digest)?;
        let grant = self.list.get_mut(token.grant)?;
        let outcome = grant.outcome(digest, terms.now());
        let late = terms.now() >= grant.access_expires_at;
        let asked = Asked { at_ms: terms.now_ms, generation: token.generation, outcome, answer, late };
        grant.history.add(asked);
        if outcome != Outcome::Renewed {
            return None;
        }
        grant.generation += 1;
        let next = if terms.rotate { terms.mint.refresh_token() } else { refresh_token.to_owned() };
        Some(self.tokens.issue(token.grant, grant, next, terms))
    }

    /// The grant of a refresh token, live or not.
    pub(crate) fn of_refresh_token(&mut self, digest: &Digest) -> Option<&mut Grant> {
        let token = self.tokens.refresh.get(digest)?;
        self.list.get_mut(token.grant)
    }

    /// The live grant that an access token belongs to.
    pub(crate) fn bearer(&self, access_token: &str, now: Seconds) -> Option<&Grant> {
        let access = self.tokens.access.get(access_token)?;
        let grant = self.list.get(access.grant)?;
        (now < access.expires_at && !grant.ended).then_some(grant)
    }

    /// Whether what the creator allowed up to that moment still stands.
    pub(crate) fn has_access(&self, person: Person, until: Seconds) -> bool {
        let mut grants = self.list.iter();
        grants.any(|grant| grant.creator == person && grant.issued_at <= until && !grant.ended)
    }

    /// Ends what the creator allowed up to that moment: consent, codes and tokens. A later consent stays.
    pub(crate) fn end(&mut self, person: Person, until: Seconds) {
        let grants = self.list.iter_mut();
        let older = |grant: &&mut Grant| grant.creator == person && grant.issued_at <= until;
        grants.filter(older).for_each(|grant| grant.ended = true);
        let slug = person.name();
        if self.authorised.get(slug.as_str()).is_some_and(|consent| consent.since <= until) {
            self.authorised.remove(slug.as_str());
            self.codes.retain(|_, code| code.creator.slug != slug);
        }
    }
}

impl Grant {
    pub(crate) fn is_alive(&self, now: Seconds) -> bool {
        !self.ended && now < self.refresh_expires_at
    }

    fn outcome(&self, digest: Digest, now: Seconds) -> Outcome {
        if !self.is_alive(now) {
            Outcome::Ended
        } else if self.digest == digest {
            Outcome::Renewed
        } else {
            Outcome::Spent
        }
    }
}

impl Tokens {
    fn issue(&mut self, index: usize, grant: &mut Grant, refresh_token: String, terms: &Terms<'_>) -> Issued {
        let access_token = terms.mint.access_token();
        let expires_in = terms.lifetimes.access_seconds();
        grant.access_expires_at = terms.now() + expires_in;
        grant.digest = digest(&refresh_token);
        let access = Access { grant: index, expires_at: grant.access_expires_at };
        self.access.insert(access_token.clone(), access);
        self.refresh.insert(grant.digest, Refresh { grant: index, generation: grant.generation });
        Issued {
            grant: index,
            creator: grant.creator,
            scopes: Arc::clone(&grant.scopes),
            access_token,
            expires_in,
            refresh_token,
            refresh_expires_in: grant.refresh_expires_at - terms.now(),
        }
    }
}
