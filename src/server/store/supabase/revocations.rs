//! Revocations in Supabase.

use async_trait::async_trait;

use super::{
    SupabaseStore, verbs,
    wire::{
        self,
        ending::{EndedRow, RevocationRows},
    },
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{
        Ended, Ending, RevocationOutcome, RevocationStore, Revocations, StoreError, WhichRevocations,
    },
};

#[async_trait]
impl RevocationStore for SupabaseStore {
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        let request = wire::ending::ending(creator, ending);
        wire::found::<EndedRow, _>(self.ask(&verbs::END_GRANT, request).await?)
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        let request = wire::ending::deletion(creator, at);
        wire::found::<EndedRow, _>(self.ask(&verbs::DELETE_CREATOR, request).await?)
    }

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
