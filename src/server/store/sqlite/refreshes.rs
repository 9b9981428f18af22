//! Claims of grants in SQLite, and how they ended.

use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    SqliteStore,
    grants::{grant_status, reference, sealed},
};
use crate::{
    domain::{CreatorId, LogId, RefreshFailure, Scopes, Timestamp},
    server::{
        store::{Claim, Claims, GrantClaim, GrantRef, NewTokens, RefreshResult, RefreshStore, StoreError},
        vault::Sealed,
    },
};

#[async_trait]
impl RefreshStore for SqliteStore {
    async fn claim_due(&self, limit: u32, lease_seconds: u32) -> Result<Claims, StoreError> {
        let mut transaction = self.write().await?;
        let now = self.now_for_claims(&mut transaction).await?;
        let grants = claim_due(&mut transaction, limit, lease_seconds, now).await?;
        transaction.commit().await?;
        Ok(Claims { now, grants })
    }

    async fn claim_grant(&self, creator: &CreatorId, lease_seconds: u32) -> Result<GrantClaim, StoreError> {
        let mut transaction = self.write().await?;
        let now = self.clock.now();
        let claim = claim_grant(&mut transaction, creator, lease_seconds, now).await?;
        transaction.commit().await?;
        Ok(claim)
    }

    async fn complete_refresh(&self, refresh_result: &RefreshResult) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let written = complete_refresh(&mut transaction, refresh_result, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(written)
    }
}

