//! Grants in SQLite.

use async_trait::async_trait;
use sqlx::{Row, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};

use super::{SqliteStore, revocations};
use crate::{
    domain::{ConnectionState, Connections, CreatorId, GrantStatus, RefreshFailure, Timestamp},
    server::{
        store::{GrantRef, GrantStore, NewGrant, StoreError, StoredGrant},
        vault::Sealed,
    },
};

#[async_trait]
impl GrantStore for SqliteStore {
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
        let mut transaction = self.write().await?;
        let creator = save(&mut transaction, grant, new_id).await?;
        transaction.commit().await?;
        Ok(creator)
    }

    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError> {
        let row = sqlx::query(
            "SELECT client_key, open_id, tiktok_tokens.*
             FROM tiktok_tokens JOIN creators ON creators.id = creator_id
             WHERE creator_id = ? AND is_active = 1",
        )
        .bind(creator.as_str())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredGrant {
            client_key: row.try_get("client_key")?,
            open_id: row.try_get::<&str, _>("open_id")?.parse()?,
            access_token: sealed(&row, "access_token")?,
            refresh_token: sealed_or_none(&row, "refresh_token")?,
            grant: reference(&row)?,
            scopes: row.try_get::<&str, _>("scopes")?.parse()?,
            token_type: row.try_get("token_type")?,
            refreshed_at: Timestamp(row.try_get("refreshed_at")?),
            grant_status: grant_status(&row)?,
            read_at: self.clock.now(),
        }))
    }
}

/// What a newer grant takes over from the former one when TikTok gave it no refresh token.
struct Kept {
    refresh_token: String,
    ends_at: Option<i64>,
    unsure: bool,
}

/// Saves a consent: creator, end of the former grant, new grant.
async fn save(
    transaction: &mut Transaction<'_, Sqlite>,
    grant: &NewGrant,
    new_id: &CreatorId,
) -> Result<CreatorId, StoreError> {
    let creator = find_or_make_creator(transaction, grant, new_id).await?;
    let kept = end_former(transaction, &creator).await?;
    let revoked_until = revocations::take_back(transaction, grant).await?;
    insert(transaction, &creator, grant, kept, revoked_until).await?;
    Ok(creator)
}

async fn find_or_make_creator(
    transaction: &mut Transaction<'_, Sqlite>,
    grant: &NewGrant,
    new_id: &CreatorId,
) -> Result<CreatorId, StoreError> {
    let row = sqlx::query(
        "INSERT INTO creators (id, client_key, open_id, connected_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (client_key, open_id) DO UPDATE SET ended_at = NULL, end_cause = NULL
         RETURNING id",
    )
    .bind(new_id.as_str())
    .bind(&grant.client_key)
    .bind(grant.open_id.as_str())
    .bind(grant.granted_at.0)
    .fetch_one(&mut **transaction)
    .await?;
    Ok(row.try_get::<String, _>("id")?.parse()?)
}

/// Ends the active grant and erases its tokens; returns what the new one may keep of it.
async fn end_former(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
) -> Result<Option<Kept>, StoreError> {
    let former = sqlx::query(
        "SELECT refresh_token, refresh_expires_at, unsure OR claim_open AS unsure FROM tiktok_tokens
         WHERE creator_id = ? AND is_active = 1",
    )
    .bind(creator.as_str())
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(former) = former else { return Ok(None) };
    erase_active(transaction, creator).await?;
    let Some(refresh_token) = former.try_get("refresh_token")? else { return Ok(None) };
    let (ends_at, unsure) = (former.try_get("refresh_expires_at")?, former.try_get("unsure")?);
    Ok(Some(Kept { refresh_token, ends_at, unsure }))
}

/// Ends the active grant of a creator and erases its tokens.
pub(super) async fn erase_active(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE tiktok_tokens SET is_active = 0, access_token = NULL, refresh_token = NULL,
             lease_until = NULL, claim_open = 0, refresh_due_at = NULL
         WHERE creator_id = ? AND is_active = 1",
    )
    .bind(creator.as_str())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// A revocation that is on its way may end the new grant at TikTok until `revoked_until`: then it is
