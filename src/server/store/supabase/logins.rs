//! Pending logins in Supabase.

use async_trait::async_trait;
use serde_json::json;

use super::{SupabaseStore, verbs};
use crate::server::{
    store::{LoginKey, LoginOutcome, LoginStore, PendingLogin, StoreError, TakenLogin},
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
            "popup": login.popup,
            "begun_at": login.begun_at,
            "keep": keep,
        });
        self.execute(&verbs::BEGIN_LOGIN, request).await
    }

    async fn take_login(&self, browser: &str, which: LoginKey<'_>) -> Result<Option<TakenLogin>, StoreError> {
        let state_digest = match which {
            LoginKey::State(digest) => Some(digest),
            LoginKey::Newest => None,
        };
        let request = json!({ "browser": browser, "state_digest": state_digest });
        self.call(&verbs::TAKE_LOGIN, request).await
    }

    async fn end_login(&self, state_digest: &str, outcome: &LoginOutcome) -> Result<(), StoreError> {
        self.execute(&verbs::END_LOGIN, json!({ "state_digest": state_digest, "outcome": outcome })).await
    }
}
