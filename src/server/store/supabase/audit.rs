//! The audit log in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::{
    domain::{CreatorId, ProgramUse},
    server::store::{AuditQuery, AuditRow, AuditStore, StoreError, StoredAuditRow},
};

#[async_trait]
impl AuditStore for SupabaseStore {
    async fn append_audit(&self, rows: &[AuditRow]) -> Result<(), StoreError> {
        self.execute(&verbs::APPEND_AUDIT, json!({ "rows": rows })).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<StoredAuditRow>, StoreError> {
        self.call(&verbs::AUDIT, json!(query)).await
    }

    async fn programs(&self, creator: &CreatorId) -> Result<Vec<ProgramUse>, StoreError> {
        self.call(&verbs::PROGRAMS, json!({ "creator_id": creator })).await
    }
}
