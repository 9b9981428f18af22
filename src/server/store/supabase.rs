//! The store in Supabase: each verb calls one function of `supabase/migrations`, by PostgREST.
//!
//! A function is one transaction, so a connection that dies leaves nothing half done. What may be done
//! twice is asked again, briefly; while Supabase is down nobody waits for it ([`circuit`]).

mod circuit;
mod errors;
mod rpc;
mod verbs;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use self::{
    circuit::Circuit,
    errors::Failure,
    rpc::Rpc,
    verbs::Verb,
    wire::{
        AvatarRow, CreatorRow, LoginRow, SessionRow,
        ending::{EndedRow, RevocationRows},
        grants::{ClaimRows, GrantRow},
        sealing::{KeyRow, TokensRow},
    },
};
use super::{
    Claims, Ended, Ending, GrantClaim, KeyUse, LoginKey, NewGrant, PendingLogin, ProfileUpdate,
    RevocationOutcome, Revocations, SealedCursor, SealedRow, SealedTable, Settlement, Store, StoreError,
    StoredAvatar, StoredCreator, StoredGrant, StoredSession, WhichRevocations,
};
use crate::{
    domain::{Connections, CreatorId, Timestamp},
    server::{
        clock::Clock,
        config::SupabaseKey,
        entropy::{Entropy, random},
    },
};

/// The schema that this program needs; a newer one keeps the functions of an older one.
pub const SCHEMA_VERSION: u32 = 2;

/// A question is asked so often at most.
const ATTEMPTS: u32 = 3;

/// The shortest pause before the second attempt, in milliseconds.
const PAUSE_MS: u64 = 50;

/// Why a project cannot be used; nothing of this passes by waiting.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The key is refused.
    #[error("{}.", errors::KEY)]
    Key,
    /// The schema was never applied.
    #[error("{}.", errors::SCHEMA)]
    NoSchema,
    /// The schema is of an earlier version of this program.
    #[error(
        "Supabase has version {found} of our schema, and this program needs {SCHEMA_VERSION}: run the SQL \
         that `creator-connect schema` prints in its SQL editor, or `supabase db push`. It keeps every row."
    )]
    OldSchema {
        /// The version that is there.
        found: u32,
    },
    /// Another server answers.
    #[error("{} ({cause}).", errors::ADDRESS, cause = .0)]
    Address(String),
    /// The system gives no HTTP client.
    #[error("The HTTP client could not be made: {0}.")]
    Client(String),
}

/// One Supabase project, shared by any number of processes.
pub struct SupabaseStore {
    rpc: Rpc,
    circuit: Circuit,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// What `cc_schema_version` answers.
#[derive(Deserialize)]
struct Schema {
    /// Null in a schema that was applied half, or whose table of versions was emptied.
    version: Option<u32>,
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
        let rpc = Rpc::new(rest_url, key).map_err(Unfit::Client)?;
        let store = Self { rpc, circuit: Circuit::new(), clock, entropy };
        store.check_schema().await?;
        Ok(store)
    }

    async fn check_schema(&self) -> Result<(), Unfit> {
        let failure = match self.ask(&verbs::SCHEMA_VERSION, json!({})).await {
            Ok(answer) => return fits(answer),
            Err(failure) => failure,
        };
        match failure {
            Failure::Key => Err(Unfit::Key),
            Failure::Schema => Err(Unfit::NoSchema),
            Failure::Address(cause) | Failure::Unexpected(cause) => Err(Unfit::Address(cause)),
            away @ (Failure::NotDone(_) | Failure::Unsure(_) | Failure::Slow(_) | Failure::Resting) => {
                let error = StoreError::from(away);
                tracing::warn!(%error, "serving without Supabase: pages say so until it answers");
                Ok(())
            }
        }
    }

    /// Calls a function with one argument, again where that is safe.
    async fn ask(&self, verb: &Verb, request: Value) -> Result<Value, Failure> {
        let body = wire::body(request);
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(verb, &body).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if attempt == ATTEMPTS || !verb.may_follow(&failure) {
                return Err(failure);
            }
            tracing::debug!(function = verb.function, attempt, ?failure, "asking Supabase again");
            tokio::time::sleep(self.pause(attempt)).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, verb: &Verb, body: &str) -> Result<Value, Failure> {
        if !self.circuit.admits(self.clock.now()) {
            return Err(Failure::Resting);
        }
        let answer = self.rpc.call(verb.function, body).await;
        match &answer {
            Err(failure) if failure.is_outage() => {
                if self.circuit.note_outage(self.clock.now()) {
                    tracing::warn!(?failure, "Supabase is away: left alone for moments at a time");
                }
            }
            _ => {
                if self.circuit.note_answer() {
                    tracing::info!("Supabase is back");
                }
            }
        }
        answer
    }

    /// Longer after each attempt, and never the same for two replicas.
    fn pause(&self, attempt: u32) -> Duration {
        let base = PAUSE_MS << attempt;
        let [jitter] = random::<1>(&*self.entropy);
        Duration::from_millis(base / 2 + base * u64::from(jitter) / 256)
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

fn fits(answer: Value) -> Result<(), Unfit> {
    let schema: Schema = wire::value(answer).map_err(|error| Unfit::Address(error.to_string()))?;
    match schema.version.unwrap_or(0) {
        0 => Err(Unfit::NoSchema),
        found if found < SCHEMA_VERSION => Err(Unfit::OldSchema { found }),
        _ => Ok(()),
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
        wire::value(self.ask(&verbs::PURGE, request).await?)
    }

    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        let request = wire::grants::due(limit, lease_seconds);
        wire::whole::<ClaimRows, _>(self.ask(&verbs::CLAIM_GRANTS, request).await?)
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        let request = wire::grants::of_creator(creator, lease_seconds);
        wire::whole::<ClaimRows, _>(self.ask(&verbs::CLAIM_GRANTS, request).await?)
    }

    async fn settle(&self, settlement: &Settlement) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::SETTLE, wire::grants::settlement(settlement)).await?)
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

    async fn settle_revocation(
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

    async fn save_event(&self, _event: &super::NewEvent) -> Result<bool, StoreError> {
        Err(soon())
    }
    async fn claim_events(
        &self,
        _limit: u32,
        _lease_seconds: u32,
    ) -> Result<Vec<super::PendingEvent>, StoreError> {
        Err(soon())
    }
    async fn settle_event(
        &self,
        _row: i64,
        _fence: i64,
        _outcome: &super::EventOutcome,
    ) -> Result<bool, StoreError> {
        Err(soon())
    }
    async fn claim_forwards(
        &self,
        _limit: u32,
        _lease_seconds: u32,
    ) -> Result<Vec<super::PendingForward>, StoreError> {
        Err(soon())
    }
    async fn settle_forward(
        &self,
        _row: i64,
        _fence: i64,
        _outcome: &super::ForwardOutcome,
    ) -> Result<bool, StoreError> {
        Err(soon())
    }
    async fn events(
        &self,
        _status: Option<super::EventStatus>,
        _before: Option<i64>,
        _limit: u32,
    ) -> Result<Vec<super::ListedEvent>, StoreError> {
        Err(soon())
    }
    async fn replay_event(&self, _row: i64) -> Result<bool, StoreError> {
        Err(soon())
    }
    async fn activity(&self, _creator: &CreatorId, _limit: u32) -> Result<Vec<super::Activity>, StoreError> {
        Err(soon())
    }

    /// Every answer was written before it was given.
    async fn close(&self) {}
}
