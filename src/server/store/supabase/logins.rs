//! Pending logins in Supabase.

use async_trait::async_trait;

use super::{
    database::SupabaseStore,
    verbs,
    wire::{self, LoginRow},
};
use crate::server::store::{LoginKey, LoginStore, PendingLogin, StoreError};

#[async_trait]
impl LoginStore for SupabaseStore {
    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
        self.tell(&verbs::BEGIN_LOGIN, wire::login(login, keep)).await
    }

    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError> {
        wire::found::<LoginRow, _>(self.ask(&verbs::TAKE_LOGIN, wire::login_key(browser, which)).await?)
    }
}