/// looked at again.
async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    grant: &NewGrant,
    kept: Option<Kept>,
    revoked_until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let new_end = grant.refresh_expires_at.map(|end| end.0);
    let (refresh_token, refresh_expires_at, unsure) = match (&grant.refresh_token, kept) {
        (Some(token), _) => (Some(token.as_str().to_owned()), new_end, false),
        (None, Some(kept)) => (Some(kept.refresh_token), new_end.or(kept.ends_at), kept.unsure),
        (None, None) => (None, new_end, false),
    };
    let due_at = revoked_until.map_or(grant.refresh_due_at, |until| until.min(grant.refresh_due_at));
    sqlx::query(
        "INSERT INTO tiktok_tokens (creator_id, access_token, refresh_token, token_type, scopes,
             granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active,
             refresh_due_at, unsure)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, 1, CASE WHEN ?3 IS NOT NULL THEN ?9 END, ?10)",
    )
    .bind(creator.as_str())
    .bind(grant.access_token.as_str())
    .bind(refresh_token)
    .bind(&grant.token_type)
    .bind(grant.scopes.to_string())
    .bind(grant.granted_at.0)
    .bind(grant.access_expires_at.0)
    .bind(refresh_expires_at)
    .bind(due_at.0)
    .bind(unsure)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The sealed text of a column that is never NULL where it is read.
pub(super) fn sealed(row: &SqliteRow, column: &str) -> Result<Sealed, StoreError> {
    Ok(Sealed::from_stored(row.try_get(column)?))
}

/// The sealed text of a column.
pub(super) fn sealed_or_none(row: &SqliteRow, column: &str) -> Result<Option<Sealed>, StoreError> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(Sealed::from_stored))
}

/// The row and its numbers.
pub(super) fn reference(row: &SqliteRow) -> Result<GrantRef, StoreError> {
    Ok(GrantRef {
        id: row.try_get("id")?,
        fence: row.try_get("fence")?,
        generation: row.try_get("generation")?,
    })
}

/// How a grant stands.
pub(super) fn grant_status(row: &SqliteRow) -> Result<GrantStatus, StoreError> {
    let time = |name: &str| row.try_get::<Option<i64>, _>(name).map(|time| time.map(Timestamp));
    let refresh_failure =
        row.try_get::<Option<&str>, _>("refresh_failure")?.map(str::parse::<RefreshFailure>).transpose()?;
    Ok(GrantStatus {
        access_expires_at: Timestamp(row.try_get("access_expires_at")?),
        refresh_expires_at: time("refresh_expires_at")?,
        failing_since: time("failing_since")?,
        needs_reconnect_since: time("needs_reconnect_since")?,
        refresh_failure,
    })
}

/// The number of creators in each state: [`GrantStatus::state`] in SQL.
pub(super) async fn connections(pool: &SqlitePool, now: Timestamp) -> Result<Connections, StoreError> {
    let row = sqlx::query(
        "WITH grants AS (
             SELECT CASE
                 WHEN needs_reconnect_since IS NOT NULL OR refresh_expires_at <= ?1 THEN 'needs_reconnect'
                 WHEN failing_since IS NOT NULL THEN 'degraded'
                 WHEN refresh_expires_at <= ?1 + ?2 THEN 'expiring'
                 ELSE 'connected' END AS state
             FROM tiktok_tokens WHERE is_active = 1)
         SELECT count(*) FILTER (WHERE state = 'connected') AS connected,
             count(*) FILTER (WHERE state = 'expiring') AS expiring,
             count(*) FILTER (WHERE state = 'degraded') AS degraded,
             count(*) FILTER (WHERE state = 'needs_reconnect') AS needs_reconnect,
             (SELECT count(*) FROM creators WHERE NOT EXISTS (
                 SELECT 1 FROM tiktok_tokens WHERE creator_id = creators.id AND is_active = 1)) AS disconnected
         FROM grants",
    )
    .bind(now.0)
    .bind(ConnectionState::EXPIRING_DAYS * 86_400)
    .fetch_one(pool)
    .await?;
    let count = |name: &str| row.try_get::<i64, _>(name).map(i64::unsigned_abs);
    Ok(Connections {
        connected: count("connected")?,
        expiring: count("expiring")?,
        degraded: count("degraded")?,
        needs_reconnect: count("needs_reconnect")?,
        disconnected: count("disconnected")?,
    })
}
