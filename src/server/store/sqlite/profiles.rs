//! Creators and their avatars in SQLite.

use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};

use super::{SqliteStore, grants::grant_status};
use crate::{
    domain::{CreatorId, EndCause, LogId, Malformed, Posting, PrivacyLevel, Timestamp},
    server::store::{GrantTimes, ProfileStore, ProfileUpdate, StoreError, StoredAvatar, StoredCreator},
};

#[async_trait]
impl ProfileStore for SqliteStore {
    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
        let posting = profile.posting.as_ref();
        sqlx::query(
            "UPDATE creators SET
                 union_id = COALESCE(?1, union_id),
                 creator_avatar_url_known_at = CASE WHEN ?2 IS NULL THEN creator_avatar_url_known_at ELSE ?12 END,
                 creator_avatar_url = COALESCE(?2, creator_avatar_url),
                 creator_username = COALESCE(?3, creator_username),
                 creator_nickname = COALESCE(?4, creator_nickname),
                 privacy_level_options = COALESCE(?5, privacy_level_options),
                 comment_disabled = COALESCE(?6, comment_disabled),
                 duet_disabled = COALESCE(?7, duet_disabled),
                 stitch_disabled = COALESCE(?8, stitch_disabled),
                 max_video_post_duration_sec = COALESCE(?9, max_video_post_duration_sec),
                 user_info_outcome = ?10,
                 creator_info_outcome = ?11,
                 profile_known_at = CASE WHEN ?10 = 'known' OR ?11 = 'known' THEN ?12 ELSE profile_known_at END,
                 profile_asked_at = ?12,
                 log_id = ?13
             WHERE id = ?14 AND EXISTS (SELECT 1 FROM tiktok_tokens WHERE creator_id = ?14 AND is_active = 1)",
        )
        .bind(&profile.union_id)
        .bind(&profile.avatar_url)
        .bind(&profile.username)
        .bind(&profile.nickname)
        .bind(posting.map(privacy_levels_json))
        .bind(posting.and_then(|posting| posting.comment_disabled))
        .bind(posting.and_then(|posting| posting.duet_disabled))
        .bind(posting.and_then(|posting| posting.stitch_disabled))
        .bind(posting.and_then(|posting| posting.max_video_post_duration_sec))
        .bind(profile.user_info.as_str())
        .bind(profile.creator_info.as_str())
        .bind(profile.asked_at.0)
        .bind(profile.log_id.as_ref().map(LogId::as_str))
        .bind(creator.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
        let row = sqlx::query(
            "SELECT creators.*, scopes, refreshed_at, access_expires_at, refresh_expires_at, failing_since,
                 needs_reconnect_since, refresh_failure, refresh_due_at, failure_log_id
             FROM creators LEFT JOIN tiktok_tokens ON creator_id = creators.id AND is_active = 1
             WHERE creators.id = ?",
        )
        .bind(creator.as_str())
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| read(&row)).transpose()
    }

    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        let row = sqlx::query("SELECT media_type, bytes, fetched_at FROM avatars WHERE creator_id = ?")
            .bind(creator.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredAvatar {
            media_type: row.try_get("media_type")?,
            bytes: row.try_get("bytes")?,
            fetched_at: Timestamp(row.try_get("fetched_at")?),
        }))
    }

    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO avatars (creator_id, media_type, bytes, fetched_at)
             SELECT creator_id, ?2, ?3, ?4 FROM tiktok_tokens WHERE creator_id = ?1 AND is_active = 1
             ON CONFLICT (creator_id) DO UPDATE SET
                 media_type = excluded.media_type, bytes = excluded.bytes, fetched_at = excluded.fetched_at",
        )
        .bind(creator.as_str())
        .bind(&avatar.media_type)
        .bind(&avatar.bytes)
        .bind(avatar.fetched_at.0)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn privacy_levels_json(posting: &Posting) -> String {
    let names: Vec<&str> = posting.privacy_level_options.iter().map(PrivacyLevel::as_str).collect();
    serde_json::Value::from(names).to_string()
}

fn read(row: &SqliteRow) -> Result<StoredCreator, StoreError> {
    let time = |name: &str| row.try_get::<Option<i64>, _>(name).map(|time| time.map(Timestamp));
    Ok(StoredCreator {
        id: row.try_get::<String, _>("id")?.parse()?,
        open_id: row.try_get::<String, _>("open_id")?.parse()?,
        union_id: row.try_get("union_id")?,
        username: row.try_get("creator_username")?,
        nickname: row.try_get("creator_nickname")?,
        avatar_url: row.try_get("creator_avatar_url")?,
        avatar_url_known_at: time("creator_avatar_url_known_at")?,
        posting: read_posting(row)?,
        user_info: row.try_get::<&str, _>("user_info_outcome")?.parse()?,
        creator_info: row.try_get::<&str, _>("creator_info_outcome")?.parse()?,
        log_id: log_id(row, "log_id")?,
        profile_known_at: time("profile_known_at")?,
        profile_asked_at: time("profile_asked_at")?,
        connected_at: Timestamp(row.try_get("connected_at")?),
        grant: read_grant(row)?,
        ended: read_end(row)?,
    })
}

fn log_id(row: &SqliteRow, column: &str) -> Result<Option<LogId>, StoreError> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(|id| id.parse()).transpose()?)
}

fn read_end(row: &SqliteRow) -> Result<Option<(Timestamp, EndCause)>, StoreError> {
    let (at, cause): (Option<i64>, Option<&str>) = (row.try_get("ended_at")?, row.try_get("end_cause")?);
    Ok(at.zip(cause).map(|(at, cause)| Ok::<_, Malformed>((Timestamp(at), cause.parse()?))).transpose()?)
}

fn read_posting(row: &SqliteRow) -> Result<Option<Posting>, StoreError> {
    let Some(levels) = row.try_get::<Option<&str>, _>("privacy_level_options")? else {
        return Ok(None);
    };
    let levels = serde_json::from_str(levels)
        .map_err(|error| StoreError::Unreadable(format!("privacy_level_options: {error}")))?;
    Ok(Some(Posting {
        privacy_level_options: levels,
        comment_disabled: row.try_get("comment_disabled")?,
        duet_disabled: row.try_get("duet_disabled")?,
        stitch_disabled: row.try_get("stitch_disabled")?,
        max_video_post_duration_sec: row.try_get("max_video_post_duration_sec")?,
    }))
}

fn read_grant(row: &SqliteRow) -> Result<Option<GrantTimes>, StoreError> {
    let Some(scopes) = row.try_get::<Option<&str>, _>("scopes")? else {
        return Ok(None);
    };
    let due_at: Option<i64> = row.try_get("refresh_due_at")?;
    Ok(Some(GrantTimes {
        scopes: scopes.parse()?,
        refreshed_at: Timestamp(row.try_get("refreshed_at")?),
        grant_status: grant_status(row)?,
        due_at: due_at.map(Timestamp),
        log_id: log_id(row, "failure_log_id")?,
    }))
}
