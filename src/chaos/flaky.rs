//! A store that fails by order, counts its calls, and writes down how claims were settled.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use creator_connect::{
    domain::{Connections, CreatorId, Timestamp},
    server::store::{
        Claims, Ended, Ending, GrantClaim, KeyUse, LoginKey, NewGrant, PendingLogin, ProfileUpdate,
        RevocationOutcome, Revocations, SealedCursor, SealedRow, Settlement, Store, StoreError, StoredAvatar,
        StoredCreator, StoredGrant, StoredSession, WhichRevocations,
    },
};
use serde::{Deserialize, Serialize};

use crate::diary::{Diary, Event};

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
pub(crate) struct Weather(Mutex<Outage>);

/// A store between the app and the real one.
pub(crate) struct Flaky {
    inner: Arc<dyn Store>,
    weather: Arc<Weather>,
    diary: Option<Arc<Diary>>,
    calls: Arc<AtomicU64>,
}

impl Weather {
    pub(crate) fn set(&self, outage: Outage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = outage;
    }

    fn now(&self) -> Outage {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flaky {
    pub(crate) fn new(inner: Arc<dyn Store>, weather: Arc<Weather>, diary: Option<Arc<Diary>>) -> Self {
        Self { inner, weather, diary, calls: Arc::default() }
    }

    /// Counts the calls so far.
    pub(crate) fn calls(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.calls)
    }

    async fn call<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let away = || StoreError::Unavailable("an outage by order".to_owned());
        match self.weather.now() {
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

    fn note(&self, settlement: &Settlement, answer: &Result<bool, StoreError>) {
        let Some(diary) = &self.diary else { return };
        let trouble = settlement.standing.trouble.map_or("nothing", |trouble| trouble.as_str());
        let said = match settlement {
            Settlement { tokens: Some(_), .. } => "tokens".to_owned(),
            _ if settlement.standing.needs_reconnect_since.is_some() => format!("dead_{trouble}"),
            _ => trouble.to_owned(),
        };
        let answer = answer.as_ref().map_or_else(|_| "error".to_owned(), bool::to_string);
        diary.write(settlement.grant, settlement.unsure, Event::Settled { said, answer });
    }
}

#[async_trait]
impl Store for Flaky {
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
        self.call(self.inner.save_grant(grant, new_id)).await
    }

    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError> {
        self.call(self.inner.active_grant(creator)).await
    }

    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        self.call(self.inner.claim_due(limit, lease_seconds)).await
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        self.call(self.inner.claim_grant(creator, lease_seconds)).await
    }

    async fn settle(&self, settlement: &Settlement) -> Result<bool, StoreError> {
        let answer = self.call(self.inner.settle(settlement)).await;
        self.note(settlement, &answer);
        answer
    }

    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        self.call(self.inner.end_grant(creator, ending)).await
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        self.call(self.inner.delete_creator(creator, at)).await
    }

    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError> {
        self.call(self.inner.claim_revocations(which, lease_seconds)).await
    }

    async fn settle_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError> {
        self.call(self.inner.settle_revocation(id, fence, outcome)).await
    }

    async fn key_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        self.call(self.inner.key_use()).await
    }

    async fn sealed_rows(&self, after: SealedCursor, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        self.call(self.inner.sealed_rows(after, limit)).await
    }

    async fn reseal(&self, old: &SealedRow, new: &SealedRow) -> Result<bool, StoreError> {
        self.call(self.inner.reseal(old, new)).await
    }

    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
        self.call(self.inner.save_profile(creator, profile)).await
    }

    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
        self.call(self.inner.creator(creator)).await
    }

    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        self.call(self.inner.avatar(creator)).await
    }

    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError> {
        self.call(self.inner.save_avatar(creator, avatar)).await
    }

    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
        self.call(self.inner.begin_login(login, keep)).await
    }

    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError> {
        self.call(self.inner.take_login(browser, which)).await
    }

    async fn create_session(&self, session: &StoredSession) -> Result<bool, StoreError> {
        self.call(self.inner.create_session(session)).await
    }

    async fn save_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.call(self.inner.save_session(session)).await
    }

    async fn session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError> {
        self.call(self.inner.session(id, now)).await
    }

    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        self.call(self.inner.delete_session(id)).await
    }

    async fn purge(&self, now: Timestamp, logins_before: Timestamp) -> Result<u64, StoreError> {
        self.call(self.inner.purge(now, logins_before)).await
    }

    async fn connections(&self, now: Timestamp) -> Result<Connections, StoreError> {
        self.call(self.inner.connections(now)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
