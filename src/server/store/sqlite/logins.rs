//! Pending logins in SQLite.

use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::SqliteStore;
use crate::{
    domain::{CreatorId, Timestamp},
    server::{
        store::{LoginKey, LoginOutcome, LoginStore, PendingLogin, StoreError, TakenLogin},
        vault::Sealed,
    },
};

#[async_trait]
impl LoginStore for SqliteStore {
    async fn begin_login(&self, login: &PendingLogin, keep: u32) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        begin(&mut transaction, login, keep).await?;
        Ok(transaction.commit().await?)
    }

    async fn take_login(&self, browser: &str, which: LoginKey<'_>) -> Result<Option<TakenLogin>, StoreError> {
        let mut transaction = self.write().await?;
        let taken = take(&mut transaction, browser, which, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(taken)
    }

    async fn end_login(&self, state_digest: &str, outcome: &LoginOutcome) -> Result<(), StoreError> {
        let outcome =
            serde_json::to_string(outcome).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let mut transaction = self.write().await?;
        sqlx::query(
            "UPDATE pending_logins SET outcome = ?1, creator_id = ?1 ->> 'connected'
             WHERE state_digest = ?2 AND taken_at IS NOT NULL",
        )
        .bind(outcome)
        .bind(state_digest)
        .execute(&mut **transaction)
        .await?;
        Ok(transaction.commit().await?)
    }
}

/// Takes a login and erases its code verifier; returns it as it was before.
async fn take(
    transaction: &mut Transaction<'_, Sqlite>,
    browser: &str,
    which: LoginKey<'_>,
    now: Timestamp,
) -> Result<Option<TakenLogin>, StoreError> {
    let query = match which {
        LoginKey::State(digest) => {
            sqlx::query("SELECT * FROM pending_logins WHERE browser = ? AND state_digest = ?")
                .bind(browser)
                .bind(digest)
        }
        LoginKey::Newest => sqlx::query(
            "SELECT * FROM pending_logins
             WHERE browser = ? AND (taken_at IS NULL OR outcome ->> 'failed' IS NOT NULL)
             ORDER BY taken_at IS NOT NULL, begun_at DESC, rowid DESC LIMIT 1",
        )
        .bind(browser),
    };
    let Some(row) = query.fetch_optional(&mut **transaction).await? else { return Ok(None) };
    let taken = read(&row, now)?;
    sqlx::query(
        "UPDATE pending_logins SET taken_at = ?, code_verifier = NULL
         WHERE state_digest = ? AND taken_at IS NULL",
    )
    .bind(now.0)
    .bind(&taken.login.state_digest)
    .execute(&mut **transaction)
    .await?;
    Ok(Some(taken))
}

/// Remembers a login; the browser keeps its `keep` newest. Within one second the order of arrival
/// (`rowid`) decides.
async fn begin(
    transaction: &mut Transaction<'_, Sqlite>,
    login: &PendingLogin,
    keep: u32,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO pending_logins (state_digest, browser, code_verifier, scopes, popup, begun_at)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (state_digest) DO NOTHING",
    )
    .bind(&login.state_digest)
    .bind(&login.browser)
    .bind(login.code_verifier.as_ref().map(Sealed::as_str))
    .bind(login.scopes.to_string())
    .bind(login.popup)
    .bind(login.begun_at.0)
    .execute(&mut **transaction)
    .await?;
    sqlx::query(
        "DELETE FROM pending_logins WHERE browser = ?1 AND state_digest NOT IN (
             SELECT state_digest FROM pending_logins WHERE browser = ?1
             ORDER BY begun_at DESC, rowid DESC LIMIT ?2)",
    )
    .bind(&login.browser)
    .bind(keep)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn read(row: &SqliteRow, now: Timestamp) -> Result<TakenLogin, StoreError> {
    let code_verifier: Option<String> = row.try_get("code_verifier")?;
    let login = PendingLogin {
        state_digest: row.try_get("state_digest")?,
        browser: row.try_get("browser")?,
        code_verifier: code_verifier.map(Sealed::from_stored),
        scopes: row.try_get::<&str, _>("scopes")?.parse()?,
        popup: row.try_get("popup")?,
        begun_at: Timestamp(row.try_get("begun_at")?),
    };
    let taken_at: Option<i64> = row.try_get("taken_at")?;
    let outcome = row.try_get::<Option<&str>, _>("outcome")?.map(serde_json::from_str).transpose();
    let outcome = outcome.map_err(|error| StoreError::Unreadable(error.to_string()))?;
    Ok(TakenLogin { login, taken_at: taken_at.map(Timestamp), outcome, now })
}

/// Deletes logins that were begun before a timestamp.
pub(super) async fn purge(
    transaction: &mut Transaction<'_, Sqlite>,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM pending_logins WHERE begun_at < ?")
        .bind(before.0)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected())
}

/// Deletes the logins that connected a creator: a callback that is loaded again signs nobody in any more.
pub(super) async fn forget(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM pending_logins WHERE creator_id = ?")
        .bind(creator.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
