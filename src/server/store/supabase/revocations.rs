//! Ends of grants in Supabase, and their revocations.

use async_trait::async_trait;
use serde::Serialize;
use serde_json::json;

use super::{SupabaseStore, verbs, wire::OfCreator};
use crate::{
    domain::{CreatorId, Timestamp},
    server::{
        store::{
            Ended, Ending, RefreshResult, RevocationOutcome, RevocationStore, Revocations, StoreError,
            WhichRevocations,
        },
        vault::Sealed,
    },
};

#[async_trait]
impl RevocationStore for SupabaseStore {
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        let fields = &Keyed { idempotency_key: self.project.idempotency_key(), ending };
        self.call(&verbs::END_GRANT, json!(OfCreator { creator_id: creator, fields })).await
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        let key = self.project.idempotency_key();
        let request = json!({ "creator_id": creator, "at": at, "idempotency_key": key });
        self.call(&verbs::DELETE_CREATOR, request).await
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

    async fn renew_revocation(&self, renewal: &RefreshResult) -> Result<bool, StoreError> {
        let tokens = renewal.tokens.as_ref();
        let request = json!({
            "id": renewal.grant.id,
            "generation": renewal.grant.generation,
            "access_token": tokens.map(|tokens| tokens.access_token.as_str()),
            "refresh_token": tokens.and_then(|tokens| tokens.refresh_token.as_ref()).map(Sealed::as_str),
            "access_expires_at": renewal.grant_status.access_expires_at,
            "refresh_expires_at": renewal.grant_status.refresh_expires_at,
        });
        self.call(&verbs::RENEW_REVOCATION, request).await
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
        };
        self.call(&verbs::COMPLETE_REVOCATION, request).await
    }
}

/// What is to be ended, and the key by which a repetition is recognised.
#[derive(Serialize)]
struct Keyed<'a> {
    idempotency_key: String,
    #[serde(flatten)]
    ending: &'a Ending,
}
