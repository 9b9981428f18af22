//! The store: what the app keeps, in verbs of its own.
//!
//! Times come from the caller; a look-up that finds nothing is `None`, not an error. Every verb is
//! one transaction: it happens wholly or not at all.

mod batch;
mod browsers;
mod ending;
mod events;
pub mod probe;
mod refreshing;
mod sealing;
pub mod sqlite;
pub mod supabase;

use async_trait::async_trait;

pub use self::{
    browsers::{LoginKey, PendingLogin, StoredSession},
    ending::{Ended, Ending, Revocation, RevocationOutcome, Revocations, WhichRevocations},
    events::{
        Activity, EventOutcome, EventStatus, ForwardOutcome, ListedEvent, NewEvent, PendingEvent,
        PendingForward,
    },
    refreshing::{Claim, Claims, GrantClaim, GrantRef, NewTokens, RefreshResult},
    sealing::{KeyUse, SealedCursor, SealedRow, SealedTable},
};
use super::vault::Sealed;
use crate::domain::{
    Connections, CreatorId, EndCause, FetchOutcome, GrantStatus, LogId, OpenId, Posting, Scopes, Timestamp,
};

/// Why the store could not do its work.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or is too busy to answer.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// It holds something that we never wrote.
    #[error("the store holds an unreadable value: {0}")]
    Unreadable(String),
}

/// What outlives a request, in SQLite or in Supabase.
#[async_trait]
pub trait Store: Send + Sync {
    /// Saves a fresh consent: finds or makes the creator, ends their former grant and erases its
    /// tokens, and makes this one the only active grant.
    ///
    /// A part that TikTok left out keeps its stored value. Answers the creator's id, which is
    /// `new_id` for a creator not seen before.
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError>;

    /// The creator's active grant; `None` when they are unknown or have none.
    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError>;

    /// Claims up to `limit` grants whose refresh is due and that nobody holds a lease on, most urgent
    /// first, each for `lease_seconds`. What somebody else is claiming at this moment is passed over.
    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError>;

    /// Claims this creator's grant, due or not.
    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError>;

    /// Says how a claimed refresh ended. `false`, and nothing changed, when the claim is no longer the
    /// last word: the grant has newer tokens, another fence, or has ended.
    ///
    /// New tokens of a grant that ended meanwhile, and whose revocation waits, go to the revocation,
    /// which needs them; the answer is `false` then too.
    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError>;

    /// Ends the creator's active grant and erases its tokens; with [`Ending::erase_profile`] also what
    /// TikTok said of them. `None` for an unknown creator, and for a grant younger than
    /// [`Ending::given_until`], which stays as it is.
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError>;

    /// Forgets the creator: every row of theirs, their sessions in every browser too. A grant that was
    /// active leaves a revocation, which goes with its end. `None` for an unknown creator.
    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError>;

    /// Claims revocations, each for `lease_seconds`.
    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError>;

    /// Says how a claimed revocation ended; `false` when its fence is no longer the last, as after a
    /// reconnect, which takes back what waits to be revoked.
    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError>;

    /// The keys that stored tokens are sealed with, by id.
    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError>;

    /// The next rows with sealed tokens, at most `limit`, in the cursor's order.
    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError>;

    /// Replaces a row's sealed tokens by the same tokens, sealed anew; `false` when they are neither
    /// those of `old` nor those of `new`, for then somebody has written newer ones.
    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError>;

    /// Stores an event of TikTok's, whose digest is not in the ledger yet; `false`, and nothing stored,
    /// when it is: the delivery is a repetition.
    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError>;

    /// Claims stored events to be handled, oldest first, each for `lease_seconds` by the store's clock.
    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError>;

    /// Says how handling ended; `false` when the fence is no longer the last.
    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError>;

    /// Claims handled events, and our own, to be forwarded; of each creator the oldest alone.
    async fn claim_forwards(&self, limit: u32, lease_seconds: u32)
    -> Result<Vec<PendingForward>, StoreError>;

    /// Says how forwarding ended; `false` when the fence is no longer the last.
    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError>;

