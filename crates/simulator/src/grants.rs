//! Authorization codes, grants and tokens (`oauth-user-access-token-management`).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::clock::Seconds;
use super::creators::{Creator, Person};
use super::mint::Mint;
use super::refresh_history::{Digest, Outcome, RefreshAttempt, RefreshHistory, ResponseDelivery, digest};
use super::settings::Lifetimes;

/// How long an authorization code may wait for its exchange. TikTok documents no figure; field reports speak of
/// seconds to minutes, so the shortest is taken.
pub(crate) const CODE_SECONDS: Seconds = 60;

#[derive(Default)]
pub(crate) struct Grants {
    /// The consents that "manage apps" lists, by creator slug.
    pub(crate) authorised: BTreeMap<&'static str, Consent>,
    /// In order of issue; never removed, so that an index stays valid.
    pub(crate) list: Vec<Grant>,
    codes: HashMap<String, Code>,
    tokens: Tokens,
}

/// From a token to the index of its grant.
#[derive(Default)]
struct Tokens {
    access: HashMap<String, Access>,
    /// Every refresh token that was issued, so that the reuse of a rotated one is recognized.
    refresh: HashMap<Digest, Refresh>,
}

/// A creator's current consent.
pub(crate) struct Consent {
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

/// The tokens of one consent, and how they were used.
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
    pub(crate) revoked: bool,
    /// Of the one refresh token that is valid.
    pub(crate) digest: Digest,
    pub(crate) history: RefreshHistory,
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

/// A pair of new tokens.
pub(crate) struct IssuedTokens {
    pub(crate) grant: usize,
    pub(crate) creator: Person,
    pub(crate) scopes: Arc<[String]>,
    pub(crate) access_token: String,
    pub(crate) expires_in: Seconds,
    pub(crate) refresh_token: String,
    pub(crate) refresh_expires_in: Seconds,
}

/// What issuing tokens needs.
pub(crate) struct IssueContext<'a> {
    pub(crate) mint: &'a Mint,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) rotate: bool,
    pub(crate) now_ms: u64,
}

impl IssueContext<'_> {
    pub(crate) fn now(&self) -> Seconds {
        self.now_ms / 1000
    }
}

impl Grants {
    /// Records a consent; it replaces the one before.
    pub(crate) fn consent(&mut self, creator: &'static Creator, scopes: Vec<String>, now: Seconds) {
        let consent = Consent { creator, scopes, since: now };
        self.authorised.insert(creator.slug, consent);
    }

    pub(crate) fn add_code(&mut self, text: String, code: Code) {
        self.codes.insert(text, code);
    }

    /// Takes the code out, so that no code serves twice, not even after a failed exchange.
    pub(crate) fn take_code(&mut self, text: &str, now: Seconds) -> Option<Code> {
        self.codes.remove(text).filter(|code| now < code.expires_at)
    }

    /// Creates a grant with its first tokens. Older grants of the creator stay active: TikTok does not document that they end.
    pub(crate) fn create(
        &mut self,
        creator: Person,
        scopes: Arc<[String]>,
        context: &IssueContext<'_>,
    ) -> IssuedTokens {
        let now = context.now();
        let mut grant = Grant {
            creator,
            scopes,
            issued_at: now,
            access_expires_at: 0,
            refresh_expires_at: now + context.lifetimes.refresh_seconds(),
            generation: 0,
            revoked: false,
            digest: Digest::default(),
            history: RefreshHistory::default(),
        };
        let issued = self.tokens.issue(self.list.len(), &mut grant, context.mint.refresh_token(), context);
        self.list.push(grant);
        issued
    }

    /// New tokens for a valid refresh token, which is invalid at once if it is rotated. The previous access token stays
    /// valid until its own expiry: TikTok does not say, and this is the milder reading. `response` says whether the
    /// client will receive them.
    pub(crate) fn refresh(
        &mut self,
        refresh_token: &str,
        context: &IssueContext<'_>,
        response: ResponseDelivery,
    ) -> Option<IssuedTokens> {
        let digest = digest(refresh_token);
        let token = *self.tokens.refresh.get(&digest)?;
        let grant = self.list.get_mut(token.grant)?;
        let outcome = grant.outcome(digest, context.now());
        let late = context.now() >= grant.access_expires_at;
        let attempt =
            RefreshAttempt { at_ms: context.now_ms, generation: token.generation, outcome, response, late };
        grant.history.add(attempt);
        if outcome != Outcome::Renewed {
            return None;
        }
        grant.generation += 1;
        let next = if context.rotate { context.mint.refresh_token() } else { refresh_token.to_owned() };
        Some(self.tokens.issue(token.grant, grant, next, context))
    }

    /// The grant of a refresh token, valid or not.
    pub(crate) fn by_refresh_token(&mut self, digest: &Digest) -> Option<&mut Grant> {
        let token = self.tokens.refresh.get(digest)?;
        self.list.get_mut(token.grant)
    }

    /// The active grant that an access token belongs to.
    pub(crate) fn by_access_token(&self, access_token: &str, now: Seconds) -> Option<&Grant> {
        let access = self.tokens.access.get(access_token)?;
        let grant = self.list.get(access.grant)?;
        (now < access.expires_at && !grant.revoked).then_some(grant)
    }

    /// Whether a consent that the creator gave up to that moment is still in force.
    pub(crate) fn has_access(&self, person: Person, until: Seconds) -> bool {
        let mut grants = self.list.iter();
        grants.any(|grant| grant.creator == person && grant.issued_at <= until && !grant.revoked)
    }

    /// Revokes what the creator allowed up to that moment: consent, codes and tokens. A later consent stays.
    pub(crate) fn revoke(&mut self, person: Person, until: Seconds) {
        let grants = self.list.iter_mut();
        let older = |grant: &&mut Grant| grant.creator == person && grant.issued_at <= until;
        grants.filter(older).for_each(|grant| grant.revoked = true);
        let slug = person.name();
        if self.authorised.get(slug.as_str()).is_some_and(|consent| consent.since <= until) {
            self.authorised.remove(slug.as_str());
            self.codes.retain(|_, code| code.creator.slug != slug);
        }
    }
}

impl Grant {
    pub(crate) fn is_active(&self, now: Seconds) -> bool {
        !self.revoked && now < self.refresh_expires_at
    }

    fn outcome(&self, digest: Digest, now: Seconds) -> Outcome {
        if !self.is_active(now) {
            Outcome::Ended
        } else if self.digest == digest {
            Outcome::Renewed
        } else {
            Outcome::Reused
        }
    }
}

impl Tokens {
    fn issue(
        &mut self,
        index: usize,
        grant: &mut Grant,
        refresh_token: String,
        context: &IssueContext<'_>,
    ) -> IssuedTokens {
        let access_token = context.mint.access_token();
        let expires_in = context.lifetimes.access_seconds();
        grant.access_expires_at = context.now() + expires_in;
        grant.digest = digest(&refresh_token);
        let access = Access { grant: index, expires_at: grant.access_expires_at };
        self.access.insert(access_token.clone(), access);
        self.refresh.insert(grant.digest, Refresh { grant: index, generation: grant.generation });
        IssuedTokens {
            grant: index,
            creator: grant.creator,
            scopes: Arc::clone(&grant.scopes),
            access_token,
            expires_in,
            refresh_token,
            refresh_expires_in: grant.refresh_expires_at - context.now(),
        }
    }
}
