//! API keys in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::{
    domain::Timestamp,
    server::store::{ApiKeyStore, KeyEnd, StoreError, StoredApiKey},
};

#[async_trait]
impl ApiKeyStore for SupabaseStore {
    async fn create_api_key(&self, key: &StoredApiKey) -> Result<bool, StoreError> {
        self.call(&verbs::CREATE_API_KEY, json!(key)).await
    }

    async fn api_key(&self, id: &str) -> Result<Option<StoredApiKey>, StoreError> {
        let mut found: Vec<_> = self.call(&verbs::API_KEYS, json!({ "id": id })).await?;
        Ok(found.pop())
    }

    async fn api_keys(&self) -> Result<Vec<StoredApiKey>, StoreError> {
        self.call(&verbs::API_KEYS, json!({})).await
    }

    async fn end_api_key(&self, id: &str, end: KeyEnd) -> Result<bool, StoreError> {
        let (revoked_at, expires_at) = end.columns();
        let request = json!({ "id": id, "revoked_at": revoked_at, "expires_at": expires_at });
        self.call(&verbs::END_API_KEY, request).await
    }

    async fn note_api_key_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        self.execute(&verbs::NOTE_API_KEY_USE, json!({ "id": id, "at": at })).await
    }
}
