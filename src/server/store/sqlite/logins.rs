//! Pending logins in SQLite.

use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::SqliteStore;
use crate::{
    domain::Timestamp,
    server::{
        store::{LoginKey, LoginStore, PendingLogin, StoreError},
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

    async fn take_login(
        &self,
        browser: &str,
        which: LoginKey<'_>,
    ) -> Result<Option<PendingLogin>, StoreError> {
        let query = match which {
            LoginKey::State(digest) => sqlx::query(
                "DELETE FROM pending_logins WHERE browser = ? AND state_digest = ?
                 RETURNING state_digest, browser, code_verifier, scopes, begun_at",
            )
            .bind(browser)
            .bind(digest),
            LoginKey::Newest => sqlx::query(
                "DELETE FROM pending_logins WHERE state_digest = (
                     SELECT state_digest FROM pending_logins WHERE browser = ?
                     ORDER BY begun_at DESC, rowid DESC LIMIT 1)
                 RETURNING state_digest, browser, code_verifier, scopes, begun_at",
            )
            .bind(browser),
        };
        let row = query.fetch_optional(&self.pool).await?;
        row.map(|row| read(&row)).transpose()
    }
}

/// Remembers a login; the browser keeps its `keep` newest. Within one second the order of arrival
/// (`rowid`) decides.
async fn begin(
    transaction: &mut Transaction<'_, Sqlite>,
    login: &PendingLogin,
    keep: u32,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO pending_logins (state_digest, browser, code_verifier, scopes, begun_at)
         VALUES (?, ?, ?, ?, ?) ON CONFLICT (state_digest) DO NOTHING",
    )
    .bind(&login.state_digest)
    .bind(&login.browser)
    .bind(login.code_verifier.as_ref().map(Sealed::as_str))
    .bind(login.scopes.to_string())
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

fn read(row: &SqliteRow) -> Result<PendingLogin, StoreError> {
    let code_verifier: Option<String> = row.try_get("code_verifier")?;
    Ok(PendingLogin {
        state_digest: row.try_get("state_digest")?,
        browser: row.try_get("browser")?,
        code_verifier: code_verifier.map(Sealed::from_stored),
        scopes: row.try_get::<&str, _>("scopes")?.parse()?,
        begun_at: Timestamp(row.try_get("begun_at")?),
    })
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
