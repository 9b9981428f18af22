//! Grants in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, Row, named_params, params};

use super::{
    SqliteStore, revocations,
    statements::{execute, first},
};
use crate::{
    domain::{ConnectionState, Connections, CreatorId, GrantStatus, Timestamp},
    server::{
        store::{GrantRef, GrantStore, NewGrant, StoreError, StoredGrant},
        vault::Sealed,
    },
};

#[async_trait]
impl GrantStore for SqliteStore {
    async fn save_grant(&self, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
        let (grant, new_id) = (grant.clone(), new_id.clone());
        self.writer.write(move |connection, _| save(connection, &grant, &new_id)).await
    }

    async fn save_late_grant(
        &self,
        grant: &NewGrant,
        new_id: &CreatorId,
    ) -> Result<Option<CreatorId>, StoreError> {
        let (grant, new_id) = (grant.clone(), new_id.clone());
        self.writer.write(move |connection, _| save_late(connection, &grant, &new_id)).await
    }

    async fn active_grant(&self, creator: &CreatorId) -> Result<Option<StoredGrant>, StoreError> {
        let sql = "SELECT client_key, open_id, tiktok_tokens.*
                   FROM tiktok_tokens JOIN creators ON creators.id = creator_id
                   WHERE creator_id = ? AND is_active = 1";
        let read = |row: &Row<'_>| read(row, self.clock.now());
        self.readers.look_up(|connection| first(connection, sql, [creator], read))
    }
}

fn read(row: &Row<'_>, read_at: Timestamp) -> rusqlite::Result<StoredGrant> {
    Ok(StoredGrant {
        client_key: row.get("client_key")?,
        open_id: row.get("open_id")?,
        access_token: row.get("access_token")?,
        refresh_token: row.get("refresh_token")?,
        grant: reference(row)?,
        scopes: row.get("scopes")?,
        token_type: row.get("token_type")?,
        refreshed_at: row.get("refreshed_at")?,
        grant_status: grant_status(row)?,
        read_at,
    })
}

/// What a newer grant takes over from the former one when TikTok gave it no refresh token.
struct Kept {
    refresh_token: Sealed,
    refresh_expires_at: Option<Timestamp>,
    unsure: bool,
}

/// Saves a consent: creator, end of the former grant, new grant.
fn save(connection: &Connection, grant: &NewGrant, new_id: &CreatorId) -> Result<CreatorId, StoreError> {
    let creator = find_or_make_creator(connection, grant, new_id)?;
    let kept = end_former(connection, &creator)?;
    let revoked_until = revocations::take_back(connection, grant)?;
    insert(connection, &creator, grant, kept, revoked_until)?;
    // Not before: the trigger of the new grant reads whether the creator had left.
    let sql = "UPDATE creators SET ended_at = NULL, end_cause = NULL WHERE id = ? AND ended_at IS NOT NULL";
    execute(connection, sql, [&creator])?;
    Ok(creator)
}

/// A creator as a late consent finds them.
struct Since {
    creator: CreatorId,
    has_newer: bool,
    has_left: bool,
}

/// Saves a consent unless a newer one, or an end, came after it. The same consent again is not newer: its tokens may
/// have been refreshed.
fn save_late(
    connection: &Connection,
    grant: &NewGrant,
    new_id: &CreatorId,
) -> Result<Option<CreatorId>, StoreError> {
    let sql = "SELECT creators.id, granted_at >= ?3 AS has_newer, ended_at >= ?3 AS has_left
               FROM creators LEFT JOIN tiktok_tokens ON creator_id = creators.id AND is_active = 1
               WHERE client_key = ?1 AND open_id = ?2";
    let since = first(connection, sql, params![grant.client_key, grant.open_id, grant.granted_at], |row| {
        Ok(Since {
            creator: row.get("id")?,
            has_newer: row.get::<_, Option<bool>>("has_newer")?.unwrap_or_default(),
            has_left: row.get::<_, Option<bool>>("has_left")?.unwrap_or_default(),
        })
    })?;
    match since {
        Some(Since { creator, has_newer: true, .. }) => Ok(Some(creator)),
        Some(Since { has_left: true, .. }) => Ok(None),
        _ => save(connection, grant, new_id).map(Some),
    }
}

fn find_or_make_creator(
    connection: &Connection,
    grant: &NewGrant,
    new_id: &CreatorId,
) -> Result<CreatorId, StoreError> {
    let sql = "INSERT INTO creators (id, client_key, open_id, connected_at) VALUES (?, ?, ?, ?)
               ON CONFLICT (client_key, open_id) DO UPDATE SET open_id = excluded.open_id
               RETURNING id";
    let params = params![new_id, grant.client_key, grant.open_id, grant.granted_at];
    Ok(connection.prepare_cached(sql)?.query_row(params, |row| row.get("id"))?)
}

