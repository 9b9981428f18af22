//! Codes, grants and tokens: who let the app do what, and for how long (`oauth-user-access-token-management`).

use std::collections::{BTreeMap, HashMap};

use super::clock::Seconds;
use super::creators::Creator;
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
    /// Live refresh tokens only: a rotated one is gone at once.
    refresh: HashMap<String, usize>,
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

/// What one exchanged code has led to.
pub(crate) struct Grant {
    pub(crate) creator: &'static Creator,
    pub(crate) scopes: Vec<String>,
    pub(crate) issued_at: Seconds,
    pub(crate) access_expires_at: Seconds,
    /// Absolute: refreshing does not move it.
    pub(crate) refresh_expires_at: Seconds,
    /// How often it was refreshed.
    pub(crate) generation: u32,
    pub(crate) ended: bool,
}

struct Access {
    grant: usize,
    expires_at: Seconds,
}

/// A pair of tokens just made.
pub(crate) struct Issued {
    pub(crate) creator: &'static Creator,
    pub(crate) scopes: Vec<String>,
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
    pub(crate) now: Seconds,
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

    /// Turns a code into a grant with its first tokens. Older grants of the creator stay alive: TikTok documents no
    /// end for them.
    pub(crate) fn open(&mut self, code: Code, terms: &Terms<'_>) -> Issued {
        let mut grant = Grant {
            creator: code.creator,
            scopes: code.scopes,
            issued_at: terms.now,
            access_expires_at: 0,
            refresh_expires_at: terms.now + terms.lifetimes.refresh_seconds(),
            generation: 0,
            ended: false,
        };
        let issued = self.tokens.issue(self.list.len(), &mut grant, terms.mint.refresh_token(), terms);
        self.list.push(grant);
        issued
    }

    /// New tokens for a live refresh token, which dies at once if it is rotated. The access token before stays usable
    /// until its own expiry: TikTok does not say, and this is the kinder reading.
    pub(crate) fn renew(&mut self, refresh_token: &str, terms: &Terms<'_>) -> Option<Issued> {
        let index = *self.tokens.refresh.get(refresh_token)?;
        let grant = self.list.get_mut(index)?;
        if grant.ended || terms.now >= grant.refresh_expires_at {
            return None;
        }
        grant.generation += 1;
        let mut next = refresh_token.to_owned();
        if terms.rotate {
            self.tokens.refresh.remove(refresh_token);
            next = terms.mint.refresh_token();
        }
        Some(self.tokens.issue(index, grant, next, terms))
    }

    /// The live grant that an access token belongs to.
    pub(crate) fn bearer(&self, access_token: &str, now: Seconds) -> Option<&Grant> {
        let access = self.tokens.access.get(access_token)?;
        let grant = self.list.get(access.grant)?;
        (now < access.expires_at && !grant.ended).then_some(grant)
    }

    /// Ends what the creator allowed up to that moment: consent, codes and tokens. A later consent stays.
    pub(crate) fn end(&mut self, creator: &Creator, until: Seconds) {
        let grants = self.list.iter_mut();
        let older = |grant: &&mut Grant| grant.creator.slug == creator.slug && grant.issued_at <= until;
        grants.filter(older).for_each(|grant| grant.ended = true);
        if self.authorised.get(creator.slug).is_some_and(|consent| consent.since <= until) {
            self.authorised.remove(creator.slug);
            self.codes.retain(|_, code| code.creator.slug != creator.slug);
        }
    }
}

impl Tokens {
    fn issue(&mut self, index: usize, grant: &mut Grant, refresh_token: String, terms: &Terms<'_>) -> Issued {
        let access_token = terms.mint.access_token();
        let expires_in = terms.lifetimes.access_seconds();
        grant.access_expires_at = terms.now + expires_in;
        let access = Access { grant: index, expires_at: grant.access_expires_at };
        self.access.insert(access_token.clone(), access);
        self.refresh.insert(refresh_token.clone(), index);
        Issued {
            creator: grant.creator,
            scopes: grant.scopes.clone(),
            access_token,
            expires_in,
            refresh_token,
            refresh_expires_in: grant.refresh_expires_at - terms.now,
        }
    }
}
