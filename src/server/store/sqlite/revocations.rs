//! Ends of grants in SQLite, and the revocations that wait for TikTok.

use async_trait::async_trait;
use rusqlite::{Connection, Row, named_params, params};

use super::{
    SqliteStore,
    grants::erase_active,
    logins,
    statements::{all, execute, first},
};
use crate::{
    domain::{CreatorId, Timestamp},
    server::store::{
        Ended, Ending, NewGrant, RefreshResult, Revocation, RevocationOutcome, RevocationStore, Revocations,
        StoreError, WhichRevocations,
    },
};

#[async_trait]
impl RevocationStore for SqliteStore {
    async fn end_grant(&self, creator: &CreatorId, ending: &Ending) -> Result<Option<Ended>, StoreError> {
        let (creator, ending) = (creator.clone(), *ending);
        self.writer.write(move |connection, now| end_grant(connection, &creator, &ending, now)).await
    }

    async fn delete_creator(&self, creator: &CreatorId, at: Timestamp) -> Result<Option<Ended>, StoreError> {
        let creator = creator.clone();
        self.writer.write(move |connection, now| delete_creator(connection, &creator, at, now)).await
    }

    async fn claim_revocations(
        &self,
        which: WhichRevocations,
        lease_seconds: u32,
    ) -> Result<Revocations, StoreError> {
        let claim = move |connection: &Connection, now| {
            Ok(Revocations { now, due: claim_revocations(connection, which, lease_seconds, now)? })
        };
        self.writer.write(claim).await
    }

    async fn renew_revocation(&self, renewal: &RefreshResult) -> Result<bool, StoreError> {
        let renewal = renewal.clone();
        self.writer.write(move |connection, now| renew(connection, &renewal, now)).await
    }

    async fn complete_revocation(
        &self,
        id: i64,
        fence: i64,
        outcome: &RevocationOutcome,
    ) -> Result<bool, StoreError> {
        let outcome = *outcome;
        self.writer.write(move |connection, _| complete_revocation(connection, id, fence, outcome)).await
    }
}

/// Ends the active grant; what the profile says goes with it if so wished.
fn end_grant(
    connection: &Connection,
    creator: &CreatorId,
    ending: &Ending,
    now: Timestamp,
) -> Result<Option<Ended>, StoreError> {
    let Some(Known { granted_at }) = find(connection, creator)? else { return Ok(None) };
    let is_younger = |(granted_at, until): (Timestamp, Timestamp)| granted_at > until;
    if granted_at.zip(ending.given_until).is_some_and(is_younger) {
        return Ok(None);
    }
    let mut ended = Ended { revocation: None, was_active: granted_at.is_some() };
    if ended.was_active {
        if ending.revoke {
            ended.revocation = add_revocation(connection, creator, ending.at, now)?;
        }
        erase_active(connection, creator)?;
        note_end(connection, creator, ending)?;
    }
    logins::forget(connection, creator)?;
    if ending.erase_profile {
        erase_profile(connection, creator)?;
    }
    Ok(Some(ended))
}

/// A creator of whom there is a row.
struct Known {
    /// When their active grant was given, if they have one.
    granted_at: Option<Timestamp>,
}

fn find(connection: &Connection, creator: &CreatorId) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT granted_at FROM creators
               LEFT JOIN tiktok_tokens ON creator_id = creators.id AND is_active = 1
               WHERE creators.id = ?";
    first(connection, sql, [creator], |row| Ok(Known { granted_at: row.get("granted_at")? }))
}

/// Puts the active grant's tokens where they wait to be revoked, due at once.
fn add_revocation(
    connection: &Connection,
    creator: &CreatorId,
    ended_at: Timestamp,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let sql = "INSERT INTO revocations (grant_id, generation, client_key, open_id, access_token,
             refresh_token, access_expires_at, refresh_expires_at, ended_at, next_try_at)
         SELECT tiktok_tokens.id, generation, client_key, open_id, access_token,
             refresh_token, access_expires_at, refresh_expires_at, ?2, ?3
         FROM tiktok_tokens JOIN creators ON creators.id = creator_id
         WHERE creator_id = ?1 AND is_active = 1
         RETURNING id";
    first(connection, sql, params![creator, ended_at, now], |row| row.get("id"))
}

fn note_end(connection: &Connection, creator: &CreatorId, ending: &Ending) -> Result<(), StoreError> {
    let sql = "UPDATE creators SET ended_at = ?2, end_cause = ?3 WHERE id = ?1";
    execute(connection, sql, params![creator, ending.at, ending.cause]).map(drop)
}

fn erase_profile(connection: &Connection, creator: &CreatorId) -> Result<(), StoreError> {
    let sql = "UPDATE creators SET
             union_id = NULL, creator_avatar_url = NULL, creator_avatar_url_known_at = NULL,
             creator_username = NULL, creator_nickname = NULL, privacy_level_options = NULL,
             comment_disabled = NULL, duet_disabled = NULL, stitch_disabled = NULL,
             max_video_post_duration_sec = NULL, user_info_outcome = 'not_asked',
             creator_info_outcome = 'not_asked', log_id = NULL, profile_known_at = NULL,
             profile_asked_at = NULL
         WHERE id = ?";
    execute(connection, sql, [creator])?;
    execute(connection, "DELETE FROM avatars WHERE creator_id = ?", [creator]).map(drop)
}