/// Ends the active grant and erases its tokens; returns what the new one may keep of it.
fn end_former(connection: &Connection, creator: &CreatorId) -> Result<Option<Kept>, StoreError> {
    let sql = "SELECT refresh_token, refresh_expires_at, unsure OR claim_open AS unsure FROM tiktok_tokens
               WHERE creator_id = ? AND is_active = 1 AND refresh_token IS NOT NULL";
    let kept = first(connection, sql, [creator], |row| {
        Ok(Kept {
            refresh_token: row.get("refresh_token")?,
            refresh_expires_at: row.get("refresh_expires_at")?,
            unsure: row.get("unsure")?,
        })
    })?;
    erase_active(connection, creator)?;
    Ok(kept)
}

/// Ends the active grant of a creator and erases its tokens.
pub(super) fn erase_active(connection: &Connection, creator: &CreatorId) -> Result<(), StoreError> {
    let sql = "UPDATE tiktok_tokens SET is_active = 0, access_token = NULL, refresh_token = NULL,
                   lease_until = NULL, claim_open = 0, refresh_due_at = NULL
               WHERE creator_id = ? AND is_active = 1";
    execute(connection, sql, [creator]).map(drop)
}

/// Forgets grants that have ended and were last renewed before a timestamp.
pub(super) fn purge(connection: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    let sql = "DELETE FROM tiktok_tokens WHERE id IN (
                   SELECT id FROM tiktok_tokens WHERE is_active = 0 AND refreshed_at < ? LIMIT 10000)";
    execute(connection, sql, [before])
}

/// Generations count on over the grants of a creator, so that each names one token pair of theirs.
///
/// A revocation that is on its way may end the new grant at TikTok until `revoked_until`: then it is
/// looked at again.
fn insert(
    connection: &Connection,
    creator: &CreatorId,
    grant: &NewGrant,
    kept: Option<Kept>,
    revoked_until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let (refresh_token, kept_until, unsure) = match (&grant.refresh_token, kept) {
        (Some(token), _) => (Some(token.clone()), None, false),
        (None, Some(kept)) => (Some(kept.refresh_token), kept.refresh_expires_at, kept.unsure),
        (None, None) => (None, None, false),
    };
    let due_at = revoked_until.map_or(grant.refresh_due_at, |until| until.min(grant.refresh_due_at));
    let sql = "INSERT INTO tiktok_tokens (creator_id, access_token, refresh_token, token_type, scopes,
                   granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active,
                   refresh_due_at, unsure, generation)
               VALUES (:creator, :access_token, :refresh_token, :token_type, :scopes,
                   :granted_at, :granted_at, :access_expires_at, :refresh_expires_at, 1,
                   CASE WHEN :refresh_token IS NOT NULL THEN :due_at END, :unsure,
                   (SELECT COALESCE(max(generation) + 1, 0) FROM tiktok_tokens WHERE creator_id = :creator))";
    let params = named_params! {
        ":creator": creator,
        ":access_token": grant.access_token,
        ":refresh_token": refresh_token,
        ":token_type": grant.token_type,
        ":scopes": grant.scopes,
        ":granted_at": grant.granted_at,
        ":access_expires_at": grant.access_expires_at,
        ":refresh_expires_at": grant.refresh_expires_at.or(kept_until),
        ":due_at": due_at,
        ":unsure": unsure,
    };
    execute(connection, sql, params).map(drop)
}

/// The row and its numbers.
pub(super) fn reference(row: &Row<'_>) -> rusqlite::Result<GrantRef> {
    Ok(GrantRef { id: row.get("id")?, fence: row.get("fence")?, generation: row.get("generation")? })
}

/// How a grant stands.
pub(super) fn grant_status(row: &Row<'_>) -> rusqlite::Result<GrantStatus> {
    Ok(GrantStatus {
        access_expires_at: row.get("access_expires_at")?,
        refresh_expires_at: row.get("refresh_expires_at")?,
        failing_since: row.get("failing_since")?,
        needs_reconnect_since: row.get("needs_reconnect_since")?,
        refresh_failure: row.get("refresh_failure")?,
    })
}

/// The number of creators in each state: [`GrantStatus::state`] in SQL.
pub(super) fn connections(connection: &Connection, now: Timestamp) -> Result<Connections, StoreError> {
    let sql = "WITH grants AS (
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
         FROM grants";
    let params = params![now, ConnectionState::EXPIRING_DAYS * 86_400];
    let counts = connection.prepare_cached(sql)?.query_row(params, |row| {
        let count = |name: &str| row.get::<_, i64>(name).map(i64::unsigned_abs);
        Ok(Connections {
            connected: count("connected")?,
            expiring: count("expiring")?,
            degraded: count("degraded")?,
            needs_reconnect: count("needs_reconnect")?,
            disconnected: count("disconnected")?,
        })
    });
    Ok(counts?)
}
