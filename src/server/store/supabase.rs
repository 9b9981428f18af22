//! The store in Supabase: each verb calls one function of `supabase/migrations`, by PostgREST.
//!
//! A function is one transaction, so a connection that dies leaves nothing half done. What may be done
//! twice is asked again, briefly; while Supabase is down nobody waits for it ([`circuit`]).

mod circuit;
mod errors;
mod events;
mod project;
mod rpc;
mod schema;
mod verbs;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use url::Url;

pub use self::schema::{SCHEMA_VERSION, Unfit};
use self::{
    errors::Failure,
    project::Project,
    verbs::Verb,
    wire::{
        AvatarRow, CreatorRow, LoginRow, SessionRow,
        ending::{EndedRow, RevocationRows},
        events::{ActivityRow, ClaimedRow, ListedRow},
        grants::{ClaimRows, GrantRow},
        sealing::{KeyRow, TokensRow},
    },
};
use super::{
    Activity, Claims, Ended, Ending, EventOutcome, EventStatus, ForwardOutcome, GrantClaim, KeyUse,
    ListedEvent, LoginKey, NewEvent, NewGrant, PendingEvent, PendingForward, PendingLogin, ProfileUpdate,
    RefreshResult, RevocationOutcome, Revocations, SealedCursor, SealedRow, SealedTable, Store, StoreError,
    StoredAvatar, StoredCreator, StoredGrant, StoredSession, WhichRevocations, events::CompletedEvent,
};
use crate::{
    domain::{Connections, CreatorId, Timestamp},
    server::{clock::Clock, config::SupabaseKey, entropy::Entropy},
};

/// One Supabase project, shared by any number of processes.
pub struct SupabaseStore {
    project: Arc<Project>,
    events: events::Writes,
}

