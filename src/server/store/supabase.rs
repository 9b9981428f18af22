//! The store in Supabase: each method calls one function of `supabase/migrations`, by PostgREST.
//!
//! A function is one transaction, so a broken connection leaves nothing half done. A call that may be
//! repeated is retried, briefly; while Supabase is unavailable calls fail at once ([`circuit`]).

mod api_keys;
mod audit;
mod batch;
mod circuit;
mod directory;
mod errors;
mod events;
mod grants;
mod logins;
pub mod probe;
mod profiles;
mod project;
mod refreshes;
mod revocations;
mod rpc;
mod schema;
mod sealed_tokens;
mod sessions;
mod verbs;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use url::Url;

pub use self::schema::{MIGRATIONS, SCHEMA_VERSION, Unfit};
use self::{events::EventWrites, project::Project, verbs::Verb};
use super::{
    Store, StoreError, WebSessionStore as _, audit::KEPT_SECONDS as AUDIT_KEPT_SECONDS,
    grants::ENDED_KEPT_SECONDS,
};
use crate::{
    domain::{Connections, Timestamp},
    server::{clock::Clock, config::SupabaseKey, entropy::Entropy},
};

/// One Supabase project, shared by any number of processes.
pub struct SupabaseStore {
    project: Arc<Project>,
    event_writes: EventWrites,
}

impl SupabaseStore {
    /// The store of the project at `rest_url`, once its schema is known to fit.
    ///
    /// A project that does not respond now is accepted: a process must start while Supabase is
    /// unavailable, say so on its pages, and recover by itself. A schema that was just applied is waited for, as long
    /// as `patience`.
    ///
    /// # Errors
    /// [`Unfit`] when the key, the address or the schema is wrong.
    pub async fn open(
        rest_url: &Url,
        key: &SupabaseKey,
        patience: Duration,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Unfit> {
        let project = Arc::new(Project::new(rest_url, key, clock, entropy).map_err(Unfit::Client)?);
        schema::check(&project, patience).await?;
        Ok(Self { event_writes: EventWrites::new(&project), project })
    }

    /// Calls a function and decodes what it returns.
    async fn call<T: DeserializeOwned>(&self, verb: &Verb, request: Value) -> Result<T, StoreError> {
        wire::decode(self.project.call(verb, request).await?)
    }

    /// Calls a function whose result the trait does not return.
    async fn execute(&self, verb: &Verb, request: Value) -> Result<(), StoreError> {
        self.call::<IgnoredAny>(verb, request).await.map(drop)
    }
}

#[async_trait]
impl Store for SupabaseStore {
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        let grants_before = now.plus_seconds(-ENDED_KEPT_SECONDS);
        let request = json!({ "now": now, "logins_before": logins_before, "grants_before": grants_before,
            "audit_before": now.plus_seconds(-AUDIT_KEPT_SECONDS) });
        let browsers: u64 = self.call(&verbs::PURGE, request).await?;
        let events: u64 = self.call(&verbs::PURGE_EVENTS, events::purge_request(now)).await?;
        Ok(browsers + events)
    }

    /// A project whose disk is nearly full is read-only, and then refuses this too.
    async fn check(&self) -> Result<(), StoreError> {
        self.delete_session("").await
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        self.call(&verbs::CONNECTIONS, json!({ "now": now })).await
    }

    /// Every call has been written when it returns.
    async fn close(&self) {}
}
