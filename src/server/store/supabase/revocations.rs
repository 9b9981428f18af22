//! Revocations in Supabase.

use async_trait::async_trait;

use super::{
    database::SupabaseStore,
    verbs,
    wire::{self, ending::RevocationRows},
};
use crate::server::store::{RevocationOutcome, RevocationStore, Revocations, StoreError, WhichRevocations};

#[async_trait]
impl RevocationStore for SupabaseStore {
    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError> {
        let request = wire::ending::which(which, lease_seconds);
        wire::whole::<RevocationRows, _>(self.ask(&verbs::CLAIM_REVOCATIONS, request).await?)
    }

    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError> {
        wire::value(self.ask(&verbs::SETTLE_REVOCATION, wire::ending::outcome(id, fence, outcome)).await?)
    }
}
