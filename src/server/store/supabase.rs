//! The store in Supabase: each verb calls one function of `supabase/migrations`, by PostgREST.
//!
//! A function is one transaction, so a connection that dies leaves nothing half done. What may be done
//! twice is asked again, briefly; while Supabase is down nobody waits for it ([`circuit`]).

mod circuit;
mod errors;
mod events;
mod grants;
mod logins;
mod profiles;
mod project;
mod revocations;
mod rpc;
mod schema;
mod sealing;
mod sessions;
mod verbs;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use url::Url;

pub use self::schema::{SCHEMA_VERSION, Unfit};
pub(super) use self::sealing::key_use;
use self::{errors::Failure, project::Project, verbs::Verb};
use super::{Store, StoreError};
use crate::{
    domain::{Connections, Timestamp},
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

    /// A verb whose result says nothing that our trait asks for.
    async fn tell(&self, verb: &Verb, request: Value) -> Result<(), StoreError> {
        self.ask(verb, request).await?;
        Ok(())
    }
}

#[async_trait]
impl Store for SupabaseStore {
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        let request = json!({ "now": now.0, "logins_before": logins_before.0 });
        let browsers: u64 = wire::value(self.ask(&verbs::PURGE, request).await?)?;
        let events: u64 = wire::value(self.ask(&verbs::PURGE_EVENTS, wire::events::purge(now)).await?)?;
        Ok(browsers + events)
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        wire::value(self.ask(&verbs::CONNECTIONS, json!({ "now": now.0 })).await?)
    }

    /// Every answer was written before it was given.
    async fn close(&self) {}
}
