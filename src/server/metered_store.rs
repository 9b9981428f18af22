//! A store whose calls are measured.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    metrics::StoreMetrics,
    store::{
        Activity, Annotated, Annotations, ApiKeyStore, AuditQuery, AuditRow, AuditStore, Claims,
        CreatorQuery, DirectoryStore, Ended, Ending, EventOutcome, EventQuery, EventStore, ForwardOutcome,
        GrantClaim, GrantStore, KeyEnd, KeyUse, ListedCreator, ListedEvent, LoginKey, LoginOutcome,
        LoginStore, NewEvent, NewGrant, PendingEvent, PendingForward, PendingLogin, ProfileStore,
        ProfileUpdate, RefreshResult, RefreshStore, RevocationOutcome, RevocationStore, Revocations,
        SealedCursor, SealedRow, SealedTokenStore, Store, StoreError, StoredApiKey, StoredAuditRow,
        StoredAvatar, StoredCreator, StoredGrant, StoredProfile, StoredSession, TakenLogin, WebSessionStore,
        WhichRevocations,
    },
};
use crate::domain::{Connections, CreatorId, ProgramUse, Timestamp};

/// A store between the app and the real one, which records every call.
pub struct MeteredStore {
    inner: Arc<dyn Store>,
    metrics: StoreMetrics,
}

impl MeteredStore {
    /// Measures the calls of `inner`.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, metrics: StoreMetrics) -> Self {
        Self { inner, metrics }
    }
}

/// Implements traits of the store by its calls: each is timed under its own name; `|metrics, result| …` counts what a
/// call that succeeded has completed.
macro_rules! metered {
    ($($trait:ident {
        $(fn $verb:ident($($argument:ident: $type:ty),*) -> $ok:ty
            $({ |$metrics:ident, $result:ident| $count:expr })?;)*
    })*) => {
        $(#[async_trait]
        impl $trait for MeteredStore {
            $(async fn $verb(&self, $($argument: $type),*) -> Result<$ok, StoreError> {
                let result = self.metrics.timed(stringify!($verb), self.inner.$verb($($argument),*)).await?;
                $({
                    let ($metrics, $result) = (&self.metrics, &result);
                    $count;
                })?
                Ok(result)
            })*
        })*
    };
}

metered! {
    GrantStore {
        fn save_grant(grant: &NewGrant, new_id: &CreatorId) -> CreatorId;
        fn save_late_grant(grant: &NewGrant, new_id: &CreatorId) -> Option<CreatorId>;
        fn active_grant(creator: &CreatorId) -> Option<StoredGrant>;
    }
    RefreshStore {
        fn claim_due(limit: u32, lease_seconds: u32) -> Claims;
        fn claim_grant(creator: &CreatorId, lease_seconds: u32) -> GrantClaim;
        fn complete_refresh(refresh_result: &RefreshResult) -> bool;
    }
    RevocationStore {
        fn end_grant(creator: &CreatorId, ending: &Ending) -> Option<Ended>;
        fn delete_creator(creator: &CreatorId, at: Timestamp) -> Option<Ended>;
        fn claim_revocations(which: WhichRevocations, lease_seconds: u32) -> Revocations;
        fn renew_revocation(renewal: &RefreshResult) -> bool;
        fn complete_revocation(id: i64, fence: i64, outcome: &RevocationOutcome) -> bool {
            |metrics, _result| metrics.revoked(outcome)
        };
    }
    ProfileStore {
        fn save_profile(creator: &CreatorId, profile: &ProfileUpdate) -> ();
        fn creator(creator: &CreatorId) -> Option<StoredCreator>;
        fn profile(creator: &CreatorId, events: u32) -> Option<StoredProfile>;
        fn avatar(creator: &CreatorId) -> Option<StoredAvatar>;
        fn save_avatar(creator: &CreatorId, avatar: &StoredAvatar) -> ();
    }
    LoginStore {
        fn begin_login(login: &PendingLogin, keep: u32) -> ();
        fn take_login(browser: &str, which: LoginKey<'_>) -> Option<TakenLogin>;
        fn end_login(state_digest: &str, outcome: &LoginOutcome) -> ();
    }
    WebSessionStore {
        fn create_session(session: &StoredSession) -> bool;
        fn save_session(session: &StoredSession) -> ();
        fn session(id: &str, now: Timestamp) -> Option<StoredSession>;
        fn delete_session(id: &str) -> ();
        fn delete_sessions(creator: &CreatorId, except: Option<&str>) -> ();
    }
    EventStore {
        fn save_event(event: &NewEvent) -> bool { |metrics, is_new| metrics.received(*is_new) };
        fn claim_events(limit: u32, lease_seconds: u32) -> Vec<PendingEvent>;
        fn complete_event(row: i64, fence: i64, outcome: &EventOutcome) -> bool {
            |metrics, _result| metrics.handled(outcome)
        };
        fn claim_forwards(limit: u32, lease_seconds: u32) -> Vec<PendingForward>;
        fn complete_forward(row: i64, fence: i64, outcome: &ForwardOutcome) -> bool {
            |metrics, _result| metrics.forwarded(outcome)
        };
        fn events(query: &EventQuery) -> Vec<ListedEvent>;
        fn replay_event(row: i64) -> bool;
        fn activity(creator: &CreatorId, limit: u32) -> Vec<Activity>;
    }
    SealedTokenStore {
        fn key_use() -> Vec<KeyUse>;
        fn sealed_rows(after: SealedCursor, limit: u32) -> Vec<SealedRow>;
        fn reseal(old: &SealedRow, new: &SealedRow) -> bool;
    }
    ApiKeyStore {
        fn create_api_key(key: &StoredApiKey) -> bool;
        fn api_key(id: &str) -> Option<StoredApiKey>;
        fn api_keys() -> Vec<StoredApiKey>;
        fn end_api_key(id: &str, end: KeyEnd) -> bool;
        fn note_api_key_use(id: &str, at: Timestamp) -> ();
    }
    AuditStore {
        fn append_audit(rows: &[AuditRow]) -> ();
        fn audit(query: &AuditQuery) -> Vec<StoredAuditRow>;
        fn programs(creator: &CreatorId) -> Vec<ProgramUse>;
    }
    DirectoryStore {
        fn creators(query: &CreatorQuery) -> Vec<ListedCreator>;
        fn annotate_creator(creator: &CreatorId, version: i64, annotations: &Annotations) -> Annotated;
    }
}

#[async_trait]
impl Store for MeteredStore {
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        self.metrics.timed("purge", self.inner.purge(now, logins_before)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.metrics.timed("check", self.inner.check()).await
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        self.metrics.timed("connections", self.inner.connections(now)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
