//! Ends of grants in SQLite, and the revocations that wait for TikTok.

use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    SqliteStore,
    grants::{erase_active, sealed, sealed_or_none},
    logins,
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::{
        store::{
            Ended, Ending, NewGrant, Revocation, RevocationOutcome, RevocationStore, Revocations, StoreError,
            WhichRevocations,
        },
        vault::Sealed,
    },
};

#[async_trait]
impl RevocationStore for SqliteStore {
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        let mut transaction = self.write().await?;
        let ended = end_grant(&mut transaction, creator, ending, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        let mut transaction = self.write().await?;
        let ended = delete_creator(&mut transaction, creator, at, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(ended)
    }

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
        let done = query.execute(&self.pool).await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Ends the active grant; what the profile says goes with it if so wished.
async fn end_grant(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    ending: &Ending,
    now: Timestamp,
) -> Result<Option<Ended>, StoreError> {
    let Some(granted_at) = granted_at(transaction, creator).await? else { return Ok(None) };
    let is_younger = |(granted_at, until): (Timestamp, Timestamp)| granted_at > until;
    if granted_at.zip(ending.given_until).is_some_and(is_younger) {
        return Ok(None);
    }
    let mut ended = Ended { revocation: None, was_active: granted_at.is_some() };
    if ended.was_active {
        if ending.revoke {
            ended.revocation = add_revocation(transaction, creator, ending.at, now).await?;
        }
        erase_active(transaction, creator).await?;
        note_end(transaction, creator, ending).await?;
    }
    logins::forget(transaction, creator).await?;
    if ending.erase_profile {
        erase_profile(transaction, creator).await?;
    }
    Ok(Some(ended))
}

/// When the creator's active grant was given; the outer `None` for an unknown creator.
async fn granted_at(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
) -> Result<Option<Option<Timestamp>>, StoreError> {
    let row = sqlx::query(
        "SELECT granted_at FROM creators
         LEFT JOIN tiktok_tokens ON creator_id = creators.id AND is_active = 1
         WHERE creators.id = ?",
    )
    .bind(creator.as_str())
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(row.try_get::<Option<i64>, _>("granted_at")?.map(Timestamp)))
}

/// Puts the active grant's tokens where they wait to be revoked, due at once.
async fn add_revocation(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    ended_at: Timestamp,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query(
        "INSERT INTO revocations (grant_id, generation, client_key, open_id, access_token,
             refresh_token, access_expires_at, refresh_expires_at, ended_at, next_try_at)
         SELECT tiktok_tokens.id, generation, client_key, open_id, access_token,
             refresh_token, access_expires_at, refresh_expires_at, ?2, ?3
         FROM tiktok_tokens JOIN creators ON creators.id = creator_id
         WHERE creator_id = ?1 AND is_active = 1
         RETURNING id",
    )
    .bind(creator.as_str())
    .bind(ended_at.0)
    .bind(now.0)
    .fetch_optional(&mut **transaction)
    .await?;
    Ok(row.map(|row| row.try_get("id")).transpose()?)
}

async fn note_end(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    ending: &Ending,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE creators SET ended_at = ?2, end_cause = ?3 WHERE id = ?1")
        .bind(creator.as_str())
        .bind(ending.at.0)
        .bind(ending.cause.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn erase_profile(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE creators SET
             union_id = NULL, creator_avatar_url = NULL, creator_avatar_url_known_at = NULL,
             creator_username = NULL, creator_nickname = NULL, privacy_level_options = NULL,
             comment_disabled = NULL, duet_disabled = NULL, stitch_disabled = NULL,
             max_video_post_duration_sec = NULL, user_info_outcome = 'not_asked',
             creator_info_outcome = 'not_asked', log_id = NULL, profile_known_at = NULL,
             profile_asked_at = NULL
         WHERE id = ?",
    )
    .bind(creator.as_str())
    .execute(&mut **transaction)
    .await?;
    sqlx::query("DELETE FROM avatars WHERE creator_id = ?")
        .bind(creator.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Forgets the creator; their grants and their picture go with the row.
async fn delete_creator(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    at: Timestamp,
    now: Timestamp,
) -> Result<Option<Ended>, StoreError> {
    let revocation = add_revocation(transaction, creator, at, now).await?;
    logins::forget(transaction, creator).await?;
    sqlx::query("DELETE FROM web_sessions WHERE creator_id = ?")
        .bind(creator.as_str())
        .execute(&mut **transaction)
        .await?;
    let done = sqlx::query("DELETE FROM creators WHERE id = ?")
        .bind(creator.as_str())
        .execute(&mut **transaction)
        .await?;
    let ended = Ended { revocation, was_active: revocation.is_some() };
    Ok((done.rows_affected() == 1).then_some(ended))
}

/// A consent takes back what waits to be revoked: done now, it would end the new grant. Returns until
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
