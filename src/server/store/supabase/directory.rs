//! Lists of creators in Supabase, and the operator's notes about them.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::{
    domain::CreatorId,
    server::store::{Annotated, Annotations, CreatorQuery, DirectoryStore, ListedCreator, StoreError},
};

#[async_trait]
impl DirectoryStore for SupabaseStore {
    async fn creators(&self, query: &CreatorQuery) -> Result<Vec<ListedCreator>, StoreError> {
        self.call(&verbs::CREATORS, json!(query)).await
    }

    async fn annotate_creator(
        &self,
        creator: &CreatorId,
        version: i64,
        annotations: &Annotations,
    ) -> Result<Annotated, StoreError> {
        let Annotations { reference, labels, note } = annotations;
        let request = json!({
            "creator_id": creator,
            "version": version,
            "reference": reference,
            "labels": labels,
            "note": note,
        });
        self.call(&verbs::ANNOTATE_CREATOR, request).await
    }
}
