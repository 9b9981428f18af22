//! Pending logins in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::server::{
    store::{LoginKey, LoginStore, PendingLogin, StoreError},
    vault::Sealed,
};

#[async_trait]
impl LoginStore for SupabaseStore {
    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
        let request = json!({
            "state_digest": login.state_digest,
            "browser": login.browser,
            "code_verifier": login.code_verifier.as_ref().map(Sealed::as_str),
            "scopes": login.scopes.to_string(),
            "begun_at": login.begun_at,
            "keep": keep,
        });
        self.execute(&verbs::BEGIN_LOGIN, request).await
    }

    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError> {
        let request = match which {
            LoginKey::State(digest) => json!({ "browser": browser, "state_digest": digest }),
            LoginKey::Newest => json!({ "browser": browser }),
        };
        self.call(&verbs::TAKE_LOGIN, request).await
    }
}
