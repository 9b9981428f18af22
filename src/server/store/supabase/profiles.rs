//! Creators and their avatars in Supabase.

use async_trait::async_trait;

use super::{
    database::SupabaseStore,
    verbs,
    wire::{self, AvatarRow, CreatorRow},
};
use crate::{
    domain::CreatorId,
    server::store::{ProfileStore, ProfileUpdate, StoreError, StoredAvatar, StoredCreator},
};

#[async_trait]
impl ProfileStore for SupabaseStore {
    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
        self.tell(&verbs::SAVE_PROFILE, wire::profile(creator, profile)).await
    }

    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
        wire::found::<CreatorRow, _>(self.ask(&verbs::CREATOR, wire::creator(creator)).await?)
    }

    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        wire::found::<AvatarRow, _>(self.ask(&verbs::AVATAR, wire::creator(creator)).await?)
    }

    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError> {
        self.tell(&verbs::SAVE_AVATAR, wire::avatar(creator, avatar)).await
    }
}
