//! Grants in Supabase.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{SupabaseStore, verbs};
use crate::{
    domain::CreatorId,
    server::{
        store::{GrantStore, NewGrant, StoreError, StoredGrant},
        vault::Sealed,
    },
};

#[async_trait]
impl GrantStore for SupabaseStore {
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
        self.call(&verbs::SAVE_GRANT, save_request(grant, new_id, false)).await
    }

    async fn save_late_grant(
        &self,
        grant: &NewGrant,
        new_id: &CreatorId,
    ) -> Result<Option<CreatorId>, StoreError> {
        self.call(&verbs::SAVE_GRANT, save_request(grant, new_id, true)).await
    }

    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError> {
        self.call(&verbs::ACTIVE_GRANT, json!({ "creator_id": creator })).await
    }
}

fn save_request(grant: &NewGrant, new_id: &CreatorId, late: bool) -> Value {
    json!({
        "new_id": new_id,
        "client_key": grant.client_key,
        "open_id": grant.open_id.as_str(),
        "access_token": grant.access_token.as_str(),
        "refresh_token": grant.refresh_token.as_ref().map(Sealed::as_str),
        "scopes": grant.scopes.to_string(),
        "token_type": grant.token_type,
        "granted_at": grant.granted_at,
        "access_expires_at": grant.access_expires_at,
        "refresh_expires_at": grant.refresh_expires_at,
        "refresh_due_at": grant.refresh_due_at,
        "late": late,
    })
}
