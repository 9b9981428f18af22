//! A store that fails by order, counts its calls, and writes down how claims were settled.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use creator_connect::{
    domain::{Connections, CreatorId, ProgramUse, Timestamp},
    server::store::{
        Activity, Annotated, Annotations, ApiKeyStore, AuditQuery, AuditRow, AuditStore, Claim, Claims,
        CreatorQuery, DirectoryStore, Ended, Ending, EventOutcome, EventQuery, EventStore, ForwardOutcome,
        GrantClaim, GrantRef, GrantStore, KeyEnd, KeyUse, ListedCreator, ListedEvent, LoginKey, LoginOutcome,
        LoginStore, NewEvent, NewGrant, PendingEvent, PendingForward, PendingLogin, ProfileStore,
        ProfileUpdate, RefreshResult, RefreshStore, RevocationOutcome, RevocationStore, Revocations,
        SealedCursor, SealedRow, SealedTokenStore, Store, StoreError, StoredApiKey, StoredAuditRow,
        StoredAvatar, StoredCreator, StoredGrant, StoredProfile, StoredSession, TakenLogin, WebSessionStore,
        WhichRevocations,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    operation_log::{Event, OperationLog},
    worker::Off,
};

/// A renewed grant is due again in one second to so many.
const HURRY_SECONDS: i64 = 4;

/// How the store fails for a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outage {
    #[default]
    None,
    /// It does nothing and says that it cannot.
    Refuses,
    /// It does its work and says that it cannot.
    LosesAnswers,
    /// It takes its time.
    IsSlow,
}

/// The outage of the moment, shared with whoever orders it.
#[derive(Default)]
pub(crate) struct OutageSwitch(Mutex<Outage>);

/// A store between the app and the real one.
pub(crate) struct FaultyStore {
    inner: Arc<dyn Store>,
    outages: Arc<OutageSwitch>,
    operation_log: Option<Arc<OperationLog>>,
    calls: Arc<AtomicU64>,
    off: Option<Off>,
    /// Whose grants were claimed, by the store's row; for a safeguard that is off.
    creators: Mutex<HashMap<i64, CreatorId>>,
}

impl OutageSwitch {
    pub(crate) fn set(&self, outage: Outage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = outage;
    }

    fn now(&self) -> Outage {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultyStore {
    pub(crate) fn new(
        inner: Arc<dyn Store>,
        outages: Arc<OutageSwitch>,
        operation_log: Option<Arc<OperationLog>>,
    ) -> Self {
        Self { inner, outages, operation_log, calls: Arc::default(), off: None, creators: Mutex::default() }
    }

    /// The same store without a safeguard, to show that the harness notices a loss.
    pub(crate) fn without(self, off: Option<Off>) -> Self {
        Self { off, ..self }
    }

    /// Without the fence a lease protects nothing.
    fn lease(&self, seconds: u32) -> u32 {
        if self.off == Some(Off::Fence) { 0 } else { seconds }
    }

    /// Without the second look no claim is known to be unsure.
    fn claimed(&self, claim: &mut Claim) {
        claim.unsure &= self.off != Some(Off::Reread);
        if self.off.is_some() {
            let mut creators = self.creators.lock().unwrap_or_else(PoisonError::into_inner);
            creators.insert(claim.grant.id, claim.creator.clone());
        }
    }

    /// The numbers of the creator's grant as they are stored now.
    async fn current(&self, row: i64) -> Result<Option<GrantRef>, StoreError> {
        let creator = self.creators.lock().unwrap_or_else(PoisonError::into_inner).get(&row).cloned();
        let Some(creator) = creator else { return Ok(None) };
        Ok(self.inner.active_grant(&creator).await?.map(|stored| stored.grant))
    }

    /// Completes a refresh. Without a safeguard the numbers of the claim prove nothing: they are replaced by those that
    /// are stored now, for every result without the fence, for verdicts without the second look.
    async fn complete(&self, result: &RefreshResult) -> Result<bool, StoreError> {
        let is_verdict = result.grant_status.needs_reconnect_since.is_some();
        let is_blind = self.off == Some(Off::Fence) || self.off == Some(Off::Reread) && is_verdict;
        let mut result = result.clone();
        if is_blind && let Some(grant) = self.current(result.grant.id).await? {
            result.grant = grant;
        }
        self.inner.complete_refresh(&result).await
    }

    /// Counts the calls so far.
    pub(crate) fn calls(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.calls)
    }

    async fn call<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let away = || StoreError::Unavailable("an outage by order".to_owned());
        match self.outages.now() {
            Outage::None => work.await,
            Outage::Refuses => Err(away()),
            Outage::LosesAnswers => {
                drop(work.await);
                Err(away())
            }
            Outage::IsSlow => {
                tokio::time::sleep(Duration::from_millis(400)).await;
                work.await
            }
        }
    }

    /// Has a renewed grant refreshed again in a few seconds, long before its token's end.
    fn shortened(&self, refresh_result: &RefreshResult) -> RefreshResult {
        let mut shortened = refresh_result.clone();
        if self.operation_log.is_some()
            && let Some(tokens) = &refresh_result.tokens
        {
            let spread = (refresh_result.grant.id + refresh_result.grant.generation) % HURRY_SECONDS;
            shortened.due_at = Some(tokens.refreshed_at.plus_seconds(1 + spread));
        }
        shortened
    }

