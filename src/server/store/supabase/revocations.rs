//! Ends of grants in Supabase, and their revocations.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs, wire::OfCreator};
use crate::{
    domain::{CreatorId, Timestamp},
    server::{
        store::{
            Ended, Ending, RevocationOutcome, RevocationStore, Revocations, StoreError, WhichRevocations,
        },
        vault::Sealed,
    },
};

#[async_trait]
impl RevocationStore for SupabaseStore {
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        let request = OfCreator { creator_id: creator, fields: ending };
        self.call(&verbs::END_GRANT, json!(request)).await
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        self.call(&verbs::DELETE_CREATOR, json!({ "creator_id": creator, "at": at })).await
    }

    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError> {
        let request = match which {
            WhichRevocations::One(id) => json!({ "id": id, "lease_seconds": lease_seconds }),
            WhichRevocations::Due(limit) => json!({ "limit": limit, "lease_seconds": lease_seconds }),
        };
        self.call(&verbs::CLAIM_REVOCATIONS, request).await
    }

    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError> {
        let request = match outcome {
            RevocationOutcome::Done => json!({ "id": id, "fence": fence }),
            RevocationOutcome::Retry(at) => json!({ "id": id, "fence": fence, "next_try_at": at }),
            RevocationOutcome::NewTokens { access_token, refresh_token, access_expires_at } => json!({
                "id": id,
                "fence": fence,
                "access_token": access_token.as_str(),
                "refresh_token": refresh_token.as_ref().map(Sealed::as_str),
                "access_expires_at": access_expires_at,
            }),
        };
        self.call(&verbs::COMPLETE_REVOCATION, request).await
    }
}
