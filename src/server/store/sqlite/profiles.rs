//! Creators and their avatars in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, Row, named_params, params, types::Type};

use super::{
    SqliteStore,
    audit::programs,
    events::recent,
    grants::grant_status,
    statements::{execute, first},
    values::Json,
};
use crate::{
    domain::{CreatorId, EndCause, Posting, PrivacyLevel, Scopes, Timestamp},
    server::store::{
        Annotations, GrantTimes, ProfileStore, ProfileUpdate, StoreError, StoredAvatar, StoredCreator,
        StoredProfile,
    },
};

#[async_trait]
impl ProfileStore for SqliteStore {
    async fn save_profile(&self, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
        let (creator, profile) = (creator.clone(), profile.clone());
        self.writer.write(move |connection, _| save(connection, &creator, &profile)).await
    }

    async fn creator(&self, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
        self.readers.look_up(|connection| find(connection, creator))
    }

    async fn profile(&self, creator: &CreatorId, events: u32) -> Result<Option<StoredProfile>, StoreError> {
        self.readers.look_up(|connection| {
            let Some(found) = find(connection, creator)? else { return Ok(None) };
            let activity = recent(connection, creator, events)?;
            let programs = programs(connection, creator)?;
            Ok(Some(StoredProfile { creator: found, activity, programs }))
        })
    }

    async fn avatar(&self, creator: &CreatorId) -> Result<Option<StoredAvatar>, StoreError> {
        let sql = "SELECT media_type, bytes, fetched_at FROM avatars WHERE creator_id = ?";
        let read = |row: &Row<'_>| {
            Ok(StoredAvatar {
                media_type: row.get("media_type")?,
                bytes: row.get("bytes")?,
                fetched_at: row.get("fetched_at")?,
            })
        };
        self.readers.look_up(|connection| first(connection, sql, [creator], read))
    }

    async fn save_avatar(&self, creator: &CreatorId, avatar: &StoredAvatar) -> Result<(), StoreError> {
        let (creator, avatar) = (creator.clone(), avatar.clone());
        self.writer.write(move |connection, _| save_avatar(connection, &creator, &avatar)).await
    }
}

fn find(connection: &Connection, creator: &CreatorId) -> Result<Option<StoredCreator>, StoreError> {
    let sql = "SELECT creators.*, scopes, refreshed_at, access_expires_at, refresh_expires_at, failing_since,
             needs_reconnect_since, refresh_failure, refresh_due_at, failure_log_id
         FROM creators LEFT JOIN tiktok_tokens ON creator_id = creators.id AND is_active = 1
         WHERE creators.id = ?";
    first(connection, sql, [creator], read)
}

fn save(connection: &Connection, creator: &CreatorId, profile: &ProfileUpdate) -> Result<(), StoreError> {
    let sql = "UPDATE creators SET
             union_id = COALESCE(:union_id, union_id),
             creator_avatar_url_known_at =
                 CASE WHEN :avatar_url IS NULL THEN creator_avatar_url_known_at ELSE :asked_at END,
             creator_avatar_url = COALESCE(:avatar_url, creator_avatar_url),
             creator_username = COALESCE(:username, creator_username),
             creator_nickname = COALESCE(:nickname, creator_nickname),
             privacy_level_options = COALESCE(:privacy_levels, privacy_level_options),
             comment_disabled = COALESCE(:comment_disabled, comment_disabled),
             duet_disabled = COALESCE(:duet_disabled, duet_disabled),
             stitch_disabled = COALESCE(:stitch_disabled, stitch_disabled),
             max_video_post_duration_sec = COALESCE(:max_duration, max_video_post_duration_sec),
             user_info_outcome = :user_info,
             creator_info_outcome = :creator_info,
             profile_known_at =
                 CASE WHEN 'known' IN (:user_info, :creator_info) THEN :asked_at ELSE profile_known_at END,
             profile_asked_at = :asked_at,
             log_id = :log_id
         WHERE id = :creator
             AND EXISTS (SELECT 1 FROM tiktok_tokens WHERE creator_id = :creator AND is_active = 1)";
    let posting = profile.posting.as_ref();
    let params = named_params! {
        ":union_id": profile.union_id,
        ":avatar_url": profile.avatar_url,
        ":username": profile.username,
        ":nickname": profile.nickname,
        ":privacy_levels": posting.map(privacy_levels_json),
        ":comment_disabled": posting.and_then(|posting| posting.comment_disabled),
        ":duet_disabled": posting.and_then(|posting| posting.duet_disabled),
        ":stitch_disabled": posting.and_then(|posting| posting.stitch_disabled),
        ":max_duration": posting.and_then(|posting| posting.max_video_post_duration_sec),
        ":user_info": profile.user_info,
        ":creator_info": profile.creator_info,
        ":asked_at": profile.asked_at,
        ":log_id": profile.log_id,
        ":creator": creator,
    };
    execute(connection, sql, params).map(drop)
}

