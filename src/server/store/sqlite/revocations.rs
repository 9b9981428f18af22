//! Revocations in SQLite.

use async_trait::async_trait;
use sqlx::{Row, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use super::{
    database::SqliteStore,
    rows::{sealed, sealed_or_none},
};
use crate::{
    domain::Timestamp,
    server::{
        store::{
            NewGrant, Revocation, RevocationOutcome, RevocationStore, Revocations, StoreError,
            WhichRevocations,
        },
        vault::Sealed,
    },
};

#[async_trait]
impl RevocationStore for SqliteStore {
    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError> {
        let mut transaction = self.write().await?;
        let now = self.clock.now();
        let due = claim_revocations(&mut transaction, which, lease_seconds, now).await?;
        transaction.commit().await?;
        Ok(Revocations { now, due })
    }

    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError> {
        complete_revocation(&self.pool, id, fence, outcome).await
    }
}

/// A consent takes back what waits to be revoked: done now, it would end the new grant. Answers until
/// when one may still be on its way.
pub(super) async fn take_back(
    transaction: &mut Transaction<'_, Sqlite>,
    grant: &NewGrant,
) -> Result<Option<Timestamp>, StoreError> {
    let rows =
        sqlx::query("DELETE FROM revocations WHERE client_key = ? AND open_id = ? RETURNING lease_until")
            .bind(&grant.client_key)
            .bind(grant.open_id.as_str())
            .fetch_all(&mut **transaction)
            .await?;
    let mut last = None;
    for row in rows {
        last = last.max(row.try_get::<Option<i64>, _>("lease_until")?.map(Timestamp));
    }
    Ok(last)
}

/// Claims revocations.
async fn claim_revocations(
    transaction: &mut Transaction<'_, Sqlite>,
    which: WhichRevocations,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<Revocation>, StoreError> {
    let (id, limit) = match which {
        WhichRevocations::One(id) => (Some(id), 1),
        WhichRevocations::Due(limit) => (None, limit),
    };
    let rows = sqlx::query(
        "UPDATE revocations SET fence = fence + 1, attempts = attempts + 1, lease_until = ?1 + ?2
         WHERE id IN (
             SELECT id FROM revocations
             WHERE (lease_until IS NULL OR lease_until <= ?1)
                 AND CASE WHEN ?3 IS NULL THEN next_try_at <= ?1 ELSE id = ?3 END
             ORDER BY next_try_at, id LIMIT ?4)
         RETURNING *",
    )
    .bind(now.0)
    .bind(lease_seconds)
    .bind(id)
    .bind(limit)
    .fetch_all(&mut **transaction)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Revocation, StoreError> {
    let refresh_expires_at: Option<i64> = row.try_get("refresh_expires_at")?;
    Ok(Revocation {
        id: row.try_get("id")?,
        fence: row.try_get("fence")?,
        client_key: row.try_get("client_key")?,
        open_id: row.try_get::<&str, _>("open_id")?.parse()?,
        access_token: sealed(row, "access_token")?,
        refresh_token: sealed_or_none(row, "refresh_token")?,
        access_expires_at: Timestamp(row.try_get("access_expires_at")?),
        refresh_expires_at: refresh_expires_at.map(Timestamp),
        ended_at: Timestamp(row.try_get("ended_at")?),
        attempts: row.try_get("attempts")?,
    })
}

/// Says how a revocation ended, while its claim is the last.
async fn complete_revocation(
    pool: &SqlitePool,
    id: i64,
    fence: i64,
    outcome: &RevocationOutcome,
) -> Result<bool, StoreError> {
    let query = match outcome {
        RevocationOutcome::Done => sqlx::query("DELETE FROM revocations WHERE id = ?1 AND fence = ?2"),
        RevocationOutcome::Retry(_) => sqlx::query(
            "UPDATE revocations SET next_try_at = ?3, lease_until = NULL WHERE id = ?1 AND fence = ?2",
        ),
        RevocationOutcome::NewTokens { .. } => sqlx::query(
            "UPDATE revocations SET access_expires_at = ?3, access_token = ?4,
                 refresh_token = COALESCE(?5, refresh_token), generation = generation + 1
             WHERE id = ?1 AND fence = ?2",
        ),
    };
    let query = query.bind(id).bind(fence);
    let query = match outcome {
        RevocationOutcome::Done => query,
        RevocationOutcome::Retry(at) => query.bind(at.0),
        RevocationOutcome::NewTokens { access_token, refresh_token, access_expires_at } => query
            .bind(access_expires_at.0)
            .bind(access_token.as_str())
            .bind(refresh_token.as_ref().map(Sealed::as_str)),
    };
    let done = query.execute(pool).await?;
    Ok(done.rows_affected() == 1)
}