/// Claims the grants that `which` picks. The new row says `unsure` when the claim before was never
/// completed.
macro_rules! claim {
    ($which:literal) => {
        concat!(
            "UPDATE tiktok_tokens SET
                 fence = fence + 1,
                 unsure = unsure OR claim_open,
                 claim_open = 1,
                 lease_until = ?1 + ?2
             WHERE id IN (
                 SELECT id FROM tiktok_tokens
                 WHERE is_active = 1 AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL
                     AND (lease_until IS NULL OR lease_until <= ?1) AND ",
            $which,
            ")
             RETURNING *,
                 (SELECT client_key FROM creators WHERE creators.id = creator_id) AS client_key,
                 (SELECT open_id FROM creators WHERE creators.id = creator_id) AS open_id"
        )
    };
}

/// Claims what is due, most urgent first.
async fn claim_due(
    transaction: &mut Transaction<'_, Sqlite>,
    limit: u32,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    let mut rows = sqlx::query(claim!("refresh_due_at <= ?1 ORDER BY refresh_due_at, id LIMIT ?3"))
        .bind(now.0)
        .bind(lease_seconds)
        .bind(limit)
        .fetch_all(&mut **transaction)
        .await?;
    // RETURNING has no order of its own.
    rows.sort_by_cached_key(|row| row.try_get::<i64, _>("refresh_due_at").unwrap_or(i64::MAX));
    rows.iter().map(read).collect()
}

/// Claims one creator's grant.
async fn claim_grant(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<GrantClaim, StoreError> {
    let row = sqlx::query(claim!("creator_id = ?3"))
        .bind(now.0)
        .bind(lease_seconds)
        .bind(creator.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    match row {
        Some(row) => Ok(GrantClaim::Claimed { now, claim: Box::new(read(&row)?) }),
        None if is_refreshable(transaction, creator).await? => Ok(GrantClaim::Busy),
        None => Ok(GrantClaim::Nothing),
    }
}

async fn is_refreshable(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT 1 FROM tiktok_tokens WHERE creator_id = ? AND is_active = 1
             AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL",
    )
    .bind(creator.as_str())
    .fetch_optional(&mut **transaction)
    .await?;
    Ok(row.is_some())
}

fn read(row: &SqliteRow) -> Result<Claim, StoreError> {
    Ok(Claim {
        grant: reference(row)?,
        creator: row.try_get::<&str, _>("creator_id")?.parse()?,
        client_key: row.try_get("client_key")?,
        open_id: row.try_get::<&str, _>("open_id")?.parse()?,
        access_token: sealed(row, "access_token")?,
        refresh_token: sealed(row, "refresh_token")?,
        grant_status: grant_status(row)?,
        failures: row.try_get("failures")?,
        unsure: row.try_get("unsure")?,
    })
}

/// Says how a claim ended. New tokens of a grant that ended meanwhile go to its revocation.
async fn complete_refresh(
    transaction: &mut Transaction<'_, Sqlite>,
    refresh_result: &RefreshResult,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if write(transaction, refresh_result).await? {
        return Ok(true);
    }
    let Some(tokens) = &refresh_result.tokens else { return Ok(false) };
    give_to_revocation(transaction, refresh_result, tokens, now).await?;
    are_stored(transaction, refresh_result.grant, tokens).await
}

/// With new tokens the generation decides, whichever task has the lease; without, the fence does too.
async fn write(
    transaction: &mut Transaction<'_, Sqlite>,
    refresh_result: &RefreshResult,
) -> Result<bool, StoreError> {
    let (grant, grant_status, tokens) =
        (refresh_result.grant, &refresh_result.grant_status, refresh_result.tokens.as_ref());
    let done = sqlx::query(
        "UPDATE tiktok_tokens SET
             access_token = COALESCE(?4, access_token), refresh_token = COALESCE(?5, refresh_token),
             scopes = COALESCE(?6, scopes), token_type = COALESCE(?7, token_type),
             refreshed_at = COALESCE(?8, refreshed_at),
             access_expires_at = ?9, refresh_expires_at = ?10, failing_since = ?11,
             needs_reconnect_since = ?12, refresh_failure = ?13,
             refresh_due_at = ?14, failures = ?15, unsure = ?16, failure_log_id = ?17,
             generation = generation + (?4 IS NOT NULL), lease_until = NULL, claim_open = 0
         WHERE id = ?1 AND is_active = 1 AND generation = ?2 AND (fence = ?3 OR ?4 IS NOT NULL)",
    )
    .bind(grant.id)
    .bind(grant.generation)
    .bind(grant.fence)
    .bind(tokens.map(|tokens| tokens.access_token.as_str()))
    .bind(tokens.and_then(|tokens| tokens.refresh_token.as_ref()).map(Sealed::as_str))
    .bind(tokens.and_then(|tokens| tokens.scopes.as_ref()).map(Scopes::to_string))
    .bind(tokens.map(|tokens| tokens.token_type.as_str()))
    .bind(tokens.map(|tokens| tokens.refreshed_at.0))
    .bind(grant_status.access_expires_at.0)
    .bind(grant_status.refresh_expires_at.map(|end| end.0))
    .bind(grant_status.failing_since.map(|since| since.0))
    .bind(grant_status.needs_reconnect_since.map(|since| since.0))
    .bind(grant_status.refresh_failure.map(RefreshFailure::as_str))
    .bind(refresh_result.due_at.map(|due| due.0))
    .bind(refresh_result.failures)
    .bind(refresh_result.unsure)
    .bind(refresh_result.log_id.as_ref().map(LogId::as_str))
    .execute(&mut **transaction)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether an earlier call wrote these very tokens: each sealing is unique.
async fn are_stored(
    transaction: &mut Transaction<'_, Sqlite>,
    grant: GrantRef,
    tokens: &NewTokens,
) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM tiktok_tokens WHERE id = ? AND generation = ? AND access_token = ?")
        .bind(grant.id)
        .bind(grant.generation + 1)
        .bind(tokens.access_token.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.is_some())
}

/// The tokens that a revocation waits with are dead now. Its fence goes up, so that a task that works on it
/// with those cannot say that it is done.
async fn give_to_revocation(
    transaction: &mut Transaction<'_, Sqlite>,
    refresh_result: &RefreshResult,
    tokens: &NewTokens,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE revocations SET
             access_token = ?3, refresh_token = COALESCE(?4, refresh_token),
             access_expires_at = ?5, refresh_expires_at = ?6, generation = generation + 1,
             fence = fence + 1, lease_until = NULL, next_try_at = min(next_try_at, ?7)
         WHERE grant_id = ?1 AND generation = ?2",
    )
    .bind(refresh_result.grant.id)
    .bind(refresh_result.grant.generation)
    .bind(tokens.access_token.as_str())
    .bind(tokens.refresh_token.as_ref().map(Sealed::as_str))
    .bind(refresh_result.grant_status.access_expires_at.0)
    .bind(refresh_result.grant_status.refresh_expires_at.map(|end| end.0))
    .bind(now.0)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
