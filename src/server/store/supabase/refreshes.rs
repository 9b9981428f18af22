//! Claims of grants in Supabase, and the results of their refreshes.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::{
    domain::{CreatorId, Scopes},
    server::{
        store::{Claims, GrantClaim, RefreshResult, RefreshStore, StoreError},
        vault::Sealed,
    },
};

#[async_trait]
impl RefreshStore for SupabaseStore {
    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        let request = json!({ "limit": limit, "lease_seconds": lease_seconds });
        self.call(&verbs::CLAIM_GRANTS, request).await
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        let request = json!({ "creator_id": creator, "lease_seconds": lease_seconds });
        let ClaimOfCreator { claims, busy } = self.call(&verbs::CLAIM_GRANTS, request).await?;
        Ok(match claims.grants.into_iter().next() {
            Some(claim) => GrantClaim::Claimed { now: claims.now, claim: Box::new(claim) },
            None if busy => GrantClaim::Busy,
            None => GrantClaim::Nothing,
        })
    }

    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError> {
        let RefreshResult { grant, grant_status, tokens, due_at, failures, unsure, log_id } = refresh_result;
        let tokens = tokens.as_ref();
        let request = json!({
            "id": grant.id,
            "fence": grant.fence,
            "generation": grant.generation,
            "access_token": tokens.map(|tokens| tokens.access_token.as_str()),
            "refresh_token": tokens.and_then(|tokens| tokens.refresh_token.as_ref()).map(Sealed::as_str),
            "scopes": tokens.and_then(|tokens| tokens.scopes.as_ref()).map(Scopes::to_string),
            "token_type": tokens.map(|tokens| &tokens.token_type),
            "refreshed_at": tokens.map(|tokens| tokens.refreshed_at),
            "access_expires_at": grant_status.access_expires_at,
            "refresh_expires_at": grant_status.refresh_expires_at,
            "failing_since": grant_status.failing_since,
            "needs_reconnect_since": grant_status.needs_reconnect_since,
            "refresh_failure": grant_status.refresh_failure,
            "refresh_due_at": due_at,
            "failures": failures,
            "unsure": unsure,
            "log_id": log_id,
        });
        self.call(&verbs::COMPLETE_REFRESH, request).await
    }
}

/// What `cc_claim_grants` returns for one creator.
#[derive(Deserialize)]
struct ClaimOfCreator {
    #[serde(flatten)]
    claims: Claims,
    /// Whether another task or replica holds the lease.
    busy: bool,
}