impl SupabaseStore {
    /// The store of the project at `rest_url`, once its schema is known to fit.
    ///
    /// A project that does not answer now is taken as it is: a process must come up while Supabase is
    /// away, say so on its pages, and recover by itself.
    ///
    /// # Errors
    /// [`Unfit`] when the key, the address or the schema is wrong.
    pub async fn open(
        rest_url: &Url,
        key: &SupabaseKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Unfit> {
        let project = Arc::new(Project::new(rest_url, key, clock, entropy).map_err(Unfit::Client)?);
        schema::check(&project).await?;
        Ok(Self { events: events::Writes::new(&project), project })
    }

    async fn ask(&self, verb: &Verb, request: Value) -> Result<Value, Failure> {
        self.project.ask(verb, request).await
    }

    async fn page(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        let answer = self.ask(&verbs::SEALED_ROWS, wire::sealing::page(after, limit)).await?;
        let rows: Vec<TokensRow> = wire::value(answer)?;
        Ok(rows.into_iter().map(|row| row.of(after.table)).collect::<Result<_, _>>()?)
    }

    /// A verb whose result says nothing that our trait asks for.
    async fn tell(&self, verb: &Verb, request: Value) -> Result<(), StoreError> {
        self.ask(verb, request).await?;
        Ok(())
    }
}

/// What `cc_key_use` answers.
pub(super) fn key_use(answer: Value) -> Result<Vec<KeyUse>, StoreError> {
    let keys: Vec<KeyRow> = wire::value(answer)?;
    Ok(keys.into_iter().map(Into::into).collect())
}

#[async_trait]
impl Store for SupabaseStore {
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
        wire::value(self.ask(&verbs::SAVE_GRANT, wire::grants::new(grant, new_id)).await?)
    }

    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError> {
        wire::found::<GrantRow, _>(self.ask(&verbs::ACTIVE_GRANT, wire::creator(creator)).await?)
    }

    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
        self.tell(&verbs::SAVE_PROFILE, wire::profile(creator, profile)).await
    }

    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
        wire::found::<CreatorRow, _>(self.ask(&verbs::CREATOR, wire::creator(creator)).await?)
    }

    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        wire::found::<AvatarRow, _>(self.ask(&verbs::AVATAR, wire::creator(creator)).await?)
    }

    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError> {
        self.tell(&verbs::SAVE_AVATAR, wire::avatar(creator, avatar)).await
    }

    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
        self.tell(&verbs::BEGIN_LOGIN, wire::login(login, keep)).await
    }

    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError> {
        wire::found::<LoginRow, _>(self.ask(&verbs::TAKE_LOGIN, wire::login_key(browser, which)).await?)
    }

    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::CREATE_SESSION, wire::session(session)).await?)
    }

    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.tell(&verbs::SAVE_SESSION, wire::session(session)).await
    }

    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError> {
        let request = json!({ "id": id, "now": now.0 });
        wire::found::<SessionRow, _>(self.ask(&verbs::SESSION, request).await?)
    }

    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        self.tell(&verbs::DELETE_SESSION, json!({ "id": id })).await
    }

    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        let request = json!({ "now": now.0, "logins_before": logins_before.0 });
        let browsers: u64 = wire::value(self.ask(&verbs::PURGE, request).await?)?;
        let events: u64 = wire::value(self.ask(&verbs::PURGE_EVENTS, wire::events::purge(now)).await?)?;
        Ok(browsers + events)
    }

    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        let request = wire::grants::due(limit, lease_seconds);
        wire::whole::<ClaimRows, _>(self.ask(&verbs::CLAIM_GRANTS, request).await?)
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        let request = wire::grants::of_creator(creator, lease_seconds);
        wire::whole::<ClaimRows, _>(self.ask(&verbs::CLAIM_GRANTS, request).await?)
    }

    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::SETTLE, wire::grants::refresh_result(refresh_result)).await?)
    }

    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        let request = wire::ending::ending(creator, ending);
        wire::found::<EndedRow, _>(self.ask(&verbs::END_GRANT, request).await?)
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        let request = wire::ending::deletion(creator, at);
        wire::found::<EndedRow, _>(self.ask(&verbs::DELETE_CREATOR, request).await?)
    }

    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError> {
        let request = wire::ending::which(which, lease_seconds);
        wire::whole::<RevocationRows, _>(self.ask(&verbs::CLAIM_REVOCATIONS, request).await?)
    }

    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::SETTLE_REVOCATION, wire::ending::outcome(id, fence, outcome)).await?)
    }

    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        key_use(self.ask(&verbs::KEY_USE, json!({})).await?)
    }

    /// A function reads one table.
    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        let mut rows = self.page(after, limit).await?;
        let left = limit - u32::try_from(rows.len()).unwrap_or(limit).min(limit);
        if after.table == SealedTable::Grants && left > 0 {
            rows.extend(self.page(SealedCursor { table: SealedTable::Revocations, row: 0 }, left).await?);
        }
        Ok(rows)
    }

    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::RESEAL, wire::sealing::resealing(old, new)).await?)
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        wire::value(self.ask(&verbs::CONNECTIONS, json!({ "now": now.0 })).await?)
    }

    async fn save_event(&self, event: &NewEvent) -> Result<bool, StoreError> {
        self.events.save.put(event.clone()).await
    }

    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<PendingEvent>, StoreError> {
        let request = json!({ "limit": limit, "lease_seconds": lease_seconds });
        wire::all::<ClaimedRow, _>(self.ask(&verbs::CLAIM_EVENTS, request).await?)
    }

    async fn complete_event(&self, row: i64, fence: i64, outcome: &EventOutcome) -> Result<bool, StoreError> {
        self.events.settle.put(CompletedEvent::handling(row, fence, outcome)).await
    }

    async fn claim_forwards(
        &self,
        limit: u32,
        lease_seconds: u32,
    ) -> Result<Vec<PendingForward>, StoreError> {
        let request = json!({ "limit": limit, "lease_seconds": lease_seconds, "forward": true });
        wire::all::<ClaimedRow, _>(self.ask(&verbs::CLAIM_EVENTS, request).await?)
    }

    async fn complete_forward(
        &self,
        row: i64,
        fence: i64,
        outcome: &ForwardOutcome,
    ) -> Result<bool, StoreError> {
        self.events.settle.put(CompletedEvent::forwarding(row, fence, outcome)).await
    }

    async fn events(
        &self,
        status: Option<EventStatus>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ListedEvent>, StoreError> {
        let status = status.map(EventStatus::as_str);
        let request = json!({ "status": status, "before": before, "limit": limit });
        wire::all::<ListedRow, _>(self.ask(&verbs::EVENTS, request).await?)
    }

    async fn replay_event(&self, row: i64) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::REPLAY_EVENT, json!({ "row": row })).await?)
    }

    async fn activity(&self, creator: &CreatorId, limit: u32) -> Result<Vec<Activity>, StoreError> {
        let request = json!({ "creator_id": creator.as_str(), "limit": limit });
        wire::all::<ActivityRow, _>(self.ask(&verbs::ACTIVITY, request).await?)
    }

    /// Every answer was written before it was given.
    async fn close(&self) {}
}