    /// Stored events, newest first, before row `before`, in one status or in any.
    async fn events(
        &self,
        status: Option<EventStatus>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ListedEvent>, StoreError>;

    /// Brings back an event that was set aside or given up, or forwards one again that was delivered;
    /// `false` when there is none, or it is on its way.
    async fn replay_event(&self, row: i64) -> Result<bool, StoreError>;

    /// What happened to a creator lately, newest first.
    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError>;

    /// Saves what TikTok said of a creator; a field that is `None` keeps its stored value. Without
    /// effect for a creator who has no active grant: their profile may just have been erased.
    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError>;

    /// The creator and the times of their active grant, without tokens.
    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError>;

    /// The creator's cached avatar.
    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError>;

    /// Replaces the creator's cached avatar; without effect for a creator who has no active grant.
    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError>;

    /// Remembers a login on its way and drops the browser's oldest beyond `keep`. One that is
    /// remembered already stays as it is.
    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError>;

    /// Removes a pending login of this browser and answers it: the same one never twice.
    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError>;

    /// Saves a new session; `false` when its id is taken.
    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError>;

    /// Saves the values of a session that is still there; without effect on one that is not, so that
    /// a request in flight does not undo a log-out.
    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError>;

    /// The session of this id that has not expired at `now`.
    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError>;

    /// Forgets a session; one that is not there is no error.
    async fn delete_session(&self, id: &str) -> Result<(), StoreError>;

    /// Forgets sessions that expired before `now` and logins begun before `logins_before`.
    /// Answers how many rows went.
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError>;

    /// Answers how many creators are in each state at `now`: proof that the store is there.
    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError>;

    /// Writes back what is pending and lets go of the connections.
    async fn close(&self);
}

/// A consent that TikTok has just given.
#[derive(Debug)]
pub struct NewGrant {
    /// The TikTok app it was given to.
    pub client_key: String,
    /// Who gave it.
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token; `None` keeps the stored one.
    pub refresh_token: Option<Sealed>,
    /// What was granted.
    pub scopes: Scopes,
    /// TikTok's `token_type`, as sent.
    pub token_type: String,
    /// When TikTok answered.
    pub granted_at: Timestamp,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// When the refresh token, and so the consent, ends; `None` if TikTok did not say.
    pub refresh_expires_at: Option<Timestamp>,
    /// When to refresh it first.
    pub refresh_due_at: Timestamp,
}

/// An active grant as it is stored.
#[derive(Debug)]
pub struct StoredGrant {
    /// The TikTok app it was given to.
    pub client_key: String,
    /// Who gave it.
    pub open_id: OpenId,
    /// The access token.
    pub access_token: Sealed,
    /// The refresh token, if TikTok ever gave one.
    pub refresh_token: Option<Sealed>,
    /// The row and its numbers as they are now.
    pub grant: GrantRef,
    /// What was granted.
    pub scopes: Scopes,
    /// TikTok's `token_type`.
    pub token_type: String,
    /// When it was last renewed.
    pub refreshed_at: Timestamp,
    /// How it stands.
    pub grant_status: GrantStatus,
    /// When it was read, by the store's clock.
    pub read_at: Timestamp,
}

/// What TikTok said of a creator, merged from user info and creator info.
#[derive(Debug)]
pub struct ProfileUpdate {
    /// One person over all apps of one developer.
    pub union_id: Option<String>,
    /// The picture's address, good for about two hours.
    pub avatar_url: Option<String>,
    /// The handle.
    pub username: Option<String>,
    /// The display name.
    pub nickname: Option<String>,
    /// What may be posted.
    pub posting: Option<Posting>,
    /// How the question for user info ended.
    pub user_info: FetchOutcome,
    /// How the question for creator info ended.
    pub creator_info: FetchOutcome,
    /// TikTok's log id of an answer that was not `Known`.
    pub log_id: Option<LogId>,
    /// When TikTok was asked.
    pub asked_at: Timestamp,
}

/// A creator as they are stored, with the times of their active grant.
#[derive(Debug)]
pub struct StoredCreator {
    /// Our id of them.
    pub id: CreatorId,
    /// TikTok's id of them for this app.
    pub open_id: OpenId,
    /// TikTok's id of them over all apps of one developer.
    pub union_id: Option<String>,
    /// The handle.
    pub username: Option<String>,
    /// The display name.
    pub nickname: Option<String>,
    /// The picture's last known address.
    pub avatar_url: Option<String>,
    /// When that address was learnt.
    pub avatar_url_known_at: Option<Timestamp>,
    /// What may be posted.
    pub posting: Option<Posting>,
    /// How the last question for user info ended.
    pub user_info: FetchOutcome,
    /// How the last question for creator info ended.
    pub creator_info: FetchOutcome,
    /// TikTok's log id of the last answer that was not `Known`.
    pub log_id: Option<LogId>,
    /// When TikTok last told us something of them.
    pub profile_known_at: Option<Timestamp>,
    /// When TikTok was last asked about them.
    pub profile_asked_at: Option<Timestamp>,
    /// When they connected first.
    pub connected_at: Timestamp,
    /// Their active grant; `None` when it was ended.
    pub grant: Option<GrantTimes>,
    /// When and by whom their last grant was ended; `None` while one is active.
    pub ended: Option<(Timestamp, EndCause)>,
}

/// An active grant without its tokens.
#[derive(Debug)]
pub struct GrantTimes {
    /// What was granted.
    pub scopes: Scopes,
    /// When it was last renewed.
    pub refreshed_at: Timestamp,
    /// How it stands, with the ends of its token and of the consent.
    pub grant_status: GrantStatus,
    /// When it is refreshed next; `None` never.
    pub due_at: Option<Timestamp>,
    /// TikTok's log id of the last failed refresh.
    pub log_id: Option<LogId>,
}

/// A cached avatar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAvatar {
    /// `image/jpeg`, `image/png`, `image/webp` or `image/gif`.
    pub media_type: String,
    /// The picture.
    pub bytes: Vec<u8>,
    /// When we fetched it.
    pub fetched_at: Timestamp,
}
