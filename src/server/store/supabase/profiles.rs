//! Creator profiles and avatars in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs, wire::OfCreator};
use crate::{
    domain::CreatorId,
    server::store::{ProfileStore, ProfileUpdate, StoreError, StoredAvatar, StoredCreator, StoredProfile},
};

#[async_trait]
impl ProfileStore for SupabaseStore {
    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
        let request = OfCreator { creator_id: creator, fields: profile };
        self.execute(&verbs::SAVE_PROFILE, json!(request)).await
    }

    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
        self.call(&verbs::CREATOR, json!({ "creator_id": creator })).await
    }

    async fn profile(&self, creator: &CreatorId, events: u32) -> Result<Option<StoredProfile>, StoreError> {
        self.call(&verbs::CREATOR, json!({ "creator_id": creator, "events": events })).await
    }

    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        self.call(&verbs::AVATAR, json!({ "creator_id": creator })).await
    }

    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError> {
        let request = OfCreator { creator_id: creator, fields: avatar };
        self.execute(&verbs::SAVE_AVATAR, json!(request)).await
    }
}
