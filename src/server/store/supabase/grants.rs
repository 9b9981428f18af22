//! Grants in Supabase.

use async_trait::async_trait;

use super::{
    database::SupabaseStore,
    verbs,
    wire::{
        self,
        ending::EndedRow,
        grants::{ClaimRows, GrantRow},
    },
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{
        Claims, Ended, Ending, GrantClaim, GrantStore, NewGrant, RefreshResult, StoreError, StoredGrant,
    },
};

#[async_trait]
impl GrantStore for SupabaseStore {
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
        wire::value(self.ask(&verbs::SAVE_GRANT, wire::grants::new(grant, new_id)).await?)
    }

    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError> {
        wire::found::<GrantRow, _>(self.ask(&verbs::ACTIVE_GRANT, wire::creator(creator)).await?)
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
}
