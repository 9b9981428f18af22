//! Ends of grants in SQLite.

use sqlx::{Row, Sqlite, Transaction};

use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{Ended, Ending, StoreError},
};

/// Ends the active grant; what the profile says goes with it if so wished.
pub(super) async fn end_grant(
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
pub(super) async fn delete_creator(
    transaction: &mut Transaction<'_, Sqlite>,
    creator: &CreatorId,
    at: Timestamp,
    now: Timestamp,
) -> Result<Option<Ended>, StoreError> {
    let revocation = add_revocation(transaction, creator, at, now).await?;
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
