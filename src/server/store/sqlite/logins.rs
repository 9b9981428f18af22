//! Pending logins in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::{
    SqliteStore,
    statements::{execute, first},
    values::Json,
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{LoginKey, LoginOutcome, LoginStore, PendingLogin, StoreError, TakenLogin},
};

#[async_trait]
impl LoginStore for SqliteStore {
    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
        let login = login.clone();
        self.writer.write(move |connection, _| begin(connection, &login, keep)).await
    }

    async fn take_login(&self, browser: &str, which: LoginKey<'_>) -> Result<Option<TakenLogin>, StoreError> {
        let browser = browser.to_owned();
        let state = match which {
            LoginKey::State(digest) => Some(digest.to_owned()),
            LoginKey::Newest => None,
        };
        self.writer.write(move |connection, now| take(connection, &browser, state.as_deref(), now)).await
    }

    async fn end_login(&self, state_digest: &str, outcome: &LoginOutcome) -> Result<(), StoreError> {
        let (state_digest, outcome) = (state_digest.to_owned(), outcome.clone());
        self.writer.write(move |connection, _| end(connection, &state_digest, &outcome)).await
    }
}

/// Saves a login; the browser keeps its `keep` newest. Within one second the order of arrival
/// (`rowid`) decides.
fn begin(connection: &Connection, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
    let sql = "INSERT INTO pending_logins (state_digest, browser, code_verifier, scopes, popup, begun_at)
               VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (state_digest) DO NOTHING";
    let PendingLogin { state_digest, browser, code_verifier, scopes, popup, begun_at } = login;
    execute(connection, sql, params![state_digest, browser, code_verifier, scopes, popup, begun_at])?;
    let sql = "DELETE FROM pending_logins WHERE browser = ?1 AND state_digest NOT IN (
                   SELECT state_digest FROM pending_logins WHERE browser = ?1
                   ORDER BY begun_at DESC, rowid DESC LIMIT ?2)";
    execute(connection, sql, params![browser, keep]).map(drop)
}

/// Takes a login and erases its code verifier; returns it as it was before. Without a state the newest that was not
/// taken, else the newest that failed.
fn take(
    connection: &Connection,
    browser: &str,
    state: Option<&str>,
    now: Timestamp,
) -> Result<Option<TakenLogin>, StoreError> {
    let by_state = "SELECT * FROM pending_logins WHERE browser = ? AND state_digest = ?";
    let newest = "SELECT * FROM pending_logins
                  WHERE browser = ? AND (taken_at IS NULL OR outcome ->> 'failed' IS NOT NULL)
                  ORDER BY taken_at IS NOT NULL, begun_at DESC, rowid DESC LIMIT 1";
    let read = |row: &Row<'_>| read(row, now);
    let taken = match state {
        Some(digest) => first(connection, by_state, [browser, digest], read)?,
        None => first(connection, newest, [browser], read)?,
    };
    let Some(taken) = taken else { return Ok(None) };
    let sql = "UPDATE pending_logins SET taken_at = ?, code_verifier = NULL
               WHERE state_digest = ? AND taken_at IS NULL";
    execute(connection, sql, params![now, taken.login.state_digest])?;
    Ok(Some(taken))
}

fn end(connection: &Connection, state_digest: &str, outcome: &LoginOutcome) -> Result<(), StoreError> {
    let sql = "UPDATE pending_logins SET outcome = ?1, creator_id = ?1 ->> 'connected'
               WHERE state_digest = ?2 AND taken_at IS NOT NULL";
    execute(connection, sql, params![Json(outcome), state_digest]).map(drop)
}

fn read(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<TakenLogin> {
    let login = PendingLogin {
        state_digest: row.get("state_digest")?,
        browser: row.get("browser")?,
        code_verifier: row.get("code_verifier")?,
        scopes: row.get("scopes")?,
        popup: row.get("popup")?,
        begun_at: row.get("begun_at")?,
    };
    let outcome = row.get::<_, Option<Json<_>>>("outcome")?.map(|Json(outcome)| outcome);
    Ok(TakenLogin { login, taken_at: row.get("taken_at")?, outcome, now })
}

/// Deletes logins that were begun before a timestamp.
pub(super) fn purge(connection: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    execute(connection, "DELETE FROM pending_logins WHERE begun_at < ?", [before])
}

/// Deletes the logins that connected a creator: a callback that is loaded again signs nobody in any more.
pub(super) fn forget(connection: &Connection, creator: &CreatorId) -> Result<(), StoreError> {
    execute(connection, "DELETE FROM pending_logins WHERE creator_id = ?", [creator]).map(drop)
}
