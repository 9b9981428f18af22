//! Browser sessions in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{
    database::SupabaseStore,
    verbs,
    wire::{self, SessionRow},
};
use crate::{
    domain::Timestamp,
    server::store::{StoreError, StoredSession, WebSessionStore},
};

#[async_trait]
impl WebSessionStore for SupabaseStore {
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
}