/// Forgets the creator; their grants and their picture go with the row.
fn delete_creator(
    connection: &Connection,
    creator: &CreatorId,
    at: Timestamp,
    now: Timestamp,
) -> Result<Option<Ended>, StoreError> {
    let revocation = add_revocation(connection, creator, at, now)?;
    logins::forget(connection, creator)?;
    execute(connection, "DELETE FROM web_sessions WHERE creator_id = ?", [creator])?;
    let deleted = execute(connection, "DELETE FROM creators WHERE id = ?", [creator])?;
    let ended = Ended { revocation, was_active: revocation.is_some() };
    Ok((deleted == 1).then_some(ended))
}

/// A consent takes back what waits to be revoked: done now, it would end the new grant. Returns until
/// when one may still be on its way.
pub(super) fn take_back(connection: &Connection, grant: &NewGrant) -> Result<Option<Timestamp>, StoreError> {
    let sql = "DELETE FROM revocations WHERE client_key = ? AND open_id = ? RETURNING lease_until";
    let params = params![grant.client_key, grant.open_id];
    let leases = all(connection, sql, params, |row| row.get::<_, Option<Timestamp>>("lease_until"))?;
    Ok(leases.into_iter().flatten().max())
}

/// Claims revocations.
fn claim_revocations(
    connection: &Connection,
    which: WhichRevocations,
    lease_seconds: u32,
    now: Timestamp,
) -> Result<Vec<Revocation>, StoreError> {
    let (id, limit) = match which {
        WhichRevocations::One(id) => (Some(id), 1),
        WhichRevocations::Due(limit) => (None, limit),
    };
    let sql = "UPDATE revocations SET fence = fence + 1, attempts = attempts + 1, lease_until = ?1 + ?2
         WHERE id IN (
             SELECT id FROM revocations
             WHERE (lease_until IS NULL OR lease_until <= ?1)
                 AND CASE WHEN ?3 IS NULL THEN next_try_at <= ?1 ELSE id = ?3 END
             ORDER BY next_try_at, id LIMIT ?4)
         RETURNING *";
    all(connection, sql, params![now, lease_seconds, id, limit], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Revocation> {
    Ok(Revocation {
        id: row.get("id")?,
        fence: row.get("fence")?,
        grant_id: row.get("grant_id")?,
        generation: row.get("generation")?,
        client_key: row.get("client_key")?,
        open_id: row.get("open_id")?,
        access_token: row.get("access_token")?,
        refresh_token: row.get("refresh_token")?,
        access_expires_at: row.get("access_expires_at")?,
        refresh_expires_at: row.get("refresh_expires_at")?,
        ended_at: row.get("ended_at")?,
        attempts: row.get("attempts")?,
    })
}

/// The fence goes up, so that a task that works with the dead pair cannot say that it is done.
pub(super) fn renew(
    connection: &Connection,
    renewal: &RefreshResult,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(tokens) = &renewal.tokens else { return Ok(false) };
    let sql = "UPDATE revocations SET
             access_token = :access_token, refresh_token = COALESCE(:refresh_token, refresh_token),
             access_expires_at = :access_expires_at, refresh_expires_at = :refresh_expires_at,
             generation = generation + 1, fence = fence + 1, lease_until = NULL,
             next_try_at = min(next_try_at, :now)
         WHERE grant_id = :grant AND generation = :generation";
    let params = named_params! {
        ":grant": renewal.grant.id,
        ":generation": renewal.grant.generation,
        ":access_token": tokens.access_token,
        ":refresh_token": tokens.refresh_token,
        ":access_expires_at": renewal.grant_status.access_expires_at,
        ":refresh_expires_at": renewal.grant_status.refresh_expires_at,
        ":now": now,
    };
    if execute(connection, sql, params)? == 1 {
        return Ok(true);
    }
    // Each sealing is unique.
    let sql = "SELECT 1 FROM revocations WHERE grant_id = ? AND access_token = ?";
    Ok(connection.prepare_cached(sql)?.exists(params![renewal.grant.id, tokens.access_token])?)
}

fn complete_revocation(
    connection: &Connection,
    id: i64,
    fence: i64,
    outcome: RevocationOutcome,
) -> Result<bool, StoreError> {
    let changed = match outcome {
        RevocationOutcome::Done => {
            execute(connection, "DELETE FROM revocations WHERE id = ? AND fence = ?", params![id, fence])
        }
        RevocationOutcome::Retry(at) => {
            let sql =
                "UPDATE revocations SET next_try_at = ?3, lease_until = NULL WHERE id = ?1 AND fence = ?2";
            execute(connection, sql, params![id, fence, at])
        }
    };
    Ok(changed? == 1)
}
