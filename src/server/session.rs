//! The browser's session: the signed-in creator, a flash message, a receipt.
//!
//! A browser has none before a creator signs in. Only this file knows the session's keys and its cookie. Sessions live in the [`Store`], known
//! by the SHA-256 of their id, so that a copy of the table opens none.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderValue, header::SET_COOKIE};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    Expiry, Session, SessionStore,
    session::{Error as SessionError, Id, Record},
    session_store,
};

use super::{
    clock::Clock,
    cookie,
    store::{Store, StoreError, StoredSession},
};
use crate::domain::{CreatorId, Flash, Receipt, Timestamp};

/// The cookie's name.
pub const COOKIE: &str = "__Host-session";

/// The time from the last use of a session to its expiry.
const LIFETIME: time::Duration = time::Duration::days(30);

/// A session ends so long after the sign-in, however often it is used.
const LONGEST_SECONDS: i64 = 90 * 86_400;

/// The use of a session is written down at most once in this time: a page costs no write of the store.
const SEEN_EVERY_SECONDS: i64 = 60 * 60;

const CREATOR: &str = "creator";
const SIGNED_IN_AT: &str = "signed_in_at";
const SEEN_AT: &str = "seen_at";
const RECEIPT: &str = "receipt";
const FLASH: &str = "flash";

/// The session of one browser, shared by all that handle its request.
#[derive(Clone)]
pub struct WebSession {
    current: Arc<Mutex<Session>>,
    sessions: StoredSessions,
}

impl WebSession {
    /// The session with this id, which is loaded when a value is read; without an id a new one, which is stored when
    /// a value is written.
    #[must_use]
    pub fn open(id: Option<Id>, sessions: StoredSessions) -> Self {
        Self { current: Arc::new(Mutex::new(session(id, &sessions))), sessions }
    }