    fn note(&self, refresh_result: &RefreshResult, answer: &Result<bool, StoreError>) {
        let Some(operation_log) = &self.operation_log else { return };
        let refresh_failure = refresh_result
            .grant_status
            .refresh_failure
            .map_or("nothing", |refresh_failure| refresh_failure.as_str());
        let said = match refresh_result {
            RefreshResult { tokens: Some(_), .. } => "tokens".to_owned(),
            _ if refresh_result.grant_status.needs_reconnect_since.is_some() => {
                format!("dead_{refresh_failure}")
            }
            _ => refresh_failure.to_owned(),
        };
        let answer = answer.as_ref().map_or_else(|_| "error".to_owned(), bool::to_string);
        operation_log.write(refresh_result.grant, refresh_result.unsure, Event::Completed { said, answer });
    }
}

/// Implements topics of the store whose methods are only delegated, one line each.
macro_rules! delegate {
    ($($topic:ident { $($method:ident($($name:ident: $kind:ty),*) -> $value:ty;)* })*) => {
        $(#[async_trait]
        impl $topic for FaultyStore {
            $(async fn $method(&self, $($name: $kind),*) -> Result<$value, StoreError> {
                self.call(self.inner.$method($($name),*)).await
            })*
        })*
    };
}

delegate! {
    GrantStore {
        save_grant(grant: &NewGrant, new_id: &CreatorId) -> CreatorId;
        save_late_grant(grant: &NewGrant, new_id: &CreatorId) -> Option<CreatorId>;
        active_grant(creator: &CreatorId) -> Option<StoredGrant>;
    }

    RevocationStore {
        end_grant(creator: &CreatorId, ending: &Ending) -> Option<Ended>;
        delete_creator(creator: &CreatorId, at: Timestamp) -> Option<Ended>;
        claim_revocations(which: WhichRevocations, lease_seconds: u32) -> Revocations;
        renew_revocation(renewal: &RefreshResult) -> bool;
        complete_revocation(id: i64, fence: i64, outcome: &RevocationOutcome) -> bool;
    }

    ProfileStore {
        save_profile(creator: &CreatorId, profile: &ProfileUpdate) -> ();
        creator(creator: &CreatorId) -> Option<StoredCreator>;
        profile(creator: &CreatorId, events: u32) -> Option<StoredProfile>;
        avatar(creator: &CreatorId) -> Option<StoredAvatar>;
        save_avatar(creator: &CreatorId, avatar: &StoredAvatar) -> ();
    }

    LoginStore {
        begin_login(login: &PendingLogin, keep: u32) -> ();
        take_login(browser: &str, which: LoginKey<'_>) -> Option<TakenLogin>;
        end_login(state_digest: &str, outcome: &LoginOutcome) -> ();
    }

    WebSessionStore {
        create_session(session: &StoredSession) -> bool;
        save_session(session: &StoredSession) -> ();
        session(id: &str, now: Timestamp) -> Option<StoredSession>;
        delete_session(id: &str) -> ();
        delete_sessions(creator: &CreatorId, except: Option<&str>) -> ();
    }

    EventStore {
        save_event(event: &NewEvent) -> bool;
        claim_events(limit: u32, lease_seconds: u32) -> Vec<PendingEvent>;
        complete_event(row: i64, fence: i64, outcome: &EventOutcome) -> bool;
        claim_forwards(limit: u32, lease_seconds: u32) -> Vec<PendingForward>;
        complete_forward(row: i64, fence: i64, outcome: &ForwardOutcome) -> bool;
        events(query: &EventQuery) -> Vec<ListedEvent>;
        replay_event(row: i64) -> bool;
        activity(creator: &CreatorId, limit: u32) -> Vec<Activity>;
    }

    SealedTokenStore {
        key_use() -> Vec<KeyUse>;
        sealed_rows(after: SealedCursor, limit: u32) -> Vec<SealedRow>;
        reseal(old: &SealedRow, new: &SealedRow) -> bool;
    }

    ApiKeyStore {
        create_api_key(key: &StoredApiKey) -> bool;
        api_key(id: &str) -> Option<StoredApiKey>;
        api_keys() -> Vec<StoredApiKey>;
        end_api_key(id: &str, end: KeyEnd) -> bool;
        note_api_key_use(id: &str, at: Timestamp) -> ();
    }

    AuditStore {
        append_audit(rows: &[AuditRow]) -> ();
        audit(query: &AuditQuery) -> Vec<StoredAuditRow>;
        programs(creator: &CreatorId) -> Vec<ProgramUse>;
    }

    DirectoryStore {
        creators(query: &CreatorQuery) -> Vec<ListedCreator>;
        annotate_creator(creator: &CreatorId, version: i64, annotations: &Annotations) -> Annotated;
    }
}

#[async_trait]
impl RefreshStore for FaultyStore {
    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        let mut claims = self.call(self.inner.claim_due(limit, self.lease(lease_seconds))).await?;
        claims.grants.iter_mut().for_each(|claim| self.claimed(claim));
        Ok(claims)
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        let mut claim = self.call(self.inner.claim_grant(creator, self.lease(lease_seconds))).await?;
        if let GrantClaim::Claimed { claim, .. } = &mut claim {
            self.claimed(claim);
        }
        Ok(claim)
    }

    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError> {
        let shortened = self.shortened(refresh_result);
        let answer = self.call(self.complete(&shortened)).await;
        self.note(refresh_result, &answer);
        answer
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        self.call(self.inner.purge(now, logins_before)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.call(self.inner.check()).await
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        self.call(self.inner.connections(now)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
