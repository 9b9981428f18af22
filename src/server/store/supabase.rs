//! The store in Supabase: each verb calls one function of `supabase/migrations`, by PostgREST.
//!
//! A function is one transaction, so a connection that dies leaves nothing half done. What may be done
//! twice is asked again, briefly; while Supabase is down nobody waits for it ([`circuit`]).

mod circuit;
mod database;
mod errors;
mod event_writes;
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

use async_trait::async_trait;
use serde_json::json;

pub(super) use self::sealing::key_use;
pub use self::{
    database::SupabaseStore,
    schema::{SCHEMA_VERSION, Unfit},
};
use super::{Store, StoreError};
use crate::domain::{Connections, Timestamp};

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
