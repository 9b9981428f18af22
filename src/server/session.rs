//! The browser's session: the signed-in creator, and the browser that a pending login belongs to.
//!
//! Only this file knows the session's keys and its cookie. Sessions live in the [`Store`], known
//! by the SHA-256 of their id, so that a copy of the table opens none.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use axum::response::Response;
use http::{HeaderValue, header::SET_COOKIE};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Error as SessionError, Id, Record},
    session_store,
};

use super::{
    clock::Clock,
    entropy::{Entropy, random},
    store::{Store, StoreError, StoredSession},
};
use crate::domain::{CreatorId, Receipt, Renewal};

/// The cookie's name: `__Host-` binds it to this host, https and the root path
/// (RFC 6265bis, 4.1.3.2).
pub const COOKIE: &str = "__Host-session";

const REMOVAL: &str = "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax";

/// The time from the last change of a session, which is the last login, to its expiry.
const LIFETIME: time::Duration = time::Duration::days(30);

const CREATOR: &str = "creator";
const BROWSER: &str = "browser";
const POPUPS: &str = "popups";
const RECEIPT: &str = "receipt";
const RENEWAL: &str = "renewal";

/// The session of one browser.
pub struct WebSession(Session);

impl WebSession {
    /// Wraps the session that the request carries.
    #[must_use]
    pub const fn new(session: Session) -> Self {
        Self(session)
    }

    /// The signed-in creator.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn creator(&self) -> Result<Option<CreatorId>, StoreError> {
        self.get(CREATOR).await
    }

    /// Signs `creator` in under a new session id, so that an id known before is worth nothing.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn sign_in(&self, creator: &CreatorId) -> Result<(), StoreError> {
        self.0.cycle_id().await.map_err(store_error)?;
        self.0.insert(CREATOR, creator).await.map_err(store_error)?;
        self.0.remove_value(RECEIPT).await.map_err(store_error)?;
        self.0.save().await.map_err(store_error)
    }

    /// Ends this session, and no other.
    ///
    /// # Errors
    /// When the store is unavailable; the session then goes on.
    pub async fn end(&self) -> Result<(), StoreError> {
        self.0.flush().await.map_err(store_error)
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
        self.0.clear().await;
        self.0.cycle_id().await.map_err(store_error)?;
        self.save_receipt(receipt).await
    }

    /// Sets the flash message: the result of a manual refresh, for the next page.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn set_flash(&self, renewal: Renewal) -> Result<(), StoreError> {
        self.save(RENEWAL, renewal).await
    }

    /// Takes the flash message, if there is one.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn take_flash(&self) -> Result<Option<Renewal>, StoreError> {
        // Removing an absent value would count as a change, and so prolong the session.
        let flash = self.get(RENEWAL).await?;
        if flash.is_some() {
            self.0.remove_value(RENEWAL).await.map_err(store_error)?;
        }
        Ok(flash)
    }

    /// The random id of this browser, to which its pending logins are bound; it outlives session ids.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn browser(&self) -> Result<Option<String>, StoreError> {
        self.get(BROWSER).await
    }

    /// The browser's id, made and saved at its first login.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn browser_or_new(&self, entropy: &dyn Entropy) -> Result<String, StoreError> {
        if let Some(browser) = self.browser().await? {
            return Ok(browser);
        }
        let browser = hex::encode(random::<16>(entropy));
        self.save(BROWSER, &browser).await?;
        Ok(browser)
    }

    /// Marks the login of this state's digest as one in a popup, and removes the oldest such mark beyond
    /// `keep`.
    ///
    /// Two logins that begin at the same time may lose one mark: its popup then ends like any window, with
    /// the profile, and its opener receives no message.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn mark_popup(&self, state_digest: &str, keep: usize) -> Result<(), StoreError> {
        let mut popups = self.popups().await?;
        popups.push(state_digest.to_owned());
        let surplus = popups.len().saturating_sub(keep);
        popups.drain(..surplus);
        self.save(POPUPS, popups).await
    }

    /// Whether the login of this state's digest runs in a popup.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn is_popup(&self, state_digest: &str) -> Result<bool, StoreError> {
        Ok(self.popups().await?.iter().any(|marked| marked == state_digest))
    }

    async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.0.get(key).await.map_err(store_error)
    }

    /// Saves at once: the middleware would save only after the response is made, and not on an error.
    async fn save(&self, key: &str, value: impl Serialize + Send + Sync) -> Result<(), StoreError> {
        self.0.insert(key, value).await.map_err(store_error)?;
        self.0.save().await.map_err(store_error)
    }

    async fn popups(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.get(POPUPS).await?.unwrap_or_default())
    }
}

fn store_error(error: SessionError) -> StoreError {
    match error {
        SessionError::Store(session_store::Error::Backend(cause)) => StoreError::Unavailable(cause),
        other => StoreError::Unreadable(other.to_string()),
    }
}

/// The middleware layer that gives each request its session.
#[must_use]
pub fn layer(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> SessionManagerLayer<StoredSessions> {
    SessionManagerLayer::new(StoredSessions::new(store, clock))
        .with_name(COOKIE)
        .with_http_only(true)
        .with_secure(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(LIFETIME))
}

/// Completes the cookie that ends a session: `tower-sessions` sends it bare, and a browser refuses
/// a `__Host-` cookie that is not `Secure`, so it would keep the old one.
pub async fn complete_removal(mut response: Response) -> Response {
    let removal = format!("{COOKIE}=;");
    let cookies: Vec<HeaderValue> = response.headers().get_all(SET_COOKIE).iter().cloned().collect();
    response.headers_mut().remove(SET_COOKIE);
    for cookie in cookies {
        let ends = cookie.as_bytes().starts_with(removal.as_bytes());
        let cookie = if ends { HeaderValue::from_static(REMOVAL) } else { cookie };
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
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

    /// Its expiry is counted from the time it is saved, by this process's clock.
    fn row(&self, record: &Record) -> session_store::Result<StoredSession> {
        let data = serde_json::to_string(&record.data);
        let creator = record.data.get(CREATOR).and_then(Value::as_str);
        Ok(StoredSession {
            id: digest(&record.id),
            creator: creator.and_then(|creator| creator.parse().ok()),
            data: data.map_err(|error| session_store::Error::Encode(error.to_string()))?,
            expires_at: self.clock.now().plus_seconds(LIFETIME.whole_seconds()),
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