    /// The signed-in creator. Prolongs the session, at most once an hour.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn creator(&self) -> Result<Option<CreatorId>, StoreError> {
        let creator = self.get(CREATOR).await?;
        if creator.is_some() {
            self.note_use().await?;
        }
        Ok(creator)
    }

    async fn note_use(&self) -> Result<(), StoreError> {
        let now = self.sessions.clock.now();
        let seen_at: Option<Timestamp> = self.get(SEEN_AT).await?;
        if seen_at.is_some_and(|seen_at| now.seconds_since(seen_at) < SEEN_EVERY_SECONDS) {
            return Ok(());
        }
        // It goes on for now, if that cannot be written.
        if let Err(error) = self.save(SEEN_AT, now).await {
            tracing::warn!(%error, "a session cannot be prolonged");
        }
        Ok(())
    }

    /// Signs `creator` in with a new session and a flash message, so that an id known before is worth nothing. The former session goes
    /// once the new one is stored.
    ///
    /// # Errors
    /// When the store is unavailable; the former session then goes on.
    pub async fn sign_in(&self, creator: &CreatorId) -> Result<(), StoreError> {
        let new = session(None, &self.sessions);
        let now = self.sessions.clock.now();
        for key in [SIGNED_IN_AT, SEEN_AT] {
            new.insert(key, now).await.map_err(store_error)?;
        }
        new.insert(FLASH, Flash::SignedIn).await.map_err(store_error)?;
        self.replace(new, CREATOR, creator).await
    }

    /// Ends the sessions of `creator` in every other browser.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn end_others(&self, creator: &CreatorId) -> Result<(), StoreError> {
        let own = self.id().map(|id| digest(&id));
        self.sessions.store.delete_sessions(creator, own.as_deref()).await
    }

    /// Ends this session, and no other.
    ///
    /// # Errors
    /// When the store is unavailable; the session then goes on.
    pub async fn end(&self) -> Result<(), StoreError> {
        self.current().flush().await.map_err(store_error)
    }

    /// The receipt of a creator who left in this session.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn receipt(&self) -> Result<Option<Receipt>, StoreError> {
        self.get(RECEIPT).await
    }

    /// Saves a receipt, until the next login or the end of the session.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn save_receipt(&self, receipt: &Receipt) -> Result<(), StoreError> {
        self.save(RECEIPT, receipt).await
    }

    /// Replaces this session by one with a new id that holds a receipt and nothing else.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn replace_with_receipt(&self, receipt: &Receipt) -> Result<(), StoreError> {
        self.replace(session(None, &self.sessions), RECEIPT, receipt).await
    }

    /// Sets the flash message for the next page.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn set_flash(&self, flash: Flash) -> Result<(), StoreError> {
        self.save(FLASH, flash).await
    }

    /// Takes the flash message, if there is one. One that cannot be removed is returned too: it is shown once more.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn take_flash(&self) -> Result<Option<Flash>, StoreError> {
        // Removing an absent value would count as a change, and so prolong the session.
        let flash = self.get(FLASH).await?;
        if flash.is_some() {
            let removed = self.remove(FLASH).await;
            removed.unwrap_or_else(|error| tracing::warn!(%error, "a flash message cannot be removed"));
        }
        Ok(flash)
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        let session = self.current();
        session.remove_value(key).await.map_err(store_error)?;
        session.save().await.map_err(store_error)
    }

    /// The id for the cookie; `None` for a session that is in no store.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.current().id()
    }

    async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.current().get(key).await.map_err(store_error)
    }

    /// Saves at once, so that a failure is known while the response can still say so.
    async fn save(&self, key: &str, value: impl Serialize + Send + Sync) -> Result<(), StoreError> {
        save(&self.current(), key, value).await
    }

    /// Puts a new session with one more value in the place of this one.
    async fn replace(
        &self,
        new: Session,
        key: &str,
        value: impl Serialize + Send + Sync,
    ) -> Result<(), StoreError> {
        save(&new, key, value).await?;
        let former = std::mem::replace(&mut *self.lock(), new);
        if former.id().is_some() {
            former.delete().await.map_err(store_error)?;
        }
        Ok(())
    }

    fn current(&self) -> Session {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn session(id: Option<Id>, sessions: &StoredSessions) -> Session {
    Session::new(id, Arc::new(sessions.clone()), Some(Expiry::OnInactivity(LIFETIME)))
}

async fn save(session: &Session, key: &str, value: impl Serialize + Send + Sync) -> Result<(), StoreError> {
    session.insert(key, value).await.map_err(store_error)?;
    session.save().await.map_err(store_error)
}

fn store_error(error: SessionError) -> StoreError {
    match error {
        SessionError::Store(session_store::Error::Backend(cause)) => StoreError::Unavailable(cause),
        other => StoreError::Unreadable(other.to_string()),
    }
}

/// Middleware: gives each request its session as an extension, and the response the session's cookie where that
/// changed. A session is loaded when a value is read, and saved when one is written.
pub async fn provide(State(sessions): State<StoredSessions>, mut request: Request, next: Next) -> Response {
    let requested = cookie::value(request.headers(), COOKIE).and_then(|value| value.parse().ok());
    let session = WebSession::open(requested, sessions);
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    if let Some(cookie) = changed_cookie(requested, &session) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The cookie of a session that is new or was saved, or the removal of one that has ended.
fn changed_cookie(requested: Option<Id>, session: &WebSession) -> Option<HeaderValue> {
    let cookie = match session.id() {
        None => requested.map(|_| cookie::removal(COOKIE)),
        Some(id) if session.current().is_modified() => {
            Some(cookie::set(COOKIE, &id.to_string(), LIFETIME.whole_seconds()))
        }
        Some(_) => None,
    };
    HeaderValue::try_from(cookie?).ok()
}

/// The session store of `tower-sessions`, over our own store.
#[derive(Clone)]
pub struct StoredSessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl StoredSessions {
    /// The sessions in `store` that have not expired by `clock`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Its expiry is counted from the time it is saved, by this process's clock, and at most from the sign-in.
    fn row(&self, record: &Record) -> session_store::Result<StoredSession> {
        let data = serde_json::to_string(&record.data);
        let creator = record.data.get(CREATOR).and_then(Value::as_str);
        let signed_in_at = record.data.get(SIGNED_IN_AT).and_then(Value::as_i64).map(Timestamp);
        let expires_at = self.clock.now().plus_seconds(LIFETIME.whole_seconds());
        let latest = signed_in_at.map_or(expires_at, |at| at.plus_seconds(LONGEST_SECONDS));
        Ok(StoredSession {
            id: digest(&record.id),
            creator: creator.and_then(|creator| creator.parse().ok()),
            data: data.map_err(|error| session_store::Error::Encode(error.to_string()))?,
            expires_at: expires_at.min(latest),
        })
    }
}

impl fmt::Debug for StoredSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredSessions")
    }
}

#[async_trait]
impl SessionStore for StoredSessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        while !self.store.create_session(&self.row(record)?).await.map_err(backend_error)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.store.save_session(&self.row(record)?).await.map_err(backend_error)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let found = self.store.session(&digest(id), self.clock.now()).await.map_err(backend_error)?;
        found.map(|session| to_record(*id, &session)).transpose()
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.store.delete_session(&digest(id)).await.map_err(backend_error)
    }
}

fn backend_error(error: StoreError) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn digest(id: &Id) -> String {
    hex::encode(Sha256::digest(id.0.to_be_bytes()))
}

fn to_record(id: Id, session: &StoredSession) -> session_store::Result<Record> {
    let unreadable = |error: String| session_store::Error::Decode(error);
    let data = serde_json::from_str(&session.data).map_err(|error| unreadable(error.to_string()))?;
    let expiry_date = OffsetDateTime::from_unix_timestamp(session.expires_at.0);
    Ok(Record { id, data, expiry_date: expiry_date.map_err(|error| unreadable(error.to_string()))? })
}
