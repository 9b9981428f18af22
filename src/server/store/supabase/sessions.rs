//! Web sessions in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{StoreError, StoredSession, WebSessionStore},
};

#[async_trait]
impl WebSessionStore for SupabaseStore {
    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError> {
        self.call(&verbs::CREATE_SESSION, json!(session)).await
    }

    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.execute(&verbs::SAVE_SESSION, json!(session)).await
    }

    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError> {
        self.call(&verbs::SESSION, json!({ "id": id, "now": now })).await
    }

    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        self.execute(&verbs::DELETE_SESSION, json!({ "id": id })).await
    }

    async fn delete_sessions(&self, creator: &CreatorId, except: Option<&str>) -> Result<(), StoreError> {
        self.execute(&verbs::DELETE_SESSIONS, json!({ "creator_id": creator, "except": except })).await
    }
}
