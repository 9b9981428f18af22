//! Grants in SQLite.

use sqlx::{Row, Sqlite, SqlitePool, Transaction};

use crate::{
    domain::{CreatorId, Timestamp},
    server::{
        store::{NewGrant, StoreError, StoredGrant},
        vault::Sealed,
    },
};

/// Saves a consent: creator, end of the former grant, new grant.
pub(super) async fn save(
    transaction: &mut Transaction<'_, Sqlite>,
    grant: &NewGrant,
    new_id: &CreatorId,
) -> Result<CreatorId, StoreError> {
    let creator = find_or_make_creator(transaction, grant, new_id).await?;
    let kept_refresh_token = end_former(transaction, &creator).await?;
    insert(transaction, &creator, grant, kept_refresh_token).await?;
    Ok(creator)
}

async fn find_or_make_creator(
    transaction: &mut Transaction<'_, Sqlite>,
    grant: &NewGrant,
    new_id: &CreatorId,
) -> Result<CreatorId, StoreError> {
    let row = sqlx::query(
        "INSERT INTO creators (id, client_key, open_id, connected_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (client_key, open_id) DO UPDATE SET client_key = excluded.client_key
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

/// Ends the active grant and erases its tokens; answers its refresh token with its end.
async fn end_former(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
) -> Result<Option<(String, Option<i64>)>, StoreError> {
    let former = sqlx::query(
        "SELECT refresh_token, refresh_expires_at FROM tiktok_tokens
         WHERE creator_id = ? AND is_active = 1",
    )
    .bind(creator.as_str())
    .fetch_optional(&mut **transaction)
    .await?;
    sqlx::query(
        "UPDATE tiktok_tokens SET is_active = 0, access_token = NULL, refresh_token = NULL
         WHERE creator_id = ? AND is_active = 1",
    )
    .bind(creator.as_str())
    .execute(&mut **transaction)
    .await?;
    let Some(former) = former else { return Ok(None) };
    let token: Option<String> = former.try_get("refresh_token")?;
    let ends_at = former.try_get("refresh_expires_at")?;
    Ok(token.map(|token| (token, ends_at)))
}

async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    grant: &NewGrant,
    kept: Option<(String, Option<i64>)>,
) -> Result<(), StoreError> {
    let new_end = grant.refresh_expires_at.map(|end| end.0);
    let (refresh_token, refresh_expires_at) = match (&grant.refresh_token, kept) {
        (Some(token), _) => (Some(token.as_str().to_owned()), new_end),
        (None, Some((token, ends_at))) => (Some(token), new_end.or(ends_at)),
        (None, None) => (None, new_end),
    };
    sqlx::query(
        "INSERT INTO tiktok_tokens (creator_id, access_token, refresh_token, token_type, scopes,
             granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
    )
    .bind(creator.as_str())
    .bind(grant.access_token.as_str())
    .bind(refresh_token)
    .bind(&grant.token_type)
    .bind(grant.scopes.to_string())
    .bind(grant.granted_at.0)
    .bind(grant.granted_at.0)
    .bind(grant.access_expires_at.0)
    .bind(refresh_expires_at)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The creator's active grant.
pub(super) async fn active(
    pool: &SqlitePool,
    creator: &CreatorId,
) -> Result<Option<StoredGrant>, StoreError> {
    let row = sqlx::query(
        "SELECT client_key, open_id, access_token, refresh_token, access_expires_at
         FROM tiktok_tokens JOIN creators ON creators.id = creator_id
         WHERE creator_id = ? AND is_active = 1",
    )
    .bind(creator.as_str())
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let refresh_token: Option<String> = row.try_get("refresh_token")?;
    Ok(Some(StoredGrant {
        client_key: row.try_get("client_key")?,
        open_id: row.try_get::<String, _>("open_id")?.parse()?,
        access_token: Sealed::from_stored(row.try_get("access_token")?),
        refresh_token: refresh_token.map(Sealed::from_stored),
        access_expires_at: Timestamp(row.try_get("access_expires_at")?),
    }))
}

/// The number of active grants.
pub(super) async fn count(pool: &SqlitePool) -> Result<u64, StoreError> {
    let row = sqlx::query("SELECT count(*) AS grants FROM tiktok_tokens WHERE is_active = 1")
        .fetch_one(pool)
        .await?;
    let grants: i64 = row.try_get("grants")?;
    Ok(grants.unsigned_abs())
}