fn save_avatar(
    connection: &Connection,
    creator: &CreatorId,
    avatar: &StoredAvatar,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO avatars (creator_id, media_type, bytes, fetched_at)
               SELECT creator_id, ?2, ?3, ?4 FROM tiktok_tokens WHERE creator_id = ?1 AND is_active = 1
               ON CONFLICT (creator_id) DO UPDATE SET
                   media_type = excluded.media_type, bytes = excluded.bytes, fetched_at = excluded.fetched_at";
    let params = params![creator, avatar.media_type, avatar.bytes, avatar.fetched_at];
    execute(connection, sql, params).map(drop)
}

fn privacy_levels_json(posting: &Posting) -> String {
    let names: Vec<&str> = posting.privacy_level_options.iter().map(PrivacyLevel::as_str).collect();
    serde_json::Value::from(names).to_string()
}

/// A creator with their active grant.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<StoredCreator> {
    Ok(StoredCreator {
        id: row.get("id")?,
        open_id: row.get("open_id")?,
        union_id: row.get("union_id")?,
        username: row.get("creator_username")?,
        nickname: row.get("creator_nickname")?,
        avatar_url: row.get("creator_avatar_url")?,
        avatar_url_known_at: row.get("creator_avatar_url_known_at")?,
        posting: read_posting(row)?,
        user_info: row.get("user_info_outcome")?,
        creator_info: row.get("creator_info_outcome")?,
        log_id: row.get("log_id")?,
        profile_known_at: row.get("profile_known_at")?,
        profile_asked_at: row.get("profile_asked_at")?,
        connected_at: row.get("connected_at")?,
        annotations: Annotations {
            reference: row.get("reference")?,
            labels: row.get::<_, Json<_>>("labels")?.0,
            note: row.get("note")?,
        },
        version: row.get("version")?,
        grant: read_grant(row)?,
        ended: read_end(row)?,
    })
}

fn read_end(row: &Row<'_>) -> rusqlite::Result<Option<(Timestamp, EndCause)>> {
    let (at, cause): (Option<Timestamp>, Option<EndCause>) = (row.get("ended_at")?, row.get("end_cause")?);
    Ok(at.zip(cause))
}

fn read_posting(row: &Row<'_>) -> rusqlite::Result<Option<Posting>> {
    let Some(levels) = row.get::<_, Option<String>>("privacy_level_options")? else {
        return Ok(None);
    };
    Ok(Some(Posting {
        privacy_level_options: serde_json::from_str(&levels).map_err(unreadable_levels)?,
        comment_disabled: row.get("comment_disabled")?,
        duet_disabled: row.get("duet_disabled")?,
        stitch_disabled: row.get("stitch_disabled")?,
        max_video_post_duration_sec: row.get("max_video_post_duration_sec")?,
    }))
}

fn unreadable_levels(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

fn read_grant(row: &Row<'_>) -> rusqlite::Result<Option<GrantTimes>> {
    let Some(scopes) = row.get::<_, Option<Scopes>>("scopes")? else {
        return Ok(None);
    };
    Ok(Some(GrantTimes {
        scopes,
        refreshed_at: row.get("refreshed_at")?,
        grant_status: grant_status(row)?,
        due_at: row.get("refresh_due_at")?,
        log_id: row.get("failure_log_id")?,
    }))
}
